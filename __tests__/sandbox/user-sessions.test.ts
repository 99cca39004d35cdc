import type { AccountsFile, CloudTrailEvent } from '../../sandbox/cloud.js';
import { sharedCloud } from '../support/cloud.js';
import { ACCOUNT, ADMIN, iam, type ServiceAnswer, s3, STRANGER as USER } from '../support/services.js';
import { type Answer, keysOf, signed } from '../support/sts-client.js';

type Keys = Parameters<typeof iam>[1];

/** What sessions of a user may do at the services themselves, and what CloudTrail says of it. */
const ROOT = { accessKeyId: 'AKIAROOTEXAMPLE00001', secretAccessKey: 'rootSecretEXAMPLE' };
const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/device`;
const DEPLOYER = `arn:aws:iam::${ACCOUNT}:user/deployer`;
const FEDERATED = `arn:aws:sts::${ACCOUNT}:federated-user/ci-upload`;
const allow = (Action: unknown, more: object = {}) => ({ Effect: 'Allow', Action, Resource: '*', ...more });
const ALL = JSON.stringify({ Version: '2012-10-17', Statement: [allow('*')] });
const READ = JSON.stringify({ Version: '2012-10-17', Statement: [allow(['s3:Get*', 's3:List*'])] });
const INVALID = {
  status: 403,
  code: 'InvalidClientTokenId',
  message: 'The security token included in the request is invalid.',
};

const accounts: AccountsFile = {
  accounts: {
    [ACCOUNT]: {
      rootAccessKeys: { [ROOT.accessKeyId]: ROOT.secretAccessKey },
      users: {
        admin: { accessKeys: { [ADMIN.accessKeyId]: ADMIN.secretAccessKey }, permissions: [allow('*')] },
        deployer: {
          accessKeys: { [USER.accessKeyId]: USER.secretAccessKey },
          mfaDevices: { device: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
          permissions: [allow(['sts:GetFederationToken', 's3:*', 'iam:ListRoles'])],
        },
      },
      roles: {},
    },
  },
};
const shared = sharedCloud({ accounts });

const ask = (keys: Keys, params: Record<string, string>): Promise<Answer> =>
  signed(shared.cloud, keys, params);
const federate = async (keys: Keys, Policy: string): Promise<Keys> =>
  keysOf(await ask(keys, { Action: 'GetFederationToken', Name: 'ci-upload', Policy }));
const sessionToken = async (keys: Keys, more: Record<string, string> = {}): Promise<Keys> =>
  keysOf(await ask(keys, { Action: 'GetSessionToken', ...more }));
const listRoles = (keys: Keys): Promise<ServiceAnswer> => iam(shared.cloud, keys, 'ListRoles');
const last = (): CloudTrailEvent | undefined => shared.cloud.trail.at(-1);

describe('IAM', () => {
  it("takes a user's session with MFA, and knows none without", async () => {
    expect((await listRoles(USER)).status).toBe(200);
    expect(await listRoles(await sessionToken(USER))).toMatchObject(INVALID);
    const code = { SerialNumber: SERIAL, TokenCode: shared.cloud.mfaCode(SERIAL) };
    expect((await listRoles(await sessionToken(USER, code))).status).toBe(200);
  });

  it('knows no federated user, whatever policies allow, and records nothing of it', async () => {
    const keys = await federate(USER, ALL);
    const before = shared.cloud.trail.length;
    expect(await listRoles(keys)).toMatchObject(INVALID);
    expect(shared.cloud.trail.length).toBe(before);
  });

  it('takes root, who may do everything', async () => {
    expect((await iam(shared.cloud, ROOT, 'CreateUser', { UserName: 'new' })).status).toBe(200);
    expect(last()?.userIdentity).toEqual({
      type: 'Root',
      principalId: ACCOUNT,
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      accountId: ACCOUNT,
      accessKeyId: ROOT.accessKeyId,
    });
    expect((await listRoles(await sessionToken(ROOT))).code).toBe('InvalidClientTokenId');
  });
});

describe('S3', () => {
  it('allows a federated user what both the user and the session policy allow', async () => {
    await s3(shared.cloud, ADMIN, 'PUT', '/octo-bucket');
    const keys = await federate(USER, READ);
    expect((await s3(shared.cloud, USER, 'PUT', '/octo-bucket/key', { body: 'x' })).status).toBe(200);
    expect((await s3(shared.cloud, keys, 'GET', '/octo-bucket/key')).text).toBe('x');
    const refused = await s3(shared.cloud, keys, 'PUT', '/octo-bucket/key', { body: 'y' });
    expect(refused).toMatchObject({ status: 403, code: 'AccessDenied' });
    expect(refused.message).toContain(`User: ${FEDERATED} is not authorized to perform: s3:PutObject`);
    expect(refused.message).toContain('because no session policy allows the s3:PutObject action');
  });

  it("knows a federated user by name in a bucket's policy", async () => {
    const grant = (principal: object, more: object = {}) =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: principal,
            Action: 's3:*',
            Resource: 'arn:aws:s3:::named/*',
            ...more,
          },
        ],
      });
    await s3(shared.cloud, ADMIN, 'PUT', '/named');
    await s3(shared.cloud, ADMIN, 'PUT', '/named', {
      query: { policy: '' },
      body: grant({ AWS: FEDERATED }),
    });
    const keys = await federate(USER, READ);
    const put = () => s3(shared.cloud, keys, 'PUT', '/named/key', { body: 'x' });
    expect((await put()).status).toBe(200);
    const Condition = {
      StringEquals: { 'aws:PrincipalType': 'FederatedUser', 'aws:userid': `${ACCOUNT}:ci-upload` },
      ArnEquals: { 'aws:PrincipalArn': FEDERATED },
      Null: { 'aws:username': 'true', 'aws:TokenIssueTime': 'false' },
      Bool: { 'aws:MultiFactorAuthPresent': 'false' },
    };
    const deny = grant({ AWS: '*' }, { Effect: 'Deny', Condition });
    await s3(shared.cloud, ADMIN, 'PUT', '/named', { query: { policy: '' }, body: deny });
    expect((await put()).message).toContain('with an explicit deny in a resource-based policy');
  });
});

describe('CloudTrail', () => {
  it('records a federation token, and who it is for afterwards', async () => {
    const keys = await federate(USER, READ);
    expect(last()).toMatchObject({
      eventName: 'GetFederationToken',
      readOnly: false,
      userIdentity: { type: 'IAMUser', arn: DEPLOYER },
      requestParameters: { name: 'ci-upload', policy: READ },
      responseElements: {
        credentials: { accessKeyId: keys.accessKeyId },
        federatedUser: { arn: FEDERATED, federatedUserId: `${ACCOUNT}:ci-upload` },
      },
    });
    await ask(keys, { Action: 'GetCallerIdentity' });
    expect(last()?.userIdentity).toEqual({
      type: 'FederatedUser',
      principalId: `${ACCOUNT}:ci-upload`,
      arn: FEDERATED,
      accountId: ACCOUNT,
      accessKeyId: keys.accessKeyId,
      sessionContext: {
        sessionIssuer: {
          type: 'IAMUser',
          principalId: expect.stringMatching(/^AIDA/),
          arn: DEPLOYER,
          accountId: ACCOUNT,
          userName: 'deployer',
        },
        attributes: { creationDate: expect.stringMatching(/Z$/), mfaAuthenticated: 'false' },
      },
    });
  });

  it('records a refused one', async () => {
    await ask(await federate(ROOT, READ), { Action: 'GetFederationToken', Name: 'again' });
    expect(last()).toMatchObject({
      errorCode: 'AccessDenied',
      requestParameters: { name: 'again' },
      userIdentity: { type: 'FederatedUser', sessionContext: { sessionIssuer: { type: 'Root' } } },
    });
  });
});

it('a federated user ends with the user who asked for it', async () => {
  await iam(shared.cloud, ADMIN, 'CreateUser', { UserName: 'leaving' });
  await iam(shared.cloud, ADMIN, 'PutUserPolicy', {
    UserName: 'leaving',
    PolicyName: 'federate',
    PolicyDocument: ALL,
  });
  const { text } = await iam(shared.cloud, ADMIN, 'CreateAccessKey', { UserName: 'leaving' });
  const part = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? '';
  const keys = await federate(
    { accessKeyId: part('AccessKeyId'), secretAccessKey: part('SecretAccessKey') },
    READ,
  );
  const whose = () => ask(keys, { Action: 'GetCallerIdentity' });
  expect((await whose()).status).toBe(200);
  const UserName = 'leaving';
  await iam(shared.cloud, ADMIN, 'DeleteAccessKey', { UserName, AccessKeyId: part('AccessKeyId') });
  await iam(shared.cloud, ADMIN, 'DeleteUserPolicy', { UserName, PolicyName: 'federate' });
  expect((await iam(shared.cloud, ADMIN, 'DeleteUser', { UserName })).status).toBe(200);
  expect(await whose()).toMatchObject({ status: 403, code: 'InvalidClientTokenId' });
});
