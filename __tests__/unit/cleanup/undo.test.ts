import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestsOf } from '../../../src/cleanup/profile-section.js';
import { encodeRecord, saveUndoRecord } from '../../../src/cleanup/save-record.js';
import { loadUndoRecord, undo } from '../../../src/cleanup/undo.js';
import type { UndoStep } from '../../../src/cleanup/undo-record.js';
import { filesBelow } from '../../support/files.js';
import { recordedRunner } from '../../support/recorded-runner.js';

const ENVIRONMENT: UndoStep = { kind: 'environment', before: { AWS_REGION: 'eu-west-1', AWS_PROFILE: '' } };

function sectionStep(file: string, before: string | null = null): UndoStep {
  const written = digestsOf('[ci]\nkey = secret\n');
  return {
    ...{ kind: 'section', file, section: 'ci', before, written, separator: '' },
    ...{ madeFile: true, madeDirectories: 1 },
  };
}

describe('the undo record', () => {
  it('is read as it was saved', () => {
    const saved = [ENVIRONMENT, sectionStep('/home/u/.aws/config', '[ci]\nregion = "x"\n')];
    const main = recordedRunner();
    saveUndoRecord(main.runner, saved);
    const post = recordedRunner({ STATE_undo: main.entries('state')['undo'] });
    expect(loadUndoRecord(post.runner)).toEqual(saved);
  });

  it.each([
    ['linux', 130_000],
    ['darwin', 130_000],
    ['win32', 32_000],
  ] as const)('is as long as the runner can hand over (%s: %d bytes)', (platform, limit) => {
    const record = (before: string) => encodeRecord([sectionStep('/home/u/.aws/config', before)], platform);
    const room = limit - Buffer.byteLength(record(''));
    expect(Buffer.byteLength(record('x'.repeat(room)))).toBe(limit);
    // What counts is how it is written: a quote takes two bytes there, a control character six.
    for (const [text, size] of [
      ['x', 1],
      ['"', 2],
      ['\u00ff', 2],
      ['\u0001', 6],
    ] as const) {
      expect(() => record(text.repeat(Math.floor(room / size)))).not.toThrow();
      expect(() => record(text.repeat(Math.floor(room / size) + 1))).toThrow(
        /^What the end of the job must put back has \d+ bytes, and the runner can keep \d+ of them for it\. Most of it is the section "ci" of "\/home\/u\/\.aws\/config"\.$/,
      );
    }
  });

  it('that is too long names its largest part', () => {
    const long = 'x'.repeat(70_000);
    const environment: UndoStep = { kind: 'environment', before: { AWS_SESSION_TOKEN: long } };
    const refresh: UndoStep = { kind: 'refresh', directory: '/tmp/state' };
    expect(() => encodeRecord([refresh, environment, sectionStep('/c', `${long}x`)], 'linux')).toThrow(
      'Most of it is the section "ci" of "/c".',
    );
    expect(() => encodeRecord([sectionStep('/c', long.slice(1000)), environment], 'linux')).toThrow(
      'Most of it is the values of the AWS_ variables.',
    );
  });

  it('is empty where main did nothing', () => {
    expect(loadUndoRecord(recordedRunner().runner)).toEqual([]);
  });

  it.each([
    'secret-in-a-damaged-record',
    '{"kind":"environment"}',
    'null',
    '[null]',
    '["environment"]',
    '[{"kind":"other"}]',
    '[{"kind":"environment","before":null}]',
    '[{"kind":"environment","before":{"AWS_REGION":5}}]',
    '[{"kind":"section","file":"/x"}]',
    '[{"kind":"section","file":"/x","section":"ci"}]',
    '[{"kind":"section","file":"/x","section":"ci","before":5,"separator":""}]',
    '[{"kind":"section","file":"/x","section":5,"before":null,"separator":"","written":[],"madeFile":true,"madeDirectories":1}]',
  ])('that is damaged (%s) is refused, without repeating it', (saved) => {
    const { runner } = recordedRunner({ STATE_undo: saved });
    expect(() => loadUndoRecord(runner)).toThrow(/^The undo record is damaged\.$/);
  });
});

describe('undoing', () => {
  it('goes backwards, so that the oldest value wins', async () => {
    const recorded = recordedRunner();
    const step = (value: string): UndoStep => ({ kind: 'environment', before: { AWS_REGION: value } });
    await undo(recorded.runner, [step('first'), step('second')]);
    expect(recorded.files().env.match(/first|second/g)).toEqual(['second', 'first']);
    expect(recorded.entries('env')).toEqual({ AWS_REGION: 'first' });
  });

  it('does no harm when it is done twice', async () => {
    const recorded = recordedRunner();
    const file = join(recorded.directory, 'home', '.aws', 'credentials');
    mkdirSync(join(file, '..'));
    writeFileSync(file, '[mine]\na = b\n[ci]\nkey = secret\n');
    for (const _ of ['once', 'twice']) await undo(recorded.runner, [ENVIRONMENT, sectionStep(file)]);
    expect(readFileSync(file, 'utf8')).toBe('[mine]\na = b\n');
    expect(recorded.entries('env')).toEqual(ENVIRONMENT.before);
    expect(recorded.stdout()).toBe('');
  });

  it('finishes where main stopped before the file was written', async () => {
    const recorded = recordedRunner();
    const home = join(recorded.directory, 'home');
    mkdirSync(join(home, '.aws'));
    await undo(recorded.runner, [sectionStep(join(home, '.aws', 'credentials'))]);
    expect(filesBelow(home)).toEqual({});
    expect(recorded.stdout()).toBe('');
  });

  it('warns of what cannot be taken back, does the rest, and does not follow a link', async () => {
    const recorded = recordedRunner();
    const home = join(recorded.directory, 'home');
    writeFileSync(join(home, 'target'), '[ci]\nkey = secret\n');
    symlinkSync(join(home, 'target'), join(home, 'link'));
    await undo(recorded.runner, [ENVIRONMENT, sectionStep(join(home, 'link'))]);
    expect(recorded.entries('env')).toEqual(ENVIRONMENT.before);
    expect(readFileSync(join(home, 'target'), 'utf8')).toBe('[ci]\nkey = secret\n');
    expect(recorded.commands()).toEqual([
      { command: 'warning', properties: {}, data: expect.stringContaining('it is a symbolic link') },
    ]);
  });

  it('warns where the runner takes no variables any more', async () => {
    const recorded = recordedRunner();
    rmSync(recorded.env['GITHUB_ENV'] ?? '');
    await undo(recorded.runner, [ENVIRONMENT]);
    expect(recorded.log()).toEqual([
      "Warning: Not cleaned up: the environment. Could not write to the runner's file GITHUB_ENV.",
    ]);
  });

  it('removes neither a file nor a directory that others use by now', async () => {
    const recorded = recordedRunner();
    const home = join(recorded.directory, 'home');
    mkdirSync(join(home, '.aws'));
    writeFileSync(join(home, '.aws', 'credentials'), '[ci]\nkey = secret\n');
    writeFileSync(join(home, '.aws', 'other'), 'mine');
    await undo(recorded.runner, [sectionStep(join(home, '.aws', 'credentials'))]);
    expect(filesBelow(home)).toEqual({ '.aws/other': 'mine' });
  });
});
