import { GetFederationTokenCommand, STSClient } from '@aws-sdk/client-sts';
import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import {
  type Answer,
  BYSTANDER,
  element,
  type Keys,
  keysOf,
  LEGACY_DEPLOYER,
  signed,
} from '../support/sts-client.js';

const ROOT = { accessKeyId: 'AKIAROOTEXAMPLE00001', secretAccessKey: 'rootSecretEXAMPLE' };
const NAME = 'ci-upload';
const ARN = `arn:aws:sts::111122223333:federated-user/${NAME}`;
const ROLE = 'arn:aws:iam::111122223333:role/deploy';
const SERIAL = 'arn:aws:iam::111122223333:mfa/device';
const allow = (Action: unknown, Resource: unknown = '*', Condition?: object) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...(Condition && { Condition }),
});
const policyOf = (...Statement: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement });

/** A user who may upload and more, one who may do nothing, and a role that everybody in the account may assume. */
const ACCOUNTS: AccountsFile = {
  accounts: {
    '111122223333': {
      rootAccessKeys: { [ROOT.accessKeyId]: ROOT.secretAccessKey },
      users: {
        uploader: {
          accessKeys: { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey },
          mfaDevices: { device: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
          tags: { Team: 'core' },
          permissions: [
            allow(['sts:GetFederationToken', 'sts:AssumeRole'], '*'),
            allow('sts:TagSession', '*', { StringLike: { 'aws:RequestTag/Purpose': '*' } }),
            allow(['s3:PutObject', 'iam:ListUsers']),
            allow('s3:GetObject', `arn:aws:s3:::octo-\${aws:PrincipalTag/Team}/*`),
          ],
        },
        bystander: { accessKeys: { [BYSTANDER.accessKeyId]: BYSTANDER.secretAccessKey } },
      },
      roles: {
        deploy: {
          trust: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Principal: { AWS: '111122223333' }, Action: ['sts:AssumeRole'] }],
          },
        },
      },
    },
  },
};

const UPLOAD = policyOf(allow('s3:*'));
const now = Date.UTC(2026, 10, 21, 12);
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ accounts: ACCOUNTS, now: () => now });
});
afterAll(() => cloud.close());

const ask = (keys: Keys, params: Record<string, string>): Promise<Answer> =>
  signed(cloud, keys, params, { date: new Date(now) });
const federate = (keys: Keys, more: Record<string, string> = {}) =>
  ask(keys, { Action: 'GetFederationToken', Name: NAME, ...more });
const tag = (key: string, value: string) => ({ 'Tags.member.1.Key': key, 'Tags.member.1.Value': value });
const may = ({ accessKeyId }: Keys, action: string, resource = 'arn:aws:s3:::octo-core/key') =>
  cloud.isPermitted(accessKeyId, action, resource);

