import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { loadUndoRecord, undo } from '../../src/cleanup/undo.js';
import { Credentials } from '../../src/core/credentials.js';
import { checkProfile, profileSinks } from '../../src/export/profile.js';
import { exportTo } from '../../src/export/sinks.js';
import { obtainToken, recordFailure, renew } from '../../src/refresh/renew.js';
import { readState } from '../../src/refresh/state.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, temporaryDirectory } from '../support/files.js';
import { recordedRunner } from '../support/recorded-runner.js';
import { DEPLOY } from '../support/roles.js';
import { runAction } from '../support/run-action.js';

/*
 * What the bundle's tests show in processes of their own (__tests__/bundle/refresh*.test.ts), in this process: a step
 * with refresh-credentials, and a renewal from the state it leaves.
 */

const sandbox = sharedCloud();

async function refreshing(inputs: Readonly<Record<string, string>> = {}, env: Record<string, string> = {}) {
  const temp = temporaryDirectory();
  const outcome = await runAction(
    { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true', ...inputs },
    { cloud: sandbox.cloud, env: { RUNNER_TEMP: temp, ...env } },
  );
  const file = join(temp, readdirSync(temp)[0] ?? '', 'state.json');
  return { outcome, temp, file, env: sandbox.cloud.environment() };
}

describe('a step with refresh-credentials', () => {
  it('leaves a profile with a process and a state, which post takes away', async () => {
    const { outcome, temp, file } = await refreshing({}, { AWS_DEFAULT_PROFILE: 'other' });
    expect(outcome.error).toBeUndefined();
    const home = join(outcome.directory, 'home');
    expect(filesBelow(home)).toEqual({
      '.aws/config': `[profile assume-aws-role]\nregion = us-east-1\ncredential_process = env "/opt/node 24/bin/node" /opt/action/dist/credential-process/index.js ${file}\n`,
    });
    expect(outcome.entries('env')).toEqual({
      AWS_PROFILE: 'assume-aws-role',
      AWS_DEFAULT_PROFILE: 'assume-aws-role',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(readState(file).inputs).toMatchObject({
      'identity-source': 'github-oidc',
      'role-to-assume': DEPLOY,
    });
    const post = recordedRunner({ STATE_undo: outcome.entries('state')['undo'] });
    await undo(post.runner, loadUndoRecord(post.runner));
    expect([filesBelow(home), readdirSync(temp)]).toEqual([{}, []]);
    expect(post.entries('env')).toMatchObject({ AWS_PROFILE: '', AWS_DEFAULT_PROFILE: 'other' });
  });

  it('keeps no secret input, of which a renewal has no use', async () => {
    const { file } = await refreshing({
      'identity-source': 'github-oidc',
      'aws-access-key-id': 'AKIAIOSFODNN7EXAMPLE',
      'aws-secret-access-key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      'http-proxy': '',
    });
    expect(readFileSync(file, 'utf8')).not.toMatch(/AKIAIOSFODNN7EXAMPLE|wJalrXUtnFEMI/);
  });

  it('says that RUNNER_TEMP is none', async () => {
    const { error } = await runAction(
      { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' },
      { cloud: sandbox.cloud, env: { RUNNER_TEMP: join(temporaryDirectory(), 'none') } },
    );
    expect(error).toMatchObject({
      code: 'FILE_REFUSED',
      message: expect.stringMatching(
        /^The directory ".*none.assume-aws-role-.*" could not be created \(ENOENT\)\.$/,
      ),
    });
  });

  it('leaves nothing where one of its files cannot be written', async () => {
    const temp = temporaryDirectory();
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true' },
      { cloud: sandbox.cloud, env: { RUNNER_TEMP: temp, AWS_CONFIG_FILE: '/proc/none/config' } },
    );
    expect(outcome.error?.code).toBe('FILE_REFUSED');
    expect([readdirSync(temp), outcome.files().env]).toEqual([[], '']);
  });
});

describe('a renewal', () => {
  it('is the step again, with another session', async () => {
    const { file, env } = await refreshing({ 'role-session-name': 'auto' });
    const before = readState(file);
    const session = await renew(before, file, { ...env, GITHUB_RUN_ID: '0' });
    expect(session.AccessKeyId).not.toBe(before.session.AccessKeyId);
    expect(readState(file)).toEqual({ ...before, session });
    const [first, second] = sandbox.cloud.requests.filter(({ service }) => service === 'sts').slice(-2);
    expect(second?.params['RoleSessionName']).toBe(first?.params['RoleSessionName']);
  });

  it('fails in one line that says what was refused', async () => {
    const { file, env } = await refreshing();
    sandbox.cloud.fault('sts', { kind: 'error', status: 403, code: 'AccessDenied', message: 'no' });
    await expect(renew(readState(file), file, env)).rejects.toMatchObject({
      code: 'ACCESS_DENIED',
      message: expect.stringMatching(/^Could not assume .*AccessDenied: no\. .*$/),
    });
  });

  it.each(['ACTIONS_ID_TOKEN_REQUEST_URL', 'ACTIONS_ID_TOKEN_REQUEST_TOKEN'])(
    'says that %s is missing',
    async (name) => {
      const { file, env } = await refreshing();
      await expect(renew(readState(file), file, { ...env, [name]: '' })).rejects.toMatchObject({
        code: 'REFRESH_REQUEST_MISSING',
        message: expect.stringContaining(`lacks ${name},`),
      });
    },
  );

  it('needs a state that names its source', async () => {
    const { file, env } = await refreshing();
    const state = readState(file);
    const changed = { ...state, inputs: { ...state.inputs, 'identity-source': 'none' } };
    await expect(renew(changed, file, env)).rejects.toThrow('it names no identity source');
  });

  it('serves whoever asked where the session cannot be kept', async () => {
    const { file, env } = await refreshing();
    const state = readState(file);
    rmSync(file);
    mkdirSync(join(file, 'in the way'), { recursive: true });
    const session = await renew(state, file, env);
    expect(session.AccessKeyId).not.toBe(state.session.AccessKeyId);
  });

  it('of a token needs a source whose tokens end', async () => {
    const { file, env } = await refreshing();
    const state = readState(file);
    const inputs = { ...state.inputs, 'identity-source': 'web-identity-token-file' };
    const token = join(temporaryDirectory(), 'token');
    writeFileSync(token, 'an-opaque-token');
    await expect(
      obtainToken({ ...state, inputs: { ...inputs, 'web-identity-token-file': token } }, file, env),
    ).rejects.toMatchObject({
      code: 'REFRESH_STATE_INVALID',
      message: expect.stringContaining('its identity source has no tokens that expire'),
    });
  });

  it('gives no session to whoever asks after the end of the job', async () => {
    const { file, env } = await refreshing();
    const state = readState(file);
    rmSync(dirname(file), { recursive: true });
    await expect(renew(state, file, env)).rejects.toThrow(
      'it no longer exists, probably because the job has ended',
    );
  });
});

describe('a failed renewal', () => {
  const failure = { reason: 'no', until: '2031-01-01T00:00:00.000Z' };

  it('is put down for those who ask next', async () => {
    const { file } = await refreshing();
    const state = readState(file);
    recordFailure(state, file, failure);
    expect(readState(file)).toEqual({ ...state, failure });
  });

  it('is no failure of its own where it cannot be put down', async () => {
    const { file } = await refreshing();
    const state = readState(file);
    rmSync(dirname(file), { recursive: true });
    expect(() => recordFailure(state, file, failure)).not.toThrow();
  });
});

describe('a profile', () => {
  it('is not written over one that has come since it was looked for, and the loser leaves nothing of its own', () => {
    const directory = temporaryDirectory();
    const config = join(directory, 'config');
    const job = (name: string) => {
      const env = { AWS_CONFIG_FILE: config, AWS_SHARED_CREDENTIALS_FILE: join(directory, name, 'keys') };
      const recorded = recordedRunner(env);
      const keys = { accessKeyId: name, secretAccessKey: 'S', sessionToken: 'T' };
      const profile = { name: 'ci', overwrite: false };
      const sinks = profileSinks(recorded.runner, profile, 'us-east-1', new Credentials(keys));
      return {
        recorded,
        write: () =>
          exportTo({ runner: recorded.runner, clock: { now: () => 0 }, remainingMs: () => 1000 }, sinks),
      };
    };
    const [winner, loser] = [job('winner'), job('loser')];
    winner.write();
    const written = filesBelow(directory);
    expect(loser.write).toThrow('another process is writing the same profile to');
    expect(filesBelow(directory)).toEqual(written);
    // Nor does its post take the winner's section, which looks just like its own, for its own.
    expect(loser.recorded.entries('state')).toEqual({ undo: '[]' });
  });

  it('named default is refused where both files are one, before anything is asked', async () => {
    const file = join(temporaryDirectory(), 'one');
    const outcome = await runAction(
      { 'role-to-assume': DEPLOY, 'aws-profile': 'default' },
      { cloud: sandbox.cloud, env: { AWS_CONFIG_FILE: file, AWS_SHARED_CREDENTIALS_FILE: file } },
    );
    expect(outcome.error?.message).toContain('is used for both');
    expect(outcome.requests).toEqual([]);
  });

  it('is refused where there is no home directory', () => {
    const runner = { ...recordedRunner().runner, home: '' };
    expect(() => checkProfile(runner, { name: 'ci', overwrite: false })).toThrow(
      'There is no home directory for',
    );
  });

  it('goes to the home directory where a path begins with ~', async () => {
    const env = { AWS_CONFIG_FILE: '~/aws/config', AWS_SHARED_CREDENTIALS_FILE: '~/aws/keys' };
    const { directory } = await runAction(
      { 'role-to-assume': DEPLOY, 'aws-profile': 'ci' },
      { cloud: sandbox.cloud, env },
    );
    expect(Object.keys(filesBelow(join(directory, 'home')))).toEqual(['aws/config', 'aws/keys']);
  });

  it('too large to be put back is not replaced', async () => {
    const config = join(temporaryDirectory(), 'config');
    writeFileSync(config, `[profile ci]\nx = ${'"'.repeat(70_000)}\n`);
    const { error } = await runAction(
      { 'role-to-assume': DEPLOY, 'aws-profile': 'ci', 'overwrite-aws-profile': 'true' },
      { cloud: sandbox.cloud, env: { AWS_CONFIG_FILE: config } },
    );
    // The record also names files and variables, whose length depends on the machine.
    expect(error?.message.replace(/has 140\d{3} bytes/, 'has 140000 bytes')).toBe(
      `What the end of the job must put back has 140000 bytes, and the runner can keep 130000 of them for it. Most of it is the section "profile ci" of "${config}".`,
    );
  });

  it('that stands twice in a file is not replaced', async () => {
    const directory = temporaryDirectory();
    const config = join(directory, 'config');
    const text = '[profile ci]\na = 1\n[profile ci]\nb = 2\n';
    writeFileSync(config, text);
    const { error } = await runAction(
      { 'role-to-assume': DEPLOY, 'aws-profile': 'ci', 'overwrite-aws-profile': 'true' },
      { cloud: sandbox.cloud, directory, env: { AWS_CONFIG_FILE: config } },
    );
    expect(error?.message).toContain('the profile "ci" occurs more than once in');
    expect(readFileSync(config, 'utf8')).toBe(text);
  });
});
