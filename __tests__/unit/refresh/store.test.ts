import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Credentials } from '../../../src/core/credentials.js';
import { readCertificates } from '../../../src/refresh/saved-environment.js';
import { cachedSession, createState } from '../../../src/refresh/store.js';
import { modeOf, temporaryDirectory } from '../../support/files.js';

const SESSION = {
  AccessKeyId: 'ASIAEXAMPLE',
  SecretAccessKey: 'secret',
  SessionToken: 'token',
  Expiration: '2026-01-01T01:00:00.000Z',
  Obtained: '2026-01-01T00:00:00.000Z',
};
const state = (env: Record<string, string> = {}) =>
  ({ version: 1, inputs: {}, env, session: SESSION }) as const;

describe('the state of a renewal', () => {
  it('is made with its directory, for its owner only', () => {
    const path = join(temporaryDirectory(), 'state', 'session.json');
    createState(path, state());
    expect([modeOf(path), modeOf(join(path, '..'))]).toEqual(['0600', '0700']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(state());
  });

  it.each([
    ['is there already', (directory: string) => mkdirSync(directory), 'EEXIST'],
    ['has no parent', () => undefined, 'ENOENT'],
  ])('is not made where the directory %s', (_, prepare, code) => {
    const parent = join(temporaryDirectory(), ...(code === 'ENOENT' ? ['missing'] : []));
    prepare(join(parent, 'state'));
    expect(() => createState(join(parent, 'state', 'session.json'), state())).toThrow(
      expect.objectContaining({
        code: 'FILE_REFUSED',
        message: expect.stringContaining(`could not be created (${code})`),
      }),
    );
  });

  it('takes only credentials that end', () => {
    const keys = { accessKeyId: 'ASIAEXAMPLE', secretAccessKey: 'secret' };
    const expiration = new Date(SESSION.Expiration);
    expect(
      cachedSession(
        new Credentials({ ...keys, sessionToken: 'token', expiration }),
        Date.parse(SESSION.Obtained),
      ),
    ).toEqual(SESSION);
    expect(() =>
      cachedSession(new Credentials({ ...keys, sessionToken: 'token', expiration: undefined }), 0),
    ).toThrow(/have no expiration/);
    expect(() => cachedSession(new Credentials({ ...keys, sessionToken: undefined, expiration }), 0)).toThrow(
      /have no expiration/,
    );
  });
});

describe("certificates that the first session trusted beside Node's own", () => {
  const workspace = temporaryDirectory();
  writeFileSync(join(workspace, 'ca.pem'), 'certificate');
  const read = (file: string, env: Record<string, string> = {}, root = workspace) =>
    readCertificates(env, state({ NODE_EXTRA_CA_CERTS: file, GITHUB_WORKSPACE: root }));

  it('are read from the workspace', () => {
    expect(read('ca.pem')).toBe('certificate');
    expect(read(join(workspace, 'ca.pem'), {}, '')).toBe('certificate');
  });

  it('are none where there were none, this process knows them, or the file is gone', () => {
    expect(read('')).toBeUndefined();
    expect(read('ca.pem', { NODE_EXTRA_CA_CERTS: 'ca.pem' })).toBeUndefined();
    expect(read('gone.pem')).toBeUndefined();
  });
});