describe('a federation token', () => {
  it('is for the named federated user, who can ask for that name and for nothing else of STS', async () => {
    const answer = await federate(LEGACY_DEPLOYER, { Policy: UPLOAD });
    expect([element(answer, 'Arn'), element(answer, 'FederatedUserId')]).toEqual([
      ARN,
      `111122223333:${NAME}`,
    ]);
    const keys = keysOf(answer);
    expect(keys.accessKeyId).toMatch(/^ASIA/);
    const whose = await ask(keys, { Action: 'GetCallerIdentity' });
    expect([element(whose, 'Arn'), element(whose, 'UserId'), element(whose, 'Account')]).toEqual([
      ARN,
      `111122223333:${NAME}`,
      '111122223333',
    ]);
    expect(
      await ask(keys, { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'session' }),
    ).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: `User: ${ARN} is not authorized to perform: sts:AssumeRole on resource: ${ROLE}`,
    });
    for (const Action of ['GetSessionToken', 'GetFederationToken'] as const) {
      expect(await ask(keys, { Action, Name: NAME })).toMatchObject({
        status: 403,
        code: 'AccessDenied',
        message: `Cannot call ${Action} with session credentials`,
      });
    }
  });

  it('allows what both the user and the session policy allow', async () => {
    const keys = keysOf(await federate(LEGACY_DEPLOYER, { Policy: policyOf(allow(['s3:*', 'ec2:*'])) }));
    expect(may(LEGACY_DEPLOYER, 's3:PutObject')).toBe(true);
    expect([may(keys, 's3:PutObject'), may(keys, 's3:GetObject')]).toEqual([true, true]);
    expect(may(keys, 's3:GetObject', 'arn:aws:s3:::octo-other/key')).toBe(false);
    expect([may(keys, 's3:DeleteObject'), may(keys, 'ec2:RunInstances')]).toEqual([false, false]);
  });

  it('allows nothing without a session policy, or with one that the user has no part in', async () => {
    const none = keysOf(await federate(LEGACY_DEPLOYER));
    expect([may(none, 's3:PutObject'), may(none, 'sts:GetCallerIdentity')]).toEqual([false, true]);
    const other = keysOf(await federate(LEGACY_DEPLOYER, { Policy: policyOf(allow('ec2:*')) }));
    expect(may(other, 's3:PutObject')).toBe(false);
  });

  it('takes managed policies of AWS and of the account, together with an inline one', async () => {
    const arns = (arn: string) => ({ 'PolicyArns.member.1.arn': arn });
    const readOnly = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    const keys = keysOf(await federate(LEGACY_DEPLOYER, arns(readOnly)));
    expect([may(keys, 's3:GetObject'), may(keys, 's3:PutObject')]).toEqual([true, false]);
    const both = keysOf(await federate(LEGACY_DEPLOYER, { ...arns(readOnly), Policy: UPLOAD }));
    expect(may(both, 's3:PutObject')).toBe(true);
    expect(await federate(LEGACY_DEPLOYER, arns('arn:aws:iam::444455556666:policy/theirs'))).toMatchObject({
      code: 'ValidationError',
    });
  });

  it('never allows a call of IAM or STS, whatever the policies say', async () => {
    const all = keysOf(await federate(LEGACY_DEPLOYER, { Policy: policyOf(allow('*')) }));
    expect(may(LEGACY_DEPLOYER, 'iam:ListUsers')).toBe(true);
    expect([may(all, 'iam:ListUsers'), may(all, 'sts:AssumeRole')]).toEqual([false, false]);
  });

  it("carries tags that stand over the user's own", async () => {
    const more = { Policy: UPLOAD, 'Tags.member.2.Key': 'Purpose', 'Tags.member.2.Value': 'x' };
    const keys = keysOf(await federate(LEGACY_DEPLOYER, { ...more, ...tag('Team', 'other') }));
    expect(may(keys, 's3:GetObject', 'arn:aws:s3:::octo-other/key')).toBe(true);
    expect(may(keys, 's3:GetObject', 'arn:aws:s3:::octo-core/key')).toBe(false);
  });

  it('needs permission for the call, and for its tags', async () => {
    const denied = (user: string, action: string) => ({
      status: 403,
      code: 'AccessDenied',
      message: `User: arn:aws:iam::111122223333:user/${user} is not authorized to perform: ${action} on resource: ${ARN} because no identity-based policy allows the ${action} action`,
    });
    expect(await federate(BYSTANDER, { Policy: UPLOAD })).toMatchObject(
      denied('bystander', 'sts:GetFederationToken'),
    );
    expect(await federate(LEGACY_DEPLOYER, { Policy: UPLOAD, ...tag('Team', 'x') })).toMatchObject(
      denied('uploader', 'sts:TagSession'),
    );
    expect((await federate(LEGACY_DEPLOYER, { Policy: UPLOAD, ...tag('Purpose', 'x') })).status).toBe(200);
  });

  it.each<[Record<string, string>, number]>([
    [{}, 43200],
    [{ DurationSeconds: '900' }, 900],
    [{ DurationSeconds: '129600' }, 129600],
  ])('asked for with %j lasts %i seconds', async (more, seconds) => {
    const answer = await federate(LEGACY_DEPLOYER, { Policy: UPLOAD, ...more });
    expect(Date.parse(element(answer, 'Expiration') ?? '')).toBe(now + seconds * 1000);
  });

  it.each([
    ['name', { Name: 'x' }],
    ['name', { Name: 'x'.repeat(33) }],
    ['name', { Name: 'not a name' }],
    ['durationSeconds', { DurationSeconds: '899' }],
    ['durationSeconds', { DurationSeconds: '129601' }],
    ['policy', { Policy: 'x'.repeat(2049) }],
  ])('refuses a malformed %s, naming it: %j', async (at, parameters) => {
    const answer = await federate(LEGACY_DEPLOYER, parameters);
    expect(answer).toMatchObject({ status: 400, code: 'ValidationError' });
    expect(answer.message).toContain(`at '${at}'`);
  });

  it('refuses a policy that is none, and tags that are too large', async () => {
    expect((await federate(LEGACY_DEPLOYER, { Policy: '{' })).code).toBe('MalformedPolicyDocument');
    const large = { Policy: policyOf(allow('s3:*', `arn:aws:s3:::${'x'.repeat(1200)}`)) };
    expect((await federate(LEGACY_DEPLOYER, large)).code).toBe('PackedPolicyTooLarge');
  });

  it('is given to the SDK of AWS', async () => {
    const real = await startCloud({ accounts: ACCOUNTS });
    try {
      const client = new STSClient({
        region: 'us-east-1',
        endpoint: real.stsUrl,
        credentials: LEGACY_DEPLOYER,
      });
      const { FederatedUser, PackedPolicySize } = await client.send(
        new GetFederationTokenCommand({ Name: NAME, Policy: UPLOAD, DurationSeconds: 900 }),
      );
      expect([FederatedUser?.Arn, typeof PackedPolicySize]).toEqual([ARN, 'number']);
    } finally {
      await real.close();
    }
  });
});

