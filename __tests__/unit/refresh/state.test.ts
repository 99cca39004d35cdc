import '../../support/native-errors.js';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readState } from '../../../src/refresh/state.js';
import { createState } from '../../../src/refresh/store.js';
import { modeOf, temporaryDirectory } from '../../support/files.js';

const STATE = {
  version: 1,
  inputs: { 'role-to-assume': 'caf\u00e9' },
  env: { GITHUB_RUN_ID: '1' },
  session: {
    AccessKeyId: 'ASIA1',
    SecretAccessKey: 'S',
    SessionToken: 'T',
    Obtained: '2026-11-21T12:00:00.000Z',
    Expiration: '2026-11-21T13:00:00.000Z',
  },
} as const;

function stateFile(text = JSON.stringify(STATE)): string {
  const file = join(temporaryDirectory(), 'state.json');
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

describe('a state', () => {
  it('is read as it was written, in a new directory for its owner only', () => {
    const directory = join(temporaryDirectory(), 'new');
    createState(join(directory, 'state.json'), STATE);
    expect(readState(join(directory, 'state.json'))).toEqual(STATE);
    expect([modeOf(directory), modeOf(join(directory, 'state.json'))]).toEqual(['0700', '0600']);
  });

  it('may tell of a failed renewal', () => {
    const failure = { reason: 'no', until: '2026-11-21T13:00:00.000Z' };
    expect(readState(stateFile(JSON.stringify({ ...STATE, failure })))).toMatchObject({ failure });
  });

  it.each([
    ['no JSON', 'secret{'],
    ['a list', '[]'],
    ['of another version', JSON.stringify({ ...STATE, version: 2 })],
    ['without inputs', JSON.stringify({ ...STATE, inputs: undefined })],
    ['with variables that are no text', JSON.stringify({ ...STATE, env: { A: 1 } })],
    ['without a token', JSON.stringify({ ...STATE, session: { ...STATE.session, SessionToken: '' } })],
    ['without an end', JSON.stringify({ ...STATE, session: { ...STATE.session, Expiration: 'soon' } })],
    ['with a failure without end', JSON.stringify({ ...STATE, failure: { reason: 'x' } })],
    ['with a failure of another kind', JSON.stringify({ ...STATE, failure: 'x' })],
  ])('that is %s is damaged', (_, text) => {
    expect(() => readState(stateFile(text))).toThrow(
      expect.objectContaining({
        code: 'REFRESH_STATE_INVALID',
        message: 'Cannot use the refresh state: it is damaged.',
      }),
    );
  });

  it.each<[string, string, (file: string) => string]>([
    ['gone', 'it no longer exists, probably because the job has ended', (file) => `${file}.none`],
    ['a directory', 'it is not a regular file', (file) => join(file, '..')],
    ['below a file', 'it cannot be read (ENOTDIR)', (file) => join(file, 'state.json')],
    [
      'a link',
      'it is not a regular file',
      (file) => {
        symlinkSync(file, `${file}.link`);
        return `${file}.link`;
      },
    ],
    [
      'writable for others',
      'others may write to it',
      (file) => {
        chmodSync(file, 0o620);
        return file;
      },
    ],
    [
      'in a directory that is writable for others',
      'others may write to its directory',
      (file) => {
        chmodSync(join(file, '..'), 0o770);
        return file;
      },
    ],
    [
      'in a directory that is a link',
      'its directory is a symbolic link',
      (file) => {
        const link = join(temporaryDirectory(), 'link');
        symlinkSync(join(file, '..'), link);
        return join(link, 'state.json');
      },
    ],
    [
      'a named pipe',
      'it is not a regular file',
      (file) => {
        execFileSync('mkfifo', [`${file}.pipe`]);
        return `${file}.pipe`;
      },
    ],
    [
      'very large',
      'it has more than 16000000 bytes',
      (file) => {
        truncateSync(file, 600_000_000);
        return file;
      },
    ],
  ])('that is %s is not used', (_, why, place) => {
    expect(() => readState(place(stateFile()))).toThrow(`Cannot use the refresh state: ${why}.`);
  });

  (process.geteuid?.() === 0 ? it : it.skip)('of another user is not used', () => {
    const file = stateFile();
    chownSync(file, 12345, 12345);
    expect(() => readState(file)).toThrow('it belongs to another user');
  });

  it('is not written into a directory that is there already', () => {
    const directory = temporaryDirectory();
    mkdirSync(join(directory, 'new'));
    expect(() => createState(join(directory, 'new', 'state.json'), STATE)).toThrow(/EEXIST/);
  });
});
