import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { ask, credentialsIn, endsIn, stateFile } from '../support/refresh.js';
import { DEPLOYER_KEYS } from '../support/roles.js';

const sandbox = sharedCloud();
const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';
const IRSA = {
  role: 'arn:aws:iam::111122223333:role/irsa-deploy',
  next: 'arn:aws:iam::444455556666:role/irsa-spoke',
};
const ABAC = {
  role: 'arn:aws:iam::111122223333:role/abac-deploy',
  next: 'arn:aws:iam::444455556666:role/repository-octo-repo',
};
const ACCOUNTS = JSON.parse(readFileSync(join(ACTION, 'sandbox', 'cloud.json'), 'utf8'));
const POOL = Object.keys(ACCOUNTS.accounts['111122223333'].identityPools)[0] ?? '';

/** What is requested for the second session. `meanwhile` happens after the first. */
async function renewedOnce(
  job: Job,
  inputs: Record<string, string>,
  meanwhile = () => {},
  temp = job.directories.temp,
): Promise<readonly string[]> {
  const step = await job.uses(ACTION, { 'refresh-credentials': 'true', ...inputs });
  expect(step.commands.filter(({ command }) => command === 'error')).toEqual([]);
  const state = stateFile(job, temp);
  const first = credentialsIn(await ask(job, {}, state));
  endsIn(job, -1, state);
  meanwhile();
  const since = sandbox.cloud.requests.length;
  const second = credentialsIn(await ask(job, {}, state));
  expect(second['AccessKeyId']).not.toBe(first['AccessKeyId']);
  return sandbox.cloud.requests
    .slice(since)
    .map(({ action }) => action)
    .filter((action) => !/^(discovery|jwks)$/.test(action));
}

describe('a session is renewed, with its chain, from', () => {
  it("GitHub's token", async () => {
    const job = startJob(sandbox.cloud);
    expect(await renewedOnce(job, { 'role-to-assume': HUB, 'role-chain': SPOKE })).toEqual([
      ...['GET /token', 'AssumeRoleWithWebIdentity', 'AssumeRole'],
    ]);
  });

  it('a token file, which is read again', async () => {
    const job = startJob(sandbox.cloud);
    const file = join(job.directories.workspace, 'token');
    writeFileSync(file, await sandbox.cloud.serviceAccountToken());
    const inputs = {
      'web-identity-token-file': 'token',
      'role-to-assume': IRSA.role,
      'role-chain': IRSA.next,
    };
    const token = await sandbox.cloud.serviceAccountToken();
    const again = (): void => writeFileSync(file, token);
    expect(await renewedOnce(job, inputs, again)).toEqual(['AssumeRoleWithWebIdentity', 'AssumeRole']);
    const sent = sandbox.cloud.requests.findLast(({ action }) => action === 'AssumeRoleWithWebIdentity');
    expect(sent?.params['WebIdentityToken']).toBe(token);
  });

  it('a Cognito identity pool', async () => {
    const job = startJob(sandbox.cloud);
    const inputs = { 'cognito-identity-pool-id': POOL, 'role-to-assume': ABAC.role, 'role-chain': ABAC.next };
    expect(await renewedOnce(job, inputs)).toEqual([
      ...['GET /token', 'GetId', 'GetOpenIdToken', 'AssumeRoleWithWebIdentity', 'AssumeRole'],
    ]);
  });

  it("the runner's own credentials, which are found again although AWS_PROFILE is ours by now", async () => {
    const job = startJob(sandbox.cloud, { env: { AWS_PROFILE: 'runner' } });
    mkdirSync(join(job.directories.home, '.aws'));
    writeFileSync(
      join(job.directories.home, '.aws', 'credentials'),
      `[runner]\naws_access_key_id = ${DEPLOYER_KEYS['aws-access-key-id']}\naws_secret_access_key = ${DEPLOYER_KEYS['aws-secret-access-key']}\n`,
      { mode: 0o600 },
    );
    const inputs = { 'role-chaining': 'true', 'role-to-assume': 'arn:aws:iam::222233334444:role/link-1' };
    const chain = { 'role-chain': 'arn:aws:iam::444455556666:role/link-2' };
    expect(await renewedOnce(job, { ...inputs, ...chain, 'role-skip-session-tagging': 'true' })).toEqual([
      'AssumeRole',
      'AssumeRole',
    ]);
  });

  it('another refreshing profile of the same job', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { 'refresh-credentials': 'true', 'role-to-assume': HUB, 'aws-profile': 'hub' });
    const hub = stateFile(job);
    expect(job.env['AWS_PROFILE']).toBe('hub');
    // The second step's state is looked for in a folder of its own.
    const temp = join(job.directories.temp, 'second');
    mkdirSync(temp);
    job.env['RUNNER_TEMP'] = temp;
    const chaining = { 'role-chaining': 'true', 'role-skip-session-tagging': 'true' };
    const inputs = { ...chaining, 'role-to-assume': SPOKE, 'aws-profile': 'spoke' };
    const endHub = (): void => endsIn(job, -1, hub);
    expect(await renewedOnce(job, inputs, endHub, temp)).toEqual([
      ...['GET /token', 'AssumeRoleWithWebIdentity', 'AssumeRole'],
    ]);
  });
});

describe("a process without the variables of GitHub's token request", () => {
  const CLEARED = { ACTIONS_ID_TOKEN_REQUEST_URL: undefined, ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined };

  it('cannot renew from a Cognito identity pool, and hears why before anything is asked', async () => {
    const job = startJob(sandbox.cloud);
    const inputs = { 'cognito-identity-pool-id': POOL, 'role-to-assume': ABAC.role };
    await job.uses(ACTION, { 'refresh-credentials': 'true', ...inputs });
    endsIn(job, -1);
    const since = sandbox.cloud.requests.length;
    const { exitCode, stderr } = await ask(job, CLEARED);
    expect([exitCode, sandbox.cloud.requests.length]).toEqual([1, since]);
    expect(stderr).toContain('lacks ACTIONS_ID_TOKEN_REQUEST_URL and ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  });

  it('renews from a token file, which needs none of them', async () => {
    const job = startJob(sandbox.cloud);
    writeFileSync(join(job.directories.workspace, 'token'), await sandbox.cloud.serviceAccountToken());
    const inputs = { 'web-identity-token-file': 'token', 'role-to-assume': IRSA.role };
    await job.uses(ACTION, { 'refresh-credentials': 'true', ...inputs });
    endsIn(job, -1);
    expect(credentialsIn(await ask(job, CLEARED))['AccessKeyId']).toMatch(/^ASIA/);
  });
});