describe('a session token', () => {
  const sessionToken = async (more: Record<string, string> = {}) =>
    keysOf(await ask(LEGACY_DEPLOYER, { Action: 'GetSessionToken', ...more }));

  it("has the user's permissions, but of IAM's only with MFA and of STS's only AssumeRole", async () => {
    const plain = await sessionToken();
    expect([may(plain, 's3:PutObject'), may(plain, 'iam:ListUsers')]).toEqual([true, false]);
    expect([may(plain, 'sts:AssumeRole', ROLE), may(plain, 'sts:GetFederationToken', ARN)]).toEqual([
      true,
      false,
    ]);
    const withMfa = await sessionToken({ SerialNumber: SERIAL, TokenCode: cloud.mfaCode(SERIAL) });
    expect([may(withMfa, 'iam:ListUsers'), may(withMfa, 'sts:GetFederationToken', ARN)]).toEqual([
      true,
      false,
    ]);
    expect(await federate(plain, { Policy: UPLOAD })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: 'Cannot call GetFederationToken with session credentials',
    });
  });

  it("of a role's session is refused, and so is a federation token", async () => {
    const assumed = await ask(LEGACY_DEPLOYER, {
      Action: 'AssumeRole',
      RoleArn: ROLE,
      RoleSessionName: 'session',
      Policy: UPLOAD,
    });
    const keys = keysOf(assumed);
    expect((await ask(keys, { Action: 'GetSessionToken' })).code).toBe('AccessDenied');
    expect((await federate(keys)).code).toBe('AccessDenied');
    expect([may(keys, 'sts:GetSessionToken'), may(keys, 's3:PutObject')]).toEqual([false, false]);
  });
});

describe("the account's root user", () => {
  const end = (answer: Answer) => Date.parse(element(answer, 'Expiration') ?? '');

  it('gets sessions of an hour, whatever it asks for, and may do everything', async () => {
    for (const DurationSeconds of ['43200', '3600']) {
      const session = await ask(ROOT, { Action: 'GetSessionToken', DurationSeconds });
      expect(end(session)).toBe(now + 3_600_000);
      expect(end(await federate(ROOT, { Policy: UPLOAD, DurationSeconds }))).toBe(now + 3_600_000);
    }
    expect(end(await ask(ROOT, { Action: 'GetSessionToken', DurationSeconds: '900' }))).toBe(now + 900_000);
    expect(may(ROOT, 'ec2:RunInstances')).toBe(true);
    const whose = await ask(ROOT, { Action: 'GetCallerIdentity' });
    expect([element(whose, 'Arn'), element(whose, 'UserId')]).toEqual([
      'arn:aws:iam::111122223333:root',
      '111122223333',
    ]);
  });

  it('assumes no roles', async () => {
    expect(
      await ask(ROOT, { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'session' }),
    ).toMatchObject({
      status: 403,
      message: 'Roles may not be assumed by root accounts.',
    });
  });
});

it('the sandbox does not judge credentials that it did not give', () => {
  expect(() => cloud.isPermitted('ASIAUNKNOWN', 's3:GetObject', '*')).toThrow('does not know');
});
