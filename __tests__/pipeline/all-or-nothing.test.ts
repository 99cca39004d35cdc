import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow, modeOf, temporaryDirectory } from '../support/files.js';
import { BYSTANDER_VARIABLES, LONG } from '../support/roles.js';
import { type Outcome, type RunOptions, runAction } from '../support/run-action.js';
import { assumedAnswer } from '../support/sts-answers.js';

const sandbox = sharedCloud();
const EXISTING = {
  'home/.aws/credentials': '[mine]\r\naws_access_key_id = AKIA0\r\n\r\n[ci]\r\nold = 1',
  'home/.aws/config': '[profile mine]\nregion = eu-west-1\n',
  'files/env': 'EARLIER=1\n',
  'files/output': 'earlier=1\n',
  'files/state': '',
};

/** A directory with shared files, and command files to which the step has already written something. */
function prepared(): { directory: string; env: Record<string, string> } {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(EXISTING)) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  const variables = { GITHUB_ENV: 'env', GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state' };
  const env = Object.entries(variables).map(([name, file]) => [name, join(directory, 'files', file)]);
  return { directory, env: { ...Object.fromEntries(env), ...BYSTANDER_VARIABLES } };
}

interface Prepared {
  readonly directory: string;
  readonly env: Record<string, string>;
}

/** Everything but the undo record, which is written before anything is done. */
function filesOf({ directory }: Prepared): Record<string, string> {
  const { 'workspace/': _, 'files/state': __, ...files } = filesBelow(directory);
  return files;
}

const inputs = {
  'role-to-assume': LONG,
  'aws-profile': 'ci',
  'overwrite-aws-profile': 'true',
  'output-env-credentials': 'true',
  'output-credentials': 'true',
};

async function fails(place: Prepared, more: Record<string, string> = {}, options: Partial<RunOptions> = {}) {
  const before = filesOf(place);
  const outcome: Outcome = await runAction(
    { ...inputs, ...more },
    { cloud: sandbox.cloud, directory: place.directory, env: place.env, ...options },
  );
  expect(outcome.exitCode()).toBe(1);
  expect(filesOf(place)).toEqual(before);
  return outcome;
}

describe('a step that fails leaves environment, outputs and files as they were', () => {
  it('when STS refuses', async () => {
    const outcome = await fails(prepared(), { 'role-to-assume': 'arn:aws:iam::111122223333:role/no-such' });
    expect(outcome.error?.code).toBe('ACCESS_DENIED');
  });

  it('when the credentials are of the wrong account', async () => {
    const arn = 'arn:aws:sts::444455556666:assumed-role/long-session/GitHubActions';
    sandbox.cloud.fault('sts', { kind: 'answer', body: assumedAnswer({ arn }) });
    const outcome = await fails(prepared(), { 'allowed-account-ids': '111122223333' });
    expect(outcome.error?.code).toBe('ACCOUNT_NOT_ALLOWED');
  });

  it('when the credentials cannot be verified', async () => {
    sandbox.cloud.fault(
      'sts',
      { kind: 'error', status: 403, code: 'InvalidClientTokenId', message: 'No such key' },
      'GetCallerIdentity',
    );
    const outcome = await fails(prepared(), { 'verify-credentials': 'true' });
    expect(outcome.error?.code).toBe('CREDENTIALS_REFUSED');
  });

  it('when an input is wrong', async () => {
    const outcome = await fails(prepared(), { 'role-duration-seconds': 'soon' });
    expect(outcome.error?.code).toBe('INPUT_INVALID');
  });

  it('when unset-current-credentials was asked for', async () => {
    sandbox.cloud.fault('sts', { kind: 'garbage' });
    await fails(prepared(), { 'unset-current-credentials': 'true' });
  });

  it('when GITHUB_ENV cannot be written', async () => {
    const place = prepared();
    rmSync(join(place.directory, 'files', 'env'));
    mkdirSync(join(place.directory, 'files', 'env'));
    const before = filesOf(place);
    await expect(
      runAction(inputs, { cloud: sandbox.cloud, directory: place.directory, env: place.env }).then(
        ({ error }) => error?.code,
      ),
    ).resolves.toBe('RUNNER_FILE_UNWRITABLE');
    expect(filesOf(place)).toEqual(before);
  });

  it('when GITHUB_OUTPUT cannot be written', async () => {
    const place = prepared();
    rmSync(join(place.directory, 'files', 'output'));
    const outcome = await fails(place);
    expect(outcome.error).toMatchObject({
      code: 'RUNNER_FILE_UNWRITABLE',
      message: "Could not write to the runner's file GITHUB_OUTPUT.",
    });
  });

  it('when the undo record cannot be saved: nothing is done that could not be undone', async () => {
    const place = prepared();
    rmSync(join(place.directory, 'files', 'state'));
    const outcome = await fails(place);
    expect(outcome.error?.message).toContain('GITHUB_STATE');
  });

  // The directory of the second file is the first file, which is not there until it is written.
  it.each(['new', '.fresh/credentials'])('when the second file of a profile fails (%s)', async (first) => {
    const place = prepared();
    const credentials = join(place.directory, 'home', first);
    const config = join(credentials, 'config');
    const env = { ...place.env, AWS_SHARED_CREDENTIALS_FILE: credentials, AWS_CONFIG_FILE: config };
    const outcome = await fails({ ...place, env });
    expect(outcome.error).toMatchObject({ code: 'FILE_REFUSED', message: expect.stringContaining(config) });
  });

  it('when the time is over', async () => {
    sandbox.cloud.fault('sts', { kind: 'hang' });
    const outcome = await fails(prepared(), { 'action-timeout-s': '1' });
    expect(outcome.error?.code).toBe('ACTION_TIMEOUT');
  });
});

describe('a step that succeeds', () => {
  it('has succeeded, though its summary would take longer than its time', async () => {
    const pipe = join(temporaryDirectory(), 'summary');
    execFileSync('mkfifo', [pipe]);
    const outcome = await runAction(
      { 'role-to-assume': LONG, summary: 'always', 'action-timeout-s': '1' },
      { cloud: sandbox.cloud, env: { GITHUB_STEP_SUMMARY: pipe } },
    );
    expect([outcome.error, outcome.exitCode()]).toEqual([undefined, undefined]);
    expect(outcome.entries('env')['AWS_ACCESS_KEY_ID']).toMatch(/^ASIA/);
    expect(outcome.log().at(-1)).toBe('##[debug]The job summary could not be written.');
  });

  it('adds to the command files, behind what was there', async () => {
    const place = prepared();
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, ...place });
    expect(outcome.error).toBeUndefined();
    expect(outcome.files().env).toMatch(/^EARLIER=1\nAWS_ACCESS_KEY_ID<<ghadelimiter_/);
    expect(outcome.files().output).toMatch(/^earlier=1\naws-account-id<<ghadelimiter_/);
  });

  it('keeps the permissions of the directory and narrows those of the files', async () => {
    const place = prepared();
    chmodSync(join(place.directory, 'home', '.aws', 'credentials'), 0o644);
    await runAction(inputs, { cloud: sandbox.cloud, ...place });
    expect(modeOf(join(place.directory, 'home', '.aws', 'credentials'))).toBe('0600');
  });
});
