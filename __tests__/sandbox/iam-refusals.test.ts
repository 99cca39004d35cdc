import { sharedCloud } from '../support/cloud.js';
import { ACCOUNT, ADMIN, document, iam, sessionOf, TWO_ACCOUNTS } from '../support/services.js';
import { element } from '../support/sts-client.js';

const shared = sharedCloud({ accounts: TWO_ACCOUNTS });
const call = (action: string, params: Record<string, string> = {}, keys = ADMIN) =>
  iam(shared.cloud, keys, action, params);

const ROOT = document({
  Effect: 'Allow',
  Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` },
  Action: 'sts:AssumeRole',
});
const LIST = document({ Effect: 'Allow', Action: 's3:ListAllMyBuckets', Resource: '*' });
const MANAGED = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/example.com`;
const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/phone`;
/** A policy of so many characters. */
const sized = (policy: string, length: number) =>
  policy.replace('}]}', `}],"Id":"${'x'.repeat(length - policy.length - 8)}"}`);

beforeAll(async () => {
  const made = [
    ['CreateRole', { RoleName: 'inline', AssumeRolePolicyDocument: ROOT }],
    ['PutRolePolicy', { RoleName: 'inline', PolicyName: 'p', PolicyDocument: LIST }],
    ['CreateRole', { RoleName: 'attached', AssumeRolePolicyDocument: ROOT }],
    ['AttachRolePolicy', { RoleName: 'attached', PolicyArn: MANAGED }],
    ['CreateUser', { UserName: 'inline' }],
    ['PutUserPolicy', { UserName: 'inline', PolicyName: 'p', PolicyDocument: LIST }],
    ['CreateUser', { UserName: 'attached' }],
    ['AttachUserPolicy', { UserName: 'attached', PolicyArn: MANAGED }],
    ['CreateUser', { UserName: 'keys' }],
    ['CreateAccessKey', { UserName: 'keys' }],
    ['CreateAccessKey', { UserName: 'keys' }],
    ['CreateOpenIDConnectProvider', { Url: 'https://example.com' }],
    ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' }],
  ] as const;
  for (const [action, params] of made) expect((await call(action, params)).status).toBe(200);
});

const role = (more: Record<string, string>) => ({ RoleName: 'new', AssumeRolePolicyDocument: ROOT, ...more });
const inline = (PolicyDocument: string, name = 'PolicyName') => ({
  RoleName: 'attached',
  [name]: 'p',
  PolicyDocument,
});
const codes = (one: string, two: string, serial = SERIAL) => ({
  UserName: 'admin',
  SerialNumber: serial,
  AuthenticationCode1: one,
  AuthenticationCode2: two,
});
const violation = (value: string, at: string, constraint: string) =>
  `400 ValidationError: 1 validation error detected: Value ${value} at '${at}' failed to satisfy constraint: Member must ${constraint}`;

it.each<[string, Record<string, string>, string]>([
  ['GetRole', { RoleName: 'nobody' }, '404 NoSuchEntity: The role with name nobody cannot be found.'],
  ['GetUser', { UserName: 'nobody' }, '404 NoSuchEntity: The user with name nobody cannot be found.'],
  ['GetRole', {}, violation('null', 'roleName', 'not be null')],
  [
    'GetRole',
    { RoleName: '' },
    "400 ValidationError: 2 validation errors detected: Value '' at 'roleName' failed to satisfy constraint: Member must have length greater than or equal to 1; Value '' at 'roleName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]+",
  ],
  [
    'GetRole',
    { RoleName: 'r'.repeat(65) },
    violation(`'${'r'.repeat(65)}'`, 'roleName', 'have length less than or equal to 64'),
  ],
  [
    'GetRole',
    { RoleName: 'a/b' },
    violation("'a/b'", 'roleName', 'satisfy regular expression pattern: [\\w+=,.@-]+'),
  ],
  [
    'CreateRole',
    role({ RoleName: 'inline' }),
    '409 EntityAlreadyExists: Role with name inline already exists.',
  ],
  [
    'CreateRole',
    role({ Path: 'ci' }),
    '400 ValidationError: The specified value for path is invalid. It must begin and end with / ',
  ],
  [
    'CreateRole',
    role({ MaxSessionDuration: '3599' }),
    violation("'3599'", 'maxSessionDuration', 'have value greater than or equal to 3600'),
  ],
  [
    'CreateRole',
    role({ MaxSessionDuration: '43201' }),
    violation("'43201'", 'maxSessionDuration', 'have value less than or equal to 43200'),
  ],
  [
    'CreateRole',
    role({ AssumeRolePolicyDocument: '{' }),
    '400 MalformedPolicyDocument: This policy contains invalid Json',
  ],
  [
    'CreateRole',
    role({ AssumeRolePolicyDocument: sized(ROOT, 2049) }),
    '409 LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048',
  ],
  [
    'CreateRole',
    role({ PermissionsBoundary: 'arn:aws:iam::aws:policy/Nope' }),
    '404 NoSuchEntity: Policy arn:aws:iam::aws:policy/Nope does not exist or is not attachable.',
  ],
  [
    'DeleteRole',
    { RoleName: 'inline' },
    '409 DeleteConflict: Cannot delete entity, must delete policies first.',
  ],
  [
    'DeleteRole',
    { RoleName: 'attached' },
    '409 DeleteConflict: Cannot delete entity, must detach all policies first.',
  ],
  [
    'GetRolePolicy',
    { RoleName: 'inline', PolicyName: 'none' },
    '404 NoSuchEntity: The role policy with name none cannot be found.',
  ],
  [
    'DeleteUserPolicy',
    { UserName: 'inline', PolicyName: 'none' },
    '404 NoSuchEntity: The user policy with name none cannot be found.',
  ],
  ['PutRolePolicy', inline(LIST, 'Policy'), violation('null', 'policyName', 'not be null')],
  [
    'PutRolePolicy',
    { ...inline(LIST), PolicyName: 'p'.repeat(129) },
    violation(`'${'p'.repeat(129)}'`, 'policyName', 'have length less than or equal to 128'),
  ],
  [
    'PutRolePolicy',
    inline(sized(LIST, 10_241)),
    '409 LimitExceeded: Maximum policy size of 10240 bytes exceeded for the role',
  ],
  [
    'PutUserPolicy',
    { ...inline(sized(LIST, 2049)), UserName: 'attached' },
    '409 LimitExceeded: Maximum policy size of 2048 bytes exceeded for the user',
  ],
  [
    'DetachRolePolicy',
    { RoleName: 'inline', PolicyArn: MANAGED },
    `404 NoSuchEntity: Policy ${MANAGED} was not found.`,
  ],
  ['CreateUser', { UserName: 'keys' }, '409 EntityAlreadyExists: User with name keys already exists.'],
  [
    'DeleteUser',
    { UserName: 'keys' },
    '409 DeleteConflict: Cannot delete entity, must delete access keys first.',
  ],
  [
    'DeleteUser',
    { UserName: 'inline' },
    '409 DeleteConflict: Cannot delete entity, must delete policies first.',
  ],
  [
    'DeleteUser',
    { UserName: 'attached' },
    '409 DeleteConflict: Cannot delete entity, must delete policies first.',
  ],
  [
    'CreateAccessKey',
    { UserName: 'keys' },
    '409 LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2',
  ],
  [
    'DeleteAccessKey',
    { UserName: 'keys', AccessKeyId: ADMIN.accessKeyId },
    `404 NoSuchEntity: The Access Key with id ${ADMIN.accessKeyId} cannot be found.`,
  ],
  [
    'CreateOpenIDConnectProvider',
    { Url: 'https://example.com' },
    '409 EntityAlreadyExists: Provider with url https://example.com already exists.',
  ],
  [
    'CreateOpenIDConnectProvider',
    { Url: 'http://example.com' },
    '400 ValidationError: Invalid Open ID Connect Provider URL',
  ],
  [
    'CreateOpenIDConnectProvider',
    { Url: 'https://example.org', 'ThumbprintList.member.1': 'a'.repeat(39) },
    '400 ValidationError: A thumbprint has 40 hexadecimal digits',
  ],
  [
    'GetOpenIDConnectProvider',
    { OpenIDConnectProviderArn: `${PROVIDER}2` },
    `404 NoSuchEntity: OpenIDConnect Provider not found for arn ${PROVIDER}2`,
  ],
  [
    'CreateVirtualMFADevice',
    { VirtualMFADeviceName: 'phone' },
    '409 EntityAlreadyExists: MFADevice entity at the same path and name already exists.',
  ],
  [
    'CreateVirtualMFADevice',
    { VirtualMFADeviceName: 'd'.repeat(227) },
    violation(`'${'d'.repeat(227)}'`, 'virtualMFADeviceName', 'have length less than or equal to 226'),
  ],
  [
    'EnableMFADevice',
    codes('12345', '123456'),
    '400 ValidationError: AuthenticationCode1 must be six digits',
  ],
  [
    'EnableMFADevice',
    codes('123456', '1234567'),
    '400 ValidationError: AuthenticationCode2 must be six digits',
  ],
  [
    'EnableMFADevice',
    codes('123456', '123456', `${SERIAL}2`),
    `404 NoSuchEntity: VirtualMFADevice with serial number ${SERIAL}2 doesn't exist.`,
  ],
  [
    'EnableMFADevice',
    codes('123456', '123456'),
    '403 InvalidAuthenticationCode: Authentication code for device is not valid.',
  ],
  [
    'CreateGroup',
    { GroupName: 'g' },
    "400 InvalidAction: Could not find operation CreateGroup for version 2010-05-08 (the sandbox's IAM has only a few)",
  ],
])('%s refuses in the words of IAM: %j', async (action, params, words) => {
  const { status, code, message } = await call(action, params);
  expect(`${status} ${code}: ${message}`).toBe(words);
});

