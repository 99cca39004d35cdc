import type { AccountsFile } from '../../sandbox/cloud.js';
import { sharedCloud } from '../support/cloud.js';
import { BYSTANDER_VARIABLES, DEPLOYER_KEYS } from '../support/roles.js';
import { actionsOf, type Outcome, parametersOf, runAction } from '../support/run-action.js';

const ROOT_KEYS = {
  'aws-access-key-id': 'AKIAROOTEXAMPLE00001',
  'aws-secret-access-key': 'rootSecretEXAMPLE',
};
const BYSTANDER_KEYS = {
  'aws-access-key-id': BYSTANDER_VARIABLES.AWS_ACCESS_KEY_ID,
  'aws-secret-access-key': BYSTANDER_VARIABLES.AWS_SECRET_ACCESS_KEY,
};
const USER = 'arn:aws:iam::111122223333:user/uploader';
const FEDERATED = 'arn:aws:sts::111122223333:federated-user/ci-upload';
const DEVICE = 'arn:aws:iam::111122223333:mfa/device';
const allow = (Action: unknown) => ({ Effect: 'Allow', Action, Resource: '*' });
const UPLOAD = JSON.stringify({ Version: '2012-10-17', Statement: [allow('s3:PutObject')] });

const accounts: AccountsFile = {
  accounts: {
    '111122223333': {
      rootAccessKeys: { [ROOT_KEYS['aws-access-key-id']]: ROOT_KEYS['aws-secret-access-key'] },
      users: {
        uploader: {
          accessKeys: {
            [DEPLOYER_KEYS['aws-access-key-id']]: DEPLOYER_KEYS['aws-secret-access-key'],
          },
          mfaDevices: { device: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
          permissions: [allow(['sts:GetFederationToken', 'sts:TagSession', 's3:*', 'iam:*'])],
        },
        bystander: {
          accessKeys: {
            [BYSTANDER_VARIABLES.AWS_ACCESS_KEY_ID]: BYSTANDER_VARIABLES.AWS_SECRET_ACCESS_KEY,
          },
        },
      },
    },
  },
};
const sandbox = sharedCloud({ accounts });

const SESSION = { ...DEPLOYER_KEYS, 'get-session-token': 'true' };
const FEDERATION = {
  ...DEPLOYER_KEYS,
  'federated-user-name': 'ci-upload',
  'inline-session-policy': UPLOAD,
};
const step = (inputs: Record<string, string>, options: Partial<Parameters<typeof runAction>[1]> = {}) =>
  runAction(inputs, { cloud: sandbox.cloud, ...options });

const warnings = (outcome: Outcome): readonly string[] =>
  outcome.commands().flatMap(({ command, data }) => (command === 'warning' ? [data] : []));

/** Whether the exported session may do something in the sandbox's account. */
const may = (outcome: Outcome, action: string): boolean =>
  sandbox.cloud.isPermitted(
    outcome.entries('env')['AWS_ACCESS_KEY_ID'] ?? '',
    action,
    'arn:aws:s3:::octo/key',
  );

/** The access keys are nowhere but in the commands that mask them. */
function expectKeysKept(outcome: Outcome): void {
  const { env, output, state } = outcome.files();
  const printed = outcome.stdout().replaceAll(/^::add-mask::.*$/gm, '');
  const left = env + output + state + printed + outcome.summary;
  for (const key of Object.values(DEPLOYER_KEYS)) expect(left).not.toContain(key);
}

describe('get-session-token', () => {
  it("exports the user's session without MFA, and not the keys", async () => {
    const outcome = await step(SESSION);
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetSessionToken', 'GetCallerIdentity']);
    expect(parametersOf(outcome, 'GetSessionToken')).toEqual({
      Action: 'GetSessionToken',
      Version: '2011-06-15',
      DurationSeconds: '3600',
    });
    expect(outcome.entries('env')).toMatchObject({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SESSION_TOKEN: expect.any(String),
      AWS_CREDENTIAL_EXPIRATION: expect.stringMatching(/Z$/),
    });
    expect(outcome.entries('output')).toMatchObject({
      'aws-account-id': '111122223333',
      'authenticated-arn': USER,
    });
    expect(warnings(outcome)).toEqual([]);
    expectKeysKept(outcome);
    expect([may(outcome, 's3:PutObject'), may(outcome, 'iam:ListUsers')]).toEqual([true, false]);
  });

  it('goes with MFA, which opens IAM', async () => {
    const mfa = { 'mfa-serial-number': DEVICE, 'mfa-token-code': sandbox.cloud.mfaCode(DEVICE) };
    const outcome = await step({ ...SESSION, ...mfa, 'role-duration-seconds': '129600' });
    expect(outcome.error).toBeUndefined();
    expect(parametersOf(outcome, 'GetSessionToken')).toMatchObject({
      SerialNumber: DEVICE,
      DurationSeconds: '129600',
    });
    expect(may(outcome, 'iam:ListUsers')).toBe(true);
  });

  it('writes profiles and outputs like every other session', async () => {
    const outcome = await step({ ...SESSION, 'aws-profile': 'reports', 'output-credentials': 'true' });
    expect(outcome.error).toBeUndefined();
    expect(outcome.entries('output')['aws-access-key-id']).toMatch(/^ASIA/);
    expect(outcome.entries('env')).toEqual({});
    expect(warnings(outcome)).toEqual([]);
    expectKeysKept(outcome);
  });

  it('false is as if it were not there: the keys are exported', async () => {
    const outcome = await step({ ...DEPLOYER_KEYS, 'get-session-token': 'false' });
    expect(actionsOf(outcome)).toEqual(['GetCallerIdentity']);
    expect(outcome.entries('env')['AWS_ACCESS_KEY_ID']).toBe(DEPLOYER_KEYS['aws-access-key-id']);
  });

  it('says what it does not send', async () => {
    const outcome = await step({
      ...SESSION,
      'role-session-name': 'name',
      'role-external-id': 'id',
      'transitive-tag-keys': 'Team',
      'custom-tags': 'Team: web',
    });
    expect(outcome.error).toBeUndefined();
    expect(warnings(outcome)).toEqual([
      'role-session-name, role-external-id, transitive-tag-keys, custom-tags: not sent, because GetSessionToken has no such parameter.',
    ]);
  });

  it('is tried again without MFA, and asks until the secret key is plain', async () => {
    sandbox.cloud.fault('sts', { kind: 'throttle' }, 'GetSessionToken');
    const outcome = await step({ ...SESSION, 'special-characters-workaround': 'true' });
    expect(outcome.error).toBeUndefined();
    expect(outcome.entries('env')['AWS_SECRET_ACCESS_KEY']).toMatch(/^[A-Za-z0-9]{40}$/);
    const actions = actionsOf(outcome);
    expect(actions.filter((action) => action === 'GetSessionToken').length).toBeGreaterThan(1);
    expect(actions.at(-1)).toBe('GetCallerIdentity');
  });

  it('is refused by an account that is not allowed, and exports nothing', async () => {
    const outcome = await step({ ...SESSION, 'allowed-account-ids': '444455556666' });
    expect(outcome.error?.code).toBe('ACCOUNT_NOT_ALLOWED');
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
  });

  it('names the call where STS refuses the keys', async () => {
    const outcome = await step({ ...SESSION, 'aws-secret-access-key': 'wrong' });
    expect(outcome.error).toMatchObject({
      code: 'CREDENTIALS_REFUSED',
      headline: 'STS refused a session.',
    });
    expect(actionsOf(outcome)).toEqual(['GetSessionToken']);
  });

  it("warns where STS cuts a session, which it does to root's", async () => {
    const outcome = await step({
      ...ROOT_KEYS,
      'get-session-token': 'true',
      'role-duration-seconds': '43200',
    });
    expect(outcome.error).toBeUndefined();
    expect(warnings(outcome)).toEqual([
      expect.stringMatching(
        /^role-duration-seconds: asked for 43200 seconds, but the session ends after about 3\d\d\d\. STS limits sessions of the account's root user to 3600 seconds\./,
      ),
    ]);
    const short = await step({ ...ROOT_KEYS, 'get-session-token': 'true', 'role-duration-seconds': '3600' });
    expect(warnings(short)).toEqual([]);
  });
});

describe('federated-user-name', () => {
  it('exports a session within the session policy, with the tags of the run', async () => {
    const outcome = await step({
      ...FEDERATION,
      'managed-session-policies': 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      'role-duration-seconds': '900',
      'custom-tags': 'Team: web',
      'verify-credentials': 'true',
    });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetFederationToken', 'GetCallerIdentity']);
    expect(parametersOf(outcome, 'GetFederationToken')).toMatchObject({
      Name: 'ci-upload',
      Policy: UPLOAD,
      'PolicyArns.member.1.arn': 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
      DurationSeconds: '900',
      'Tags.member.1.Key': 'GitHub',
      'Tags.member.12.Key': 'Team',
      'Tags.member.12.Value': 'web',
    });
    expect(outcome.entries('output')).toMatchObject({
      'aws-account-id': '111122223333',
      'authenticated-arn': FEDERATED,
    });
    expect(
      ['s3:PutObject', 's3:GetObject', 's3:DeleteObject', 'iam:ListUsers'].map((a) => may(outcome, a)),
    ).toEqual([true, true, false, false]);
    expect(warnings(outcome)).toEqual([]);
    expectKeysKept(outcome);
  });

  it('takes one call, and no tags where they are off', async () => {
    const outcome = await step({
      ...FEDERATION,
      'role-skip-session-tagging': 'true',
      'role-session-name': 'name',
      'allowed-role-arns': FEDERATED,
      'allowed-account-ids': '111122223333',
    });
    expect(outcome.error).toBeUndefined();
    expect(actionsOf(outcome)).toEqual(['GetFederationToken']);
    expect(parametersOf(outcome, 'GetFederationToken')).toEqual({
      Action: 'GetFederationToken',
      Version: '2011-06-15',
      Name: 'ci-upload',
      Policy: UPLOAD,
      DurationSeconds: '3600',
    });
    expect(warnings(outcome)).toEqual([
      'role-session-name: not sent, because GetFederationToken has no such parameter.',
    ]);
  });

  it('is not one of the roles that are allowed', async () => {
    const outcome = await step({ ...FEDERATION, 'allowed-role-arns': 'arn:aws:iam::111122223333:role/*' });
    expect(outcome.error?.code).toBe('ROLE_NOT_ALLOWED');
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
  });

  it('drops the convenience tags of a session that is too large, once', async () => {
    const outcome = await step({
      ...FEDERATION,
      'custom-tags': JSON.stringify({ Purpose: 'x'.repeat(200) }),
    });
    expect(outcome.error).toBeUndefined();
    const [first, second, ...others] = outcome.requests.map(
      ({ params }) => Object.keys(params).filter((name) => name.endsWith('.Key')).length,
    );
    expect([first, second, others]).toEqual([12, 8, []]);
    expect(outcome.log().join('\n')).toContain('trying once more without the tags EventName, RunId, Job');
  });

  it('names what the user’s policy must allow where STS denies the call', async () => {
    const outcome = await step({ ...FEDERATION, ...BYSTANDER_KEYS });
    expect(outcome.error).toMatchObject({
      code: 'ACCESS_DENIED',
      headline: 'STS refused a session of the federated user "ci-upload".',
      reason: expect.stringContaining('is not authorized to perform: sts:GetFederationToken'),
      hint: expect.stringContaining(
        'must allow sts:GetFederationToken on arn:aws:sts::ACCOUNT:federated-user/ci-upload, and sts:TagSession for the 11 tags',
      ),
    });
    const untagged = await step({ ...FEDERATION, ...BYSTANDER_KEYS, 'role-skip-session-tagging': 'true' });
    expect(untagged.error?.hint).not.toContain('TagSession');
    expect(outcome.files()).toMatchObject({ env: '', output: '' });
  });

  it('is not shown with its account where that is to be masked', async () => {
    const masked = { ...FEDERATION, ...BYSTANDER_KEYS, 'mask-aws-account-id': 'true', summary: 'always' };
    const outcome = await step(masked);
    expect(outcome.error?.code).toBe('ACCESS_DENIED');
    const printed = outcome.stdout().replaceAll(/^::add-mask::.*$/gm, '');
    expect(printed + outcome.summary).toContain('sts:GetFederationToken');
    expect(printed + outcome.summary).not.toContain('111122223333');
  });

  it('assumes no role in a later step, which says why', async () => {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = (await step(FEDERATION)).entries(
      'env',
    );
    const env = { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN };
    const inputs = { 'role-chaining': 'true', 'role-to-assume': 'arn:aws:iam::111122223333:role/deploy' };
    expect((await step(inputs, { env })).error).toMatchObject({
      code: 'ACCESS_DENIED',
      hint: expect.stringMatching(/^These are the credentials of a federated user \(GetFederationToken\)/),
    });
  });

  it('says what is wrong with a policy, in STS’s words', async () => {
    const outcome = await step({ ...FEDERATION, 'inline-session-policy': '{"Version":"2012-10-17"}' });
    expect(outcome.error?.code).toBe('SESSION_POLICY_MALFORMED');
  });
});
