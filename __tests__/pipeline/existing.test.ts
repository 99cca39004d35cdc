import { sharedCloud } from '../support/cloud.js';
import { BYSTANDER_VARIABLES, DEPLOY, LONG } from '../support/roles.js';
import { actionsOf, runAction } from '../support/run-action.js';

const sandbox = sharedCloud();
const inputs = { 'role-to-assume': LONG, 'use-existing-credentials': 'true' };

/** The environment that a step before this one left. */
async function left(role: string): Promise<Record<string, string>> {
  return (await runAction({ 'role-to-assume': role }, { cloud: sandbox.cloud })).entries('env');
}

describe('use-existing-credentials', () => {
  it('keeps the credentials of the wanted role, after one call to STS, and sets the Region', async () => {
    const outcome = await runAction(inputs, { cloud: sandbox.cloud, env: await left(LONG) });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect(outcome.entries('env')).toEqual({ AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-east-1' });
    expect(outcome.entries('output')).toMatchObject({
      'aws-account-id': '111122223333',
      'authenticated-arn': 'arn:aws:sts::111122223333:assumed-role/long-session/GitHubActions',
    });
    expect(outcome.log().at(-1)).toBe(
      'Notice: Keeping the existing credentials of arn:aws:sts::111122223333:assumed-role/long-session/GitHubActions.',
    );
  });

  it.each<[string, () => Promise<Record<string, string>>, Record<string, string>, string]>([
    ['of another role', () => left(DEPLOY), {}, 'they belong to a different role from role-to-assume'],
    [
      'of another account',
      async () => BYSTANDER_VARIABLES,
      { 'role-to-assume': '', 'allowed-account-ids': '444455556666' },
      'their account is not in allowed-account-ids',
    ],
    [
      'that end in less than ten minutes',
      async () => ({
        ...(await left(LONG)),
        AWS_CREDENTIAL_EXPIRATION: new Date(Date.now() + 9 * 60_000).toISOString(),
      }),
      {},
      'they expire in less than ten minutes',
    ],
    [
      'that do not work',
      async () => ({ ...BYSTANDER_VARIABLES, AWS_SECRET_ACCESS_KEY: 'wrong' }),
      {},
      'none of them work',
    ],
    ['that are not there', async () => ({}), {}, 'none of them work'],
  ])('does not keep credentials %s, and says why', async (_, env, more, why) => {
    const outcome = await runAction({ ...inputs, ...more }, { cloud: sandbox.cloud, env: await env() });
    expect(outcome.log()).toContainEqual(expect.stringContaining(why));
    if (!('role-to-assume' in more)) expect(actionsOf(outcome)).toContain('AssumeRoleWithWebIdentity');
  });

  it('is off where it is false', async () => {
    const outcome = await runAction(
      { ...inputs, 'use-existing-credentials': 'false' },
      { cloud: sandbox.cloud, env: await left(LONG) },
    );
    expect(actionsOf(outcome)).toEqual(['GET /token', 'AssumeRoleWithWebIdentity']);
  });

  it('hides account and ARN in what it says, with mask-aws-account-id', async () => {
    const outcome = await runAction(
      { ...inputs, 'mask-aws-account-id': 'true' },
      { cloud: sandbox.cloud, env: await left(LONG) },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.log().join('\n')).not.toContain('111122223333');
  });
});

describe('an AWS_CREDENTIAL_EXPIRATION that is not a time', () => {
  const AWS_CREDENTIAL_EXPIRATION = 'in an hour';

  it('is named, where the credentials with it are to be used', async () => {
    const { error } = await runAction(
      { 'identity-source': 'environment' },
      { cloud: sandbox.cloud, env: { ...BYSTANDER_VARIABLES, AWS_CREDENTIAL_EXPIRATION } },
    );
    expect(error).toMatchObject({
      code: 'CREDENTIALS_NOT_FOUND',
      message:
        'The AWS credentials in the environment are not usable: AWS_CREDENTIAL_EXPIRATION is not a time, such as 2031-01-01T00:00:00Z.',
    });
  });

  it('makes use-existing-credentials get new ones', async () => {
    const outcome = await runAction(inputs, {
      cloud: sandbox.cloud,
      env: { ...(await left(LONG)), AWS_CREDENTIAL_EXPIRATION },
    });
    expect(outcome.error).toBeUndefined();
    expect(outcome.log()).toContain('Not using the credentials in the environment: none of them work.');
  });
});

describe('unset-current-credentials', () => {
  it('keeps the old credentials from being used, and leaves no session token of theirs', async () => {
    const outcome = await runAction(
      { 'unset-current-credentials': 'true', 'role-chaining': 'true' },
      { cloud: sandbox.cloud, env: BYSTANDER_VARIABLES },
    );
    expect(outcome.error?.code).toBe('CREDENTIALS_NOT_FOUND');
    expect(actionsOf(outcome)).toEqual([]);
  });

  it('does nothing where no environment is exported', async () => {
    const outcome = await runAction(
      { 'unset-current-credentials': 'true', 'role-chaining': 'true', 'output-env-credentials': 'false' },
      { cloud: sandbox.cloud, env: BYSTANDER_VARIABLES },
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.files().env).toBe('');
  });
});

describe('mask-aws-account-id', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ['that succeeds', { 'role-to-assume': LONG, summary: 'always' }, {}],
    ['that is refused', { 'role-to-assume': 'arn:aws:iam::111122223333:role/no-such' }, {}],
    ['for the wrong account', { 'role-to-assume': LONG, 'allowed-account-ids': '444455556666' }, {}],
    [
      'with a role given by its name that is refused',
      { 'role-to-assume': 'no-such', 'role-chaining': 'true' },
      BYSTANDER_VARIABLES,
    ],
    [
      'of source credentials that may not assume the role',
      { 'role-to-assume': 'arn:aws:iam::444455556666:role/spoke-deploy', 'role-chaining': 'true' },
      BYSTANDER_VARIABLES,
    ],
  ])('hides the account everywhere in a step %s, also by its variable', async (_, more, env) => {
    const outcomes = [
      await runAction({ ...more, 'mask-aws-account-id': 'true' }, { cloud: sandbox.cloud, env }),
      await runAction(more, { cloud: sandbox.cloud, env: { ...env, MASK_AWS_ACCOUNT_ID: 'true' } }),
    ];
    for (const outcome of outcomes) {
      expect(outcome.log().filter((line) => line.includes('111122223333'))).toEqual([]);
      expect(outcome.summary).not.toContain('111122223333');
    }
  });
});