it('takes what is at its limits', async () => {
  const atLimit = [
    ['CreateRole', role({ RoleName: 'r'.repeat(64), AssumeRolePolicyDocument: sized(ROOT, 2048) })],
    ['CreateRole', role({ RoleName: 'short', MaxSessionDuration: '3600' })],
    ['CreateRole', role({ RoleName: 'long', MaxSessionDuration: '43200' })],
    ['PutRolePolicy', { ...inline(sized(LIST, 10_240)), PolicyName: 'p'.repeat(128) }],
    ['PutUserPolicy', { ...inline(sized(LIST, 2048)), UserName: 'attached' }],
    ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'd'.repeat(226) }],
    [
      'CreateOpenIDConnectProvider',
      { Url: 'https://example.net', 'ThumbprintList.member.1': 'a'.repeat(40) },
    ],
  ] as const;
  for (const [action, params] of atLimit) {
    expect([action, (await call(action, params)).status]).toEqual([action, 200]);
  }
});

it('says of what it made when that was, in whole seconds', async () => {
  const { text } = await call('GetRole', { RoleName: 'inline' });
  expect(element(text, 'CreateDate')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(Math.abs(Date.now() - Date.parse(element(text, 'CreateDate') ?? ''))).toBeLessThan(600_000);
  expect(element((await call('GetUser')).text, 'CreateDate')).toBe('1970-01-01T00:00:00Z');
});

it('names what an operation is about where that is refused', async () => {
  const keys = await sessionOf(shared.cloud, 'powerless', { Action: 's3:*' });
  const iamArn = (rest: string) => `arn:aws:iam::${ACCOUNT}:${rest}`;
  const resources: readonly (readonly [string, Record<string, string>, string])[] = [
    ['GetRole', { RoleName: 'inline' }, iamArn('role/inline')],
    ['CreateRole', { RoleName: 'x', Path: '/ci/' }, iamArn('role/ci/x')],
    ['ListRoles', {}, iamArn('role/')],
    ['PutUserPolicy', { UserName: 'keys' }, iamArn('user/keys')],
    ['CreateOpenIDConnectProvider', { Url: 'https://example.com/' }, PROVIDER],
    ['GetOpenIDConnectProvider', { OpenIDConnectProviderArn: PROVIDER }, PROVIDER],
    ['ListOpenIDConnectProviders', {}, iamArn('oidc-provider/*')],
    ['CreateVirtualMFADevice', { VirtualMFADeviceName: 'phone' }, SERIAL],
    ['DeleteVirtualMFADevice', { SerialNumber: SERIAL }, SERIAL],
    ['ListMFADevices', { UserName: 'keys' }, iamArn('user/keys')],
  ];
  for (const [action, params, resource] of resources) {
    const { code, message } = await call(action, params, keys);
    expect([code, message]).toEqual([
      'AccessDenied',
      `User: arn:aws:sts::${ACCOUNT}:assumed-role/powerless/test is not authorized to perform: iam:${action} on resource: ${resource} because no identity-based policy allows the iam:${action} action`,
    ]);
  }
});
