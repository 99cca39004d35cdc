import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
      expect(undoUsual(usual.env)).toBe(true);
      await undo(other.runner, record);
      expect(usual.files()).toEqual(other.files());
    }),
  );
});

it('removes the record for later steps, also one that is gone', () => {
  const file = join(temporaryDirectory(), 'record.json');
  writeFileSync(file, '[]');
  const { env, entries } = recordedRunner(saved([{ kind: 'record', file }, REGION]));
  expect([undoUsual(env), existsSync(file), entries('env')]).toEqual([
    true,
    false,
    { AWS_REGION: 'eu-west-1' },
  ]);
  expect(undoUsual(env)).toBe(true);
});

it.each([{}, { STATE_undo: '' }, { STATE_undo: '[]' }])(
  'is done where there is nothing to undo: %j',
  (env) => {
    expect(undoUsual(env)).toBe(true);
  },
);

describe('leaves to undo', () => {
  it.each<[string, unknown]>([
    ['a damaged record', 'secret'],
    ['a step it does not know', [{ kind: 'other' }]],
    ['a directory of state', [REGION, { kind: 'refresh', directory: '/nonexistent' }]],
    ['an endpoint', [{ kind: 'endpoint', directory: '/nonexistent' }]],
  ])('%s', (_, record) => {
    const { env, files, stdout } = recordedRunner(saved(record));
    expect([undoUsual(env), files().env, stdout()]).toEqual([false, '', '']);
  });

  it('a runner without a file for variables, a file that cannot be written, and a record that stays', () => {
    expect(undoUsual({ ...saved([REGION]), GITHUB_ENV: '' })).toBe(false);
    expect(undoUsual(saved([REGION]))).toBe(false);
    const directory = temporaryDirectory();
    expect(undoUsual({ ...saved([REGION]), GITHUB_ENV: directory })).toBe(false);
    mkdirSync(join(directory, 'record'));
    const { env } = recordedRunner(saved([{ kind: 'record', file: join(directory, 'record') }, REGION]));
    expect(undoUsual(env)).toBe(false);
    expect(readFileSync(env['GITHUB_ENV'] ?? '', 'utf8')).toContain('eu-west-1');
  });
});
