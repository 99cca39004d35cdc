import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { undo } from '../../../src/cleanup/undo.js';
import type { UndoStep } from '../../../src/cleanup/undo-record.js';
import { undoUsual } from '../../../src/cleanup/undo-usual.js';
import { temporaryDirectory } from '../../support/files.js';
import { recordedRunner } from '../../support/recorded-runner.js';
import { anyText } from '../../support/texts.js';
import '../../support/volume.js';

const saved = (steps: unknown) => ({ STATE_undo: JSON.stringify(steps) });
const REGION: UndoStep = { kind: 'environment', before: { AWS_REGION: 'eu-west-1' } };

it('writes what undo writes, whatever the values', async () => {
  const directory = temporaryDirectory();
  const value = fc.oneof(anyText(), fc.constantFrom('', 'a\nb', 'ghadelimiter_0', 'ghadelimiter_000\r\n'));
  const steps = fc.array(
    fc.record({
      kind: fc.constant('environment' as const),
      before: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,9}$/), value),
    }),
  );
  await fc.assert(
    fc.asyncProperty(steps, async (record) => {
      const [usual, other] = ['usual', 'other'].map((name) => {
        const recorded = recordedRunner(saved(record), join(directory, name));
        writeFileSync(recorded.env['GITHUB_ENV'] ?? '', 'MINE=1\n');
        return recorded;
      });
      if (usual === undefined || other === undefined) throw new Error('unreachable');
      expect(undoUsual(usual.env)).toBe(0);
      await undo(other.runner, record);
      expect(usual.files()).toEqual(other.files());
    }),
  );
});

it('removes the record for later steps, also one that is gone', () => {
  const file = join(temporaryDirectory(), 'record.json');
  writeFileSync(file, '[]');
  const { env, entries } = recordedRunner(saved([{ kind: 'record', file }, REGION]));
  expect([undoUsual(env), existsSync(file), entries('env')]).toEqual([0, false, { AWS_REGION: 'eu-west-1' }]);
  expect(undoUsual(env)).toBe(0);
});

it.each([{}, { STATE_undo: '' }, { STATE_undo: '[]' }])(
  'is done where there is nothing to undo: %j',
  (env) => {
    expect(undoUsual(env)).toBe(0);
  },
);

describe('leaves to undo, and touches nothing of', () => {
  it.each<[string, unknown, number | undefined]>([
    ['a damaged record', 'secret', undefined],
    ['a step it does not know', [{ kind: 'other' }], undefined],
    ['a directory of state', [{ kind: 'refresh', directory: '/nonexistent' }, REGION], 2],
    ['an endpoint', [{ kind: 'endpoint', directory: '/nonexistent' }], 1],
  ])('%s', (_, record, left) => {
    const { env, files, stdout } = recordedRunner(saved(record));
    expect([undoUsual(env), files().env, stdout()]).toEqual([left, '', '']);
  });

  it('a runner without a file for variables', () => {
    expect(undoUsual({ ...saved([REGION]), GITHUB_ENV: '' })).toBe(1);
    expect(undoUsual(saved([REGION]))).toBe(1);
  });
});

describe('leaves to undo what went wrong, and the steps before it', () => {
  const record = (file: string): UndoStep => ({ kind: 'record', file });

  it('where the file for variables cannot be written', () => {
    const file = join(temporaryDirectory(), 'record.json');
    writeFileSync(file, '[]');
    const steps = [REGION, REGION, record(file)];
    expect(undoUsual({ ...saved(steps), GITHUB_ENV: temporaryDirectory() })).toBe(2);
    expect(existsSync(file)).toBe(false);
  });

  it('where a record stays, so that nothing is written twice', () => {
    const directory = temporaryDirectory();
    const { env, files } = recordedRunner(saved([record(directory), REGION]));
    expect(undoUsual(env)).toBe(1);
    expect(files().env.match(/eu-west-1/g)).toHaveLength(1);
  });
});
