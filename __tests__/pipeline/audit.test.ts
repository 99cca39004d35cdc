import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { recordsIn } from '../support/audit.js';
import { sharedCloud } from '../support/cloud.js';
import { modeOf, temporaryDirectory } from '../support/files.js';
import { BY_KEYS, BYSTANDER_VARIABLES, DEPLOYER_KEYS, LONG } from '../support/roles.js';
import { actionsOf, type Outcome, type RunOptions, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke-deploy';
const REQUEST_ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

interface Recorded {
  readonly outcome: Outcome;
  readonly records: readonly Record<string, unknown>[];
  readonly path: string;
}

async function recorded(
  inputs: Record<string, string>,
  options: Partial<RunOptions> = {},
  path = join(temporaryDirectory(), 'audit.jsonl'),
): Promise<Recorded> {
  const outcome = await runAction({ 'audit-file': path, ...inputs }, { cloud: sandbox.cloud, ...options });
  return { outcome, path, records: recordsIn(readFileSync(path, 'utf8')) };
}

describe('the record of a step', () => {
  it('has the run, the identity, each hop with what CloudTrail calls it, and the guards', async () => {
    const { outcome, records } = await recorded({
      'role-to-assume': HUB,
      'role-chain': `- role: ${SPOKE}\n  session-name: audited\n  external-id: never-shown\n  managed-session-policies: [arn:aws:iam::aws:policy/ReadOnlyAccess]`,
      'source-identity': 'octocat',
      'custom-tags': 'Team: core',
      'transitive-tag-keys': 'Team',
      'allowed-account-ids': '444455556666',
      'allowed-refs': 'refs/heads/*',
    });
    expect(outcome.error).toBeUndefined();
    expect(records).toHaveLength(1);
    expect(outcome.entries('output')['audit']).toBe(JSON.stringify(records[0]));
    expect(records[0]).toMatchObject({
      schemaVersion: 1,
      outcome: 'assumed',
      run: { repository: 'octo-org/octo-repo', ref: 'refs/heads/main', step: '__step_1' },
      identity: {
        source: 'github-oidc',
        claims: { sub: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main', aud: 'sts.amazonaws.com' },
      },
      guards: [
        {
          name: 'allowed-account-ids',
          compared: '444455556666',
          allowed: ['444455556666'],
          result: 'passed',
        },
        { name: 'allowed-refs', compared: 'refs/heads/main', allowed: ['refs/heads/*'], result: 'passed' },
      ],
      hops: [
        {
          result: 'assumed',
          roleArn: HUB,
          sessionName: 'GitHubActions',
          principalId: expect.stringMatching(/^AROA[A-Z2-7]{17}:GitHubActions$/),
          roleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
          requestId: REQUEST_ID,
          attempts: 1,
          tags: [],
          calls: [{ operation: 'AssumeRoleWithWebIdentity', region: 'us-east-1', time: TIME }],
        },
        {
          result: 'assumed',
          roleArn: SPOKE,
          assumedRoleArn: 'arn:aws:sts::444455556666:assumed-role/spoke-deploy/audited',
          sessionName: 'audited',
          sourceIdentity: 'octocat',
          hasExternalId: true,
          managedSessionPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
          tags: expect.arrayContaining([{ key: 'Team', value: 'core', transitive: true }]),
          durationSeconds: 3600,
          requestId: REQUEST_ID,
        },
      ],
      credentials: { accountId: '444455556666', expiresAt: outcome.entries('output')['aws-expiration'] },
    });
  });

  it.each([
    ['GetSessionToken', { 'get-session-token': 'true' }, ['GetSessionToken', 'GetCallerIdentity']],
    [
      'GetFederationToken',
      {
        'federated-user-name': 'ci-upload',
        'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
      },
      ['GetFederationToken'],
    ],
  ])('has the call that gave a session of a user: %s', async (_, inputs, operations) => {
    const { records } = await recorded({ ...DEPLOYER_KEYS, ...inputs });
    expect(records).toMatchObject([
      {
        outcome: 'own-credentials',
        identity: { source: 'access-keys' },
        hops: [],
        otherCalls: operations.map((operation) => ({ operation, requestId: REQUEST_ID })),
      },
    ]);
  });

  it('has the request IDs of every attempt, and the tags that were sent in the end', async () => {
    sandbox.cloud.fault('sts', { kind: 'throttle', times: 1 });
    sandbox.cloud.fault(
      'sts',
      { kind: 'error', status: 400, code: 'PackedPolicyTooLarge', message: 'x' },
      'AssumeRole',
    );
    const { records } = await recorded({ 'role-to-assume': HUB, 'role-chain': SPOKE });
    expect(records).toMatchObject([
      {
        hops: [
          { attempts: 2, calls: [{ error: 'Throttling', requestId: REQUEST_ID }, { requestId: REQUEST_ID }] },
          { attempts: 2, calls: [{ error: 'PackedPolicyTooLarge' }, { operation: 'AssumeRole' }] },
        ],
      },
    ]);
    const tags = JSON.stringify(records[0]?.['hops']);
    expect(tags).toContain('"Repository"');
    expect(tags).not.toContain('"RunId"');
  });

  it('is written of a refusal as well, with the guard that refused and what was not tried', async () => {
    const { outcome, records } = await recorded({
      'role-to-assume': HUB,
      'role-chain': SPOKE,
      'allowed-refs': 'refs/tags/*',
    });
    expect(outcome.error?.code).toBe('REF_NOT_ALLOWED');
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
    expect(records).toMatchObject([
      {
        outcome: 'failed',
        error: { code: 'REF_NOT_ALLOWED', message: expect.stringContaining('refs/heads/main') },
        guards: [{ name: 'allowed-refs', compared: 'refs/heads/main', result: 'refused' }],
        hops: [{ result: 'not-attempted', roleArn: HUB, attempts: 0 }, { result: 'not-attempted' }],
      },
    ]);
    expect(records[0]).not.toHaveProperty('credentials');
  });

  it("names the hop that AWS refused, with AWS's own code", async () => {
    const refused = 'arn:aws:iam::444455556666:role/no-such';
    const { records } = await recorded({ 'role-to-assume': HUB, 'role-chain': refused });
    expect(records).toMatchObject([
      {
        error: { code: 'ACCESS_DENIED' },
        hops: [
          { result: 'assumed' },
          { result: 'failed', requestId: REQUEST_ID, calls: [{ error: 'AccessDenied' }] },
        ],
      },
    ]);
  });

  it.each([
    ['wrong inputs', { 'role-duration-seconds': 'soon' }, {}, 'INPUT_INVALID'],
    [
      'a wrong account',
      { 'role-to-assume': LONG, 'allowed-account-ids': '444455556666' },
      {},
      'ACCOUNT_NOT_ALLOWED',
    ],
    [
      'a job without a token',
      { 'role-to-assume': LONG },
      { run: { idToken: false } },
      'ID_TOKEN_PERMISSION_MISSING',
    ],
  ])('says what was wrong before any request, such as %s', async (_, inputs, options, code) => {
    const { outcome, records } = await recorded(inputs, options);
    expect(records).toMatchObject([{ outcome: 'failed', error: { code } }]);
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('has a line for each step that names the file', async () => {
    const first = await recorded({ 'role-to-assume': LONG });
    writeFileSync(first.path, readFileSync(first.path, 'utf8').trimEnd());
    const second = await recorded({ 'role-to-assume': LONG, 'allowed-refs': 'x/*' }, {}, first.path);
    expect(second.records.map(({ outcome }) => outcome)).toEqual(['assumed', 'failed']);
    expect(modeOf(first.path)).toBe('0600');
  });

  it('is below the workspace where its path is relative, in directories that are made', async () => {
    const directory = temporaryDirectory();
    await runAction(
      { 'role-to-assume': LONG, 'audit-file': 'build/audit/é.json' },
      { cloud: sandbox.cloud, directory },
    );
    const path = join(directory, 'workspace', 'build', 'audit', 'é.json');
    expect(recordsIn(readFileSync(path, 'utf8'))).toHaveLength(1);
  });

  it.each([
    ['no role is asked for', DEPLOYER_KEYS, {}, 'own-credentials'],
    ['existing credentials are kept', { 'use-existing-credentials': 'true' }, BYSTANDER_VARIABLES, 'kept'],
  ])('says that %s', async (_, inputs, env, outcome) => {
    const { records } = await recorded({ ...inputs, 'allowed-account-ids': '111122223333' }, { env });
    expect(records).toMatchObject([
      {
        outcome,
        hops: [],
        guards: [{ name: 'allowed-account-ids', result: 'passed' }],
        otherCalls: [{ operation: 'GetCallerIdentity', requestId: REQUEST_ID }],
        credentials: { accountId: '111122223333' },
      },
    ]);
  });

  it('leaves out what the server does not say', async () => {
    sandbox.cloud.fault('sts', { kind: 'reset', times: 99 });
    const { records } = await recorded({ 'role-to-assume': LONG, 'disable-retry': 'true' });
    expect(records).toMatchObject([{ hops: [{ calls: [{ error: 'NETWORK_FAILED' }] }] }]);
    expect(JSON.stringify(records)).not.toContain('requestId');
  });

  it('has every try for a plain key', async () => {
    const { records } = await recorded({
      'role-to-assume': LONG,
      'special-characters-workaround': 'true',
    });
    const [{ hops }] = records as [{ hops: { attempts: number; calls: unknown[] }[] }];
    expect(hops).toHaveLength(1);
    expect(hops[0]?.calls).toHaveLength(hops[0]?.attempts ?? -1);
  });
});

it("has the claims of GitHub's token where a pool exchanged it", async () => {
  const { records } = await recorded({
    'role-to-assume': 'arn:aws:iam::111122223333:role/abac-deploy',
    'cognito-identity-pool-id': 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333',
  });
  expect(records).toMatchObject([
    {
      identity: {
        source: 'cognito',
        claims: { repository: 'octo-org/octo-repo', ref: 'refs/heads/main' },
        tokenTags: expect.arrayContaining([{ key: 'Repository', value: 'octo-org/octo-repo' }]),
      },
    },
  ]);
});

describe('a record and secrets', () => {
  it('has neither keys nor tokens, external IDs nor codes', async () => {
    const { outcome, path } = await recorded({
      ...DEPLOYER_KEYS,
      'role-to-assume': 'access-key-deploy',
      'role-external-id': 'an-external-id',
      'output-credentials': 'true',
    });
    const text = readFileSync(path, 'utf8');
    const { 'aws-access-key-id': id = '-', 'aws-secret-access-key': key = '-' } = outcome.entries('output');
    for (const secret of [...Object.values(DEPLOYER_KEYS), 'an-external-id', id, key])
      expect(text).not.toContain(secret);
  });

  it('has no piece of a secret that STS repeats', async () => {
    const secret = DEPLOYER_KEYS['aws-secret-access-key'];
    const message = `The key ${secret.slice(4)} "is" refused`;
    sandbox.cloud.fault('sts', { kind: 'error', status: 403, code: 'AccessDenied', message });
    const { records, path } = await recorded({ ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS });
    expect(records).toMatchObject([
      {
        outcome: 'failed',
        error: { code: 'ACCESS_DENIED', message: expect.stringContaining('The key ***') },
      },
    ]);
    expect(readFileSync(path, 'utf8')).not.toContain(secret.slice(8, 20));
  });

  it('hides the account where the log does, also that of a failure', async () => {
    const inputs = { 'mask-aws-account-id': 'true', 'role-to-assume': LONG };
    const { path } = await recorded({ ...inputs, 'role-chain': SPOKE }, {});
    const text = readFileSync(path, 'utf8');
    expect(text).toContain('***');
    expect(text).not.toMatch(/111122223333|444455556666/);
  });
});

test('a step without audit-file has no output for it', async () => {
  const outcome = await runAction({ 'role-to-assume': LONG }, { cloud: sandbox.cloud });
  expect(outcome.entries('output')).not.toHaveProperty('audit');
});
