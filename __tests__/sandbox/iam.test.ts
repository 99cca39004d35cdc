import { codeOf, decodeBase32, encodeBase32, stepAt } from '../../sandbox/aws/mfa/totp.js';
import { sharedCloud } from '../support/cloud.js';
import {
  ACCOUNT,
  ADMIN,
  assume,
  document,
  iam,
  kms,
  type ServiceAnswer,
  STRANGER,
  s3,
  send,
  sessionOf,
  TWO_ACCOUNTS,
} from '../support/services.js';
import { assumeWithToken, element, type Keys, keysOf, requestToken, signed } from '../support/sts-client.js';

const shared = sharedCloud({ accounts: TWO_ACCOUNTS });
const call = (action: string, params: Record<string, string> = {}, keys = ADMIN) =>
  iam(shared.cloud, keys, action, params);
const trusting = (AWS: string): string =>
  document({ Effect: 'Allow', Principal: { AWS }, Action: 'sts:AssumeRole' });
const ROOT = trusting(`arn:aws:iam::${ACCOUNT}:root`);
const create = (RoleName: string, more: Record<string, string> = {}) =>
  call('CreateRole', { RoleName, AssumeRolePolicyDocument: ROOT, ...more });
const LIST_BUCKETS = document({ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' });

describe('a role', () => {
  it('is made, read, changed and deleted', async () => {
    const made = await create('one', {
      Path: '/ci/',
      Description: 'mine',
      MaxSessionDuration: '7200',
      'Tags.member.1.Key': 'team',
      'Tags.member.1.Value': 'platform',
    });
    expect(element(made.text, 'Arn')).toBe(`arn:aws:iam::${ACCOUNT}:role/ci/one`);
    expect(decodeURIComponent(element(made.text, 'AssumeRolePolicyDocument') ?? '')).toBe(ROOT);
    await call('UpdateRole', { RoleName: 'one', MaxSessionDuration: '14400' });
    const { text } = await call('GetRole', { RoleName: 'one' });
    expect(['MaxSessionDuration', 'Description', 'Value'].map((name) => element(text, name))).toEqual([
      '14400',
      'mine',
      'platform',
    ]);
    expect((await call('ListRoles')).text).toContain('<RoleName>one</RoleName>');
    expect((await call('DeleteRole', { RoleName: 'one' })).status).toBe(200);
    expect(await call('GetRole', { RoleName: 'one' })).toMatchObject({
      status: 404,
      code: 'NoSuchEntity',
      message: 'The role with name one cannot be found.',
    });
  });

  it('is not made twice, nor with what IAM would not save', async () => {
    await create('two');
    expect(await create('two', { Path: '/other/' })).toMatchObject({
      status: 409,
      code: 'EntityAlreadyExists',
    });
    const refused: readonly (readonly [Record<string, string>, string])[] = [
      [{ RoleName: 'a b' }, 'ValidationError'],
      [{ Path: 'ci' }, 'ValidationError'],
      [{ MaxSessionDuration: '60' }, 'ValidationError'],
      [{ PermissionsBoundary: 'arn:aws:iam::aws:policy/Nope' }, 'NoSuchEntity'],
      [{ AssumeRolePolicyDocument: '{' }, 'MalformedPolicyDocument'],
      [{ AssumeRolePolicyDocument: document({ Effect: 'Allow', Action: '*' }) }, 'MalformedPolicyDocument'],
      [{ AssumeRolePolicyDocument: `${ROOT.slice(0, -1)}, "Id": "${'x'.repeat(2048)}"}` }, 'LimitExceeded'],
    ];
    for (const [more, code] of refused) {
      expect([more, (await create('three', more)).code]).toEqual([more, code]);
    }
    expect((await call('CreateRole', { RoleName: 'three' })).code).toBe('ValidationError');
  });

  it('can trust only principals that exist', async () => {
    await create('trusted');
    const known = ['trusted', 'admin'].map(
      (name, at) => `arn:aws:iam::${ACCOUNT}:${at === 0 ? 'role' : 'user'}/${name}`,
    );
    const session = `arn:aws:sts::${ACCOUNT}:assumed-role/trusted/me`;
    for (const principal of [...known, session, '444455556666', '*']) {
      const answer = await call('UpdateAssumeRolePolicy', {
        RoleName: 'trusted',
        PolicyDocument: trusting(principal),
      });
      expect([principal, answer.status]).toEqual([principal, 200]);
    }
    const unknown = [
      `arn:aws:iam::${ACCOUNT}:role/nobody`,
      'arn:aws:iam::999999999999:root',
      `arn::iam::${ACCOUNT}:root`,
      `x${ACCOUNT}`,
      session.replace('trusted', 'x'),
    ];
    for (const principal of unknown) {
      expect(await create('truster', { AssumeRolePolicyDocument: trusting(principal) })).toMatchObject({
        status: 400,
        code: 'MalformedPolicyDocument',
        message: `Invalid principal in policy: "AWS":"${principal}"`,
      });
    }
  });

  it('feels a change of its policies in sessions that it has already', async () => {
    const keys = await sessionOf(shared.cloud, 'changing', { Action: 's3:GetObject' });
    const list = () => s3(shared.cloud, keys, 'GET', '/');
    expect((await list()).status).toBe(403);
    await call('PutRolePolicy', { RoleName: 'changing', PolicyName: 'list', PolicyDocument: LIST_BUCKETS });
    expect((await list()).status).toBe(200);
    await call('DeleteRolePolicy', { RoleName: 'changing', PolicyName: 'list' });
    expect((await list()).status).toBe(403);
    const PolicyArn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    await call('AttachRolePolicy', { RoleName: 'changing', PolicyArn });
    expect((await list()).status).toBe(200);
    const attached = await call('ListAttachedRolePolicies', { RoleName: 'changing' });
    expect(element(attached.text, 'PolicyName')).toBe('AmazonS3ReadOnlyAccess');
    expect((await call('DeleteRole', { RoleName: 'changing' })).code).toBe('DeleteConflict');
    await call('DetachRolePolicy', { RoleName: 'changing', PolicyArn });
    expect((await list()).status).toBe(403);
    expect((await call('DetachRolePolicy', { RoleName: 'changing', PolicyArn })).code).toBe('NoSuchEntity');
    const nope = { RoleName: 'changing', PolicyArn: 'arn:aws:iam::aws:policy/Nope' };
    expect((await call('AttachRolePolicy', nope)).code).toBe('NoSuchEntity');
  });

  it('ends its sessions when it is deleted, also for a new role of its name', async () => {
    const keys = await sessionOf(shared.cloud, 'phoenix', { Action: 's3:ListAllMyBuckets' });
    expect((await call('DeleteRole', { RoleName: 'phoenix' })).code).toBe('DeleteConflict');
    await call('DeleteRolePolicy', { RoleName: 'phoenix', PolicyName: 'own' });
    await call('DeleteRole', { RoleName: 'phoenix' });
    expect(await signed(shared.cloud, keys, { Action: 'GetCallerIdentity' })).toMatchObject({
      code: 'InvalidClientTokenId',
    });
    await sessionOf(shared.cloud, 'phoenix', { Action: 's3:ListAllMyBuckets' });
    expect((await s3(shared.cloud, keys, 'GET', '/')).code).toBe('InvalidToken');
  });

  it('has inline policies by name, within their size', async () => {
    await create('policies');
    const put = (PolicyName: string, PolicyDocument: string) =>
      call('PutRolePolicy', { RoleName: 'policies', PolicyName, PolicyDocument });
    const big = (length: number) =>
      document({ Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${'x'.repeat(length)}/*` });
    expect([(await put('a', big(6000))).status, (await put('b', big(6000))).code]).toEqual([
      200,
      'LimitExceeded',
    ]);
    expect((await put('a', big(7000))).status).toBe(200);
    const principal = document({ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' });
    expect((await put('b', principal)).code).toBe('MalformedPolicyDocument');
    const { text } = await call('GetRolePolicy', { RoleName: 'policies', PolicyName: 'a' });
    expect(decodeURIComponent(element(text, 'PolicyDocument') ?? '')).toBe(big(7000));
    expect((await call('ListRolePolicies', { RoleName: 'policies' })).text).toContain('<member>a</member>');
    expect((await call('GetRolePolicy', { RoleName: 'policies', PolicyName: 'b' })).code).toBe(
      'NoSuchEntity',
    );
  });

  it('can have a boundary', async () => {
    const arn = 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess';
    await create('bounded', { PermissionsBoundary: arn });
    await call('AttachRolePolicy', {
      RoleName: 'bounded',
      PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess',
    });
    const keys = await assume(shared.cloud, 'bounded');
    expect((await s3(shared.cloud, keys, 'GET', '/')).status).toBe(200);
    expect((await s3(shared.cloud, keys, 'PUT', '/bounded-bucket')).message).toContain(
      'because no permissions boundary allows the s3:CreateBucket action',
    );
  });
});

describe('a policy of AWS', () => {
  const ASKED: Readonly<Record<string, (keys: Keys) => Promise<ServiceAnswer>>> = {
    's3:ListAllMyBuckets': (keys) => s3(shared.cloud, keys, 'GET', '/'),
    's3:GetObject': (keys) => s3(shared.cloud, keys, 'GET', '/managed/a'),
    's3:PutObject': (keys) => s3(shared.cloud, keys, 'PUT', '/managed/a', { body: 'a' }),
    'kms:DescribeKey': (keys) => kms(shared.cloud, keys, 'DescribeKey', { KeyId }),
    'kms:GetKeyPolicy': (keys) => kms(shared.cloud, keys, 'GetKeyPolicy', { KeyId }),
    'kms:CreateKey': (keys) => kms(shared.cloud, keys, 'CreateKey', {}),
    'iam:ListRoles': (keys) => call('ListRoles', {}, keys),
    'iam:GetRole': (keys) => call('GetRole', { RoleName: 'managed' }, keys),
    'iam:UpdateRole': (keys) => call('UpdateRole', { RoleName: 'managed' }, keys),
    'cloudtrail:LookupEvents': (keys) => {
      const target = 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents';
      const request = { service: 'cloudtrail', method: 'POST', path: '/', body: '{}' } as const;
      return send(shared.cloud, keys, { ...request, headers: { 'x-amz-target': target } });
    },
  };
  const READ_S3 = ['s3:ListAllMyBuckets', 's3:GetObject'];
  let KeyId = '';
  beforeAll(async () => {
    await s3(shared.cloud, ADMIN, 'PUT', '/managed');
    await s3(shared.cloud, ADMIN, 'PUT', '/managed/a', { body: 'a' });
    KeyId = JSON.parse((await kms(shared.cloud, ADMIN, 'CreateKey', {})).text).KeyMetadata.KeyId;
    await create('managed');
  });

  // The sandbox's services, in the documents at
  // docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
  it.each<[string, readonly string[]]>([
    ['AdministratorAccess', Object.keys(ASKED)],
    [
      'PowerUserAccess',
      [
        ...READ_S3,
        's3:PutObject',
        'kms:DescribeKey',
        'kms:GetKeyPolicy',
        'kms:CreateKey',
        'iam:ListRoles',
        'cloudtrail:LookupEvents',
      ],
    ],
    [
      'ReadOnlyAccess',
      [
        ...READ_S3,
        'kms:DescribeKey',
        'kms:GetKeyPolicy',
        'iam:ListRoles',
        'iam:GetRole',
        'cloudtrail:LookupEvents',
      ],
    ],
    ['AmazonS3FullAccess', [...READ_S3, 's3:PutObject']],
    ['AmazonS3ReadOnlyAccess', READ_S3],
  ])('%s allows what it does at AWS, and no more', async (name, expected) => {
    const attachment = { RoleName: 'managed', PolicyArn: `arn:aws:iam::aws:policy/${name}` };
    await call('AttachRolePolicy', attachment);
    const keys = await assume(shared.cloud, 'managed');
    const allowed: string[] = [];
    for (const [action, ask] of Object.entries(ASKED)) {
      if ((await ask(keys)).status === 200) allowed.push(action);
    }
    await call('DetachRolePolicy', attachment);
    expect(allowed).toEqual(expected);
  });
});

describe('a user', () => {
  it('has two access keys at most, which work until they are deleted', async () => {
    await call('CreateUser', { UserName: 'dev' });
    expect((await call('CreateUser', { UserName: 'dev' })).code).toBe('EntityAlreadyExists');
    const { text } = await call('CreateAccessKey', { UserName: 'dev' });
    const keys = {
      accessKeyId: element(text, 'AccessKeyId') ?? '',
      secretAccessKey: element(text, 'SecretAccessKey') ?? '',
    };
    const who = () => signed(shared.cloud, keys, { Action: 'GetCallerIdentity' });
    expect(element(await who(), 'Arn')).toBe(`arn:aws:iam::${ACCOUNT}:user/dev`);
    await call('CreateAccessKey', { UserName: 'dev' });
    expect((await call('CreateAccessKey', { UserName: 'dev' })).code).toBe('LimitExceeded');
    expect((await s3(shared.cloud, keys, 'GET', '/')).status).toBe(403);
    await call('PutUserPolicy', { UserName: 'dev', PolicyName: 'list', PolicyDocument: LIST_BUCKETS });
    expect((await s3(shared.cloud, keys, 'GET', '/')).status).toBe(200);
    expect((await call('DeleteUser', { UserName: 'dev' })).code).toBe('DeleteConflict');
    const listed = await call('ListAccessKeys', { UserName: 'dev' });
    for (const [, id = ''] of listed.text.matchAll(/<AccessKeyId>(\w+)</g)) {
      expect((await call('DeleteAccessKey', { UserName: 'dev', AccessKeyId: id })).status).toBe(200);
    }
    expect((await who()).code).toBe('InvalidClientTokenId');
    expect((await call('DeleteUser', { UserName: 'dev' })).code).toBe('DeleteConflict');
    await call('DeleteUserPolicy', { UserName: 'dev', PolicyName: 'list' });
    expect((await call('DeleteUser', { UserName: 'dev' })).status).toBe(200);
    const unknown = { UserName: 'admin', AccessKeyId: keys.accessKeyId };
    expect((await call('DeleteAccessKey', unknown)).code).toBe('NoSuchEntity');
  });

  it('is the caller where nobody is named', async () => {
    expect(element((await call('GetUser')).text, 'UserName')).toBe('admin');
    const keys = await sessionOf(shared.cloud, 'nameless', { Action: 'iam:*' });
    expect((await call('GetUser', {}, keys)).code).toBe('NoSuchEntity');
  });

  it('can have a virtual MFA device, enabled by two codes in a row', async () => {
    const VirtualMFADeviceName = 'phone';
    const made = await call('CreateVirtualMFADevice', { VirtualMFADeviceName });
    const SerialNumber = element(made.text, 'SerialNumber') ?? '';
    const seed = Buffer.from(element(made.text, 'Base32StringSeed') ?? '', 'base64').toString();
    const secret = decodeBase32(seed);
    expect(encodeBase32(secret)).toBe(seed);
    expect((await call('CreateVirtualMFADevice', { VirtualMFADeviceName })).code).toBe('EntityAlreadyExists');
    const at = (ahead: number) => codeOf(secret, stepAt(Date.now()) + ahead);
    const enable = (AuthenticationCode1: string, AuthenticationCode2: string) =>
      call('EnableMFADevice', { UserName: 'admin', SerialNumber, AuthenticationCode1, AuthenticationCode2 });
    expect((await enable('12', '345678')).code).toBe('ValidationError');
    expect((await enable(at(-5), at(-4))).code).toBe('InvalidAuthenticationCode');
    expect((await enable(at(-1), at(0))).status).toBe(200);
    expect((await call('ListMFADevices', { UserName: 'admin' })).text).toContain(SerialNumber);
    expect((await call('DeleteUser', { UserName: 'admin' })).code).toBe('DeleteConflict');
    expect((await enable(at(-1), at(0))).code).toBe('NoSuchEntity');
    const session = { Action: 'GetSessionToken', SerialNumber };
    expect((await signed(shared.cloud, ADMIN, { ...session, TokenCode: at(0) })).code).toBe('AccessDenied');
    expect((await signed(shared.cloud, ADMIN, { ...session, TokenCode: at(1) })).status).toBe(200);
    expect(await call('DeleteVirtualMFADevice', { SerialNumber })).toMatchObject({
      code: 'DeleteConflict',
      message: 'MFA VirtualDevice in use. Must deactivate first.',
    });
    expect((await call('DeactivateMFADevice', { UserName: 'admin', SerialNumber })).status).toBe(200);
    expect((await call('DeactivateMFADevice', { UserName: 'admin', SerialNumber })).code).toBe(
      'NoSuchEntity',
    );
    expect((await call('DeleteVirtualMFADevice', { SerialNumber })).status).toBe(200);
    expect((await call('DeleteVirtualMFADevice', { SerialNumber })).code).toBe('NoSuchEntity');
  });
});

it('makes providers whose tokens open roles, until they are deleted', async () => {
  const { cloud } = shared;
  const issuer = cloud.issuer.replace('http://', '');
  const made = await call('CreateOpenIDConnectProvider', {
    Url: cloud.issuer,
    'ClientIDList.member.1': 'sts.amazonaws.com',
    'ClientIDList.member.2': 'other',
  });
  const OpenIDConnectProviderArn = element(made.text, 'OpenIDConnectProviderArn') ?? '';
  expect(OpenIDConnectProviderArn).toBe(`arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer}`);
  expect((await call('CreateOpenIDConnectProvider', { Url: `https://${issuer}` })).code).toBe(
    'EntityAlreadyExists',
  );
  expect((await call('CreateOpenIDConnectProvider', { Url: 'http://example.com' })).code).toBe(
    'ValidationError',
  );
  const thumbprint = { Url: 'https://example.com', 'ThumbprintList.member.1': 'short' };
  expect((await call('CreateOpenIDConnectProvider', thumbprint)).code).toBe('ValidationError');
  expect((await call('ListOpenIDConnectProviders')).text).toContain(OpenIDConnectProviderArn);
  const { text } = await call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn });
  expect(element(text, 'Url')).toBe(issuer);
  expect(/<ClientIDList>(.*)<\/ClientIDList>/s.exec(text)?.[1]?.replace(/\s+/g, '')).toBe(
    '<member>sts.amazonaws.com</member><member>other</member>',
  );
  const AssumeRolePolicyDocument = document({
    Effect: 'Allow',
    Principal: { Federated: OpenIDConnectProviderArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: { StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com' } },
  });
  await create('web', { AssumeRolePolicyDocument });
  const open = async () =>
    assumeWithToken(cloud, `arn:aws:iam::${ACCOUNT}:role/web`, await requestToken(cloud.environment()));
  expect(keysOf(await open()).accessKeyId).toMatch(/^ASIA/);
  await call('DeleteOpenIDConnectProvider', { OpenIDConnectProviderArn });
  expect((await open()).code).toBe('InvalidIdentityToken');
  expect((await call('GetOpenIDConnectProvider', { OpenIDConnectProviderArn })).code).toBe('NoSuchEntity');
});

describe('a call to IAM', () => {
  it('needs a permission on what it is about, and stays in its account', async () => {
    const Resource = `arn:aws:iam::${ACCOUNT}:role/mine-*`;
    const keys = await sessionOf(shared.cloud, 'iam-caller', { Action: 'iam:CreateRole', Resource });
    const make = (RoleName: string) => call('CreateRole', { RoleName, AssumeRolePolicyDocument: ROOT }, keys);
    expect((await make('mine-1')).status).toBe(200);
    expect(await make('yours')).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message: `User: arn:aws:sts::${ACCOUNT}:assumed-role/iam-caller/test is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::${ACCOUNT}:role/yours because no identity-based policy allows the iam:CreateRole action`,
    });
    expect((await call('GetRole', { RoleName: 'mine-1' }, STRANGER)).code).toBe('NoSuchEntity');
  });

  it('is refused without a right signature, and where the sandbox does not have it', async () => {
    expect((await call('ListRoles', {}, { ...ADMIN, secretAccessKey: 'x' })).code).toBe(
      'SignatureDoesNotMatch',
    );
    const body = new URLSearchParams({ Action: 'ListRoles', Version: '2010-05-08' });
    const response = await fetch(shared.cloud.awsUrl, { method: 'POST', body });
    expect(await response.text()).toContain('<Code>MissingAuthenticationToken</Code>');
    expect(await call('CreateInstanceProfile')).toMatchObject({ status: 400, code: 'InvalidAction' });
    expect(await call('ListRoles', { Version: '2011-06-15' })).toMatchObject({ code: 'InvalidAction' });
    shared.cloud.fault('iam', { kind: 'throttle' });
    expect(await call('ListRoles')).toMatchObject({ status: 400, code: 'Throttling' });
  });
});

it('answers for services that the sandbox does not have, in XML and in JSON', async () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=x';
  const ask = async (type: string) => {
    const headers = { authorization, 'content-type': type };
    const response = await fetch(shared.cloud.awsUrl, { method: 'POST', body: '{}', headers });
    return [response.status, await response.text()] as const;
  };
  const message = 'The sandbox has STS, IAM, S3, KMS and CloudTrail, and no sqs.';
  expect(await ask('application/x-amz-json-1.0')).toEqual([
    501,
    JSON.stringify({ __type: 'NotImplemented', message }),
  ]);
  expect((await ask('application/x-www-form-urlencoded'))[1]).toContain(`<Message>${message}</Message>`);
  expect((await send(shared.cloud, ADMIN, { service: 'iam', method: 'POST', path: '/' })).code).toBe(
    'InvalidAction',
  );
});

it('serves STS at the same address, signed or not', async () => {
  const { awsUrl } = shared.cloud;
  const identity = await signed({ ...shared.cloud, stsUrl: awsUrl }, ADMIN, { Action: 'GetCallerIdentity' });
  expect(element(identity, 'Account')).toBe(ACCOUNT);
  const body = new URLSearchParams({ Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15' });
  const response = await fetch(awsUrl, { method: 'POST', body });
  expect(await response.text()).toContain('<Code>ValidationError</Code>');
});
