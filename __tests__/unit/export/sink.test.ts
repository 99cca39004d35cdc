import { loadUndoRecord } from '../../../src/cleanup/undo.js';
import type { UndoStep } from '../../../src/cleanup/undo-record.js';
import { ActionError } from '../../../src/core/errors.js';
import type { Sink } from '../../../src/export/sink.js';
import { exportTo } from '../../../src/export/sinks.js';
import { type RecordedRunner, recordedRunner } from '../../support/recorded-runner.js';

const fails =
  (why: string, isPartial = false) =>
  (): never => {
    throw new ActionError('RUNNER_FILE_UNWRITABLE', why, { isPartial });
  };
const step = (name: string): UndoStep => ({ kind: 'environment', before: { [name]: '' } });

/** Sinks by their names, which write down what is done with them. */
function sinks(
  done: string[],
  ways: Readonly<Record<string, { readonly write?: () => never; readonly restore?: () => never }>>,
): readonly Sink[] {
  return Object.entries(ways).map(([name, { write, restore }]) => ({
    undo: [step(name)],
    write() {
      done.push(`write ${name}`);
      write?.();
      return () => {
        done.push(`take back ${name}`);
        restore?.();
      };
    },
  }));
}

function outcome(recorded: RecordedRunner, made: readonly Sink[]) {
  let error: unknown;
  try {
    exportTo({ runner: recorded.runner, clock: { now: () => 0 }, remainingMs: () => 1000 }, made);
  } catch (thrown) {
    error = thrown;
  }
  const post = recordedRunner({ STATE_undo: recorded.entries('state')['undo'] });
  return { error, record: loadUndoRecord(post.runner), warnings: recorded.log() };
}

describe('an export that fails half-way', () => {
  it('is taken back, last first, and leaves an empty record', () => {
    const done: string[] = [];
    const { error, record, warnings } = outcome(
      recordedRunner(),
      sinks(done, { one: {}, two: {}, three: { write: fails('full') }, four: {} }),
    );
    expect(error).toMatchObject({ message: 'full' });
    expect(done).toEqual(['write one', 'write two', 'write three', 'take back two', 'take back one']);
    expect([record, warnings]).toEqual([[], []]);
  });

  it('keeps in the record what could not be taken back, warns of it, and fails with its first error', () => {
    const done: string[] = [];
    const { error, record, warnings } = outcome(
      recordedRunner(),
      sinks(done, {
        one: {},
        two: { restore: fails('two stays.') },
        three: {
          restore: () => {
            throw 'three stays.';
          },
        },
        four: { write: fails('full') },
      }),
    );
    expect(error).toMatchObject({ message: 'full' });
    expect(done.slice(-3)).toEqual(['take back three', 'take back two', 'take back one']);
    expect(record).toEqual([step('two'), step('three')]);
    expect(warnings).toEqual([
      'Warning: Not taken back: three stays. The clean-up at the end of the job tries again.',
      'Warning: Not taken back: two stays. The clean-up at the end of the job tries again.',
    ]);
  });

  it('keeps in the record what was written in part', () => {
    const { error, record } = outcome(
      recordedRunner(),
      sinks([], { one: {}, two: { write: fails('half of it stays.', true) } }),
    );
    expect(error).toMatchObject({ message: 'half of it stays.' });
    expect(record).toEqual([step('two')]);
  });

  it('keeps the whole record, and its first error, where the shorter record cannot be saved', () => {
    const recorded = recordedRunner();
    let saves = 0;
    const runner = {
      ...recorded.runner,
      saveState: (name: string, value: string) => {
        if (++saves > 1) throw new Error('The disk is full.');
        recorded.runner.saveState(name, value);
      },
    };
    const { error, record } = outcome(
      { ...recorded, runner },
      sinks([], { one: {}, two: { write: fails('first') } }),
    );
    expect(error).toMatchObject({ message: 'first' });
    expect(record).toEqual([step('one'), step('two')]);
  });
});

it('an export gives each of its parts what is left of the time', () => {
  const waits: number[] = [];
  let left = 50;
  const sink: Sink = {
    undo: [],
    write(maxWaitMs) {
      waits.push(maxWaitMs);
      left -= 20;
      return () => {};
    },
  };
  exportTo({ runner: recordedRunner().runner, clock: { now: () => 0 }, remainingMs: () => left }, [
    sink,
    sink,
  ]);
  expect(waits).toEqual([50, 30]);
});
