import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownAccountsFile } from '../../sandbox/aws/accounts/accounts-file.js';
import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { assumeWithToken, LEGACY_DEPLOYER, requestToken, signed } from '../support/sts-client.js';

const POOL = 'us-east-1:1a2b3c4d-5e6f-4a1b-8c2d-111122223333';
const trust = (more: object = {}) => ({
  Statement: {
    Effect: 'Allow',
    Principal: { Federated: 'arn:aws:iam::123456789012:oidc-provider/ISSUER' },
    Action: 'sts:AssumeRoleWithWebIdentity',
    ...more,
  },
});
const file = (role: object, account: object = {}): AccountsFile => ({
  accounts: {
    '123456789012': {
      providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
      roles: { deploy: { trust: trust(), ...role } },
      ...account,
    },
  },
});

async function withCloud<T>(accounts: AccountsFile | string, use: (cloud: Cloud) => Promise<T>): Promise<T> {
  const cloud = await startCloud({ accounts });
  try {
    return await use(cloud);
  } finally {
    await cloud.close();
  }
}

const assume = async (cloud: Cloud, more: Record<string, string> = {}) =>
  assumeWithToken(
    cloud,
    'arn:aws:iam::123456789012:role/deploy',
    await requestToken(cloud.environment()),
    more,
  );

it('an own accounts file replaces the sandbox one, as a value or as a path', async () => {
  expect((await withCloud(file({}), assume)).status).toBe(200);
  const directory = await mkdtemp(join(tmpdir(), 'accounts-'));
  try {
    const path = join(directory, 'accounts.json');
    await writeFile(path, JSON.stringify(file({ maxSessionDuration: 7200 })));
    const answer = await withCloud(path, (cloud) => assume(cloud, { DurationSeconds: '7200' }));
    expect(answer.status).toBe(200);
  } finally {
    await rm(directory, { recursive: true });
  }
});

it('ISSUER is replaced in condition keys, too', async () => {
  const on = (environment: string) => ({ Condition: { StringEquals: { 'ISSUER:ref': environment } } });
  expect((await withCloud(file({ trust: trust(on('refs/heads/main')) }), assume)).status).toBe(200);
  expect((await withCloud(file({ trust: trust(on('refs/heads/feature')) }), assume)).status).toBe(403);
});

it('tags of a user are seen by conditions, as its name is', async () => {
  const user = (tags: Record<string, string>) => ({
    users: {
      deployer: { tags, accessKeys: { [LEGACY_DEPLOYER.accessKeyId]: LEGACY_DEPLOYER.secretAccessKey } },
    },
  });
  const condition = { StringEquals: { 'aws:PrincipalTag/team': 'platform', 'aws:username': 'deployer' } };
  const role = {
    trust: trust({
      Principal: { AWS: 'arn:aws:iam::123456789012:user/deployer' },
      Action: 'sts:AssumeRole',
      Condition: condition,
    }),
  };
  const asUser = (cloud: Cloud) =>
    signed(cloud, LEGACY_DEPLOYER, {
      Action: 'AssumeRole',
      RoleArn: 'arn:aws:iam::123456789012:role/deploy',
      RoleSessionName: 'session',
    });
  expect((await withCloud(file(role, user({ team: 'platform' })), asUser)).status).toBe(200);
  expect((await withCloud(file(role, user({ team: 'other' })), asUser)).status).toBe(403);
});

describe('a wrong accounts file is refused at the start, naming the place', () => {
  it.each<[string, unknown, string]>([
    ['no accounts', {}, 'accounts must be an object'],
    ['an id that is none', { accounts: { '123': {} } }, 'accounts.123: an account id has 12 digits'],
    [
      'an unknown operator',
      file({ trust: trust({ Condition: { IpAdress: { a: 'b' } } }) }),
      'unknown condition operator "IpAdress"',
    ],
    [
      'a role without trust',
      file({ trust: 7 }),
      'role deploy trust, line 1, column 1: a trust policy must be an object',
    ],
    ['a path without slashes', file({ path: 'ci' }), 'role deploy path must begin and end with a slash'],
    ['a duration that IAM does not know', file({ maxSessionDuration: 900 }), 'must be from 3600 to 43200'],
    [
      'permissions without a resource',
      file({ permissions: [{ Effect: 'Allow', Action: '*' }] }),
      'role deploy permissions, line 4, column 5: the statement has neither Resource nor NotResource',
    ],
    [
      'a user without keys',
      file({}, { users: { deployer: {} } }),
      'user deployer accessKeys must be an object',
    ],
    [
      'providers that are no list',
      file({}, { providers: {} }),
      'accounts.123456789012.providers must be a list',
    ],
    [
      'a SAML provider without an issuer',
      file({}, { samlProviders: { idp: {} } }),
      'SAML provider idp issuer',
    ],
    ['an identity pool without a Region', file({}, { identityPools: { pool: {} } }), 'REGION:UUID'],
    [
      'an identity pool with a provider that the account does not have',
      file({}, { identityPools: { [POOL]: { logins: { 'issuer.example': {} } } } }),
      `identity pool ${POOL}: "issuer.example" is no OIDC provider of the account`,
    ],
    [
      'an identity pool with a flow that is neither on nor off',
      file({}, { identityPools: { [POOL]: { allowClassicFlow: 'yes', logins: {} } } }),
      'allowClassicFlow must be true or false',
    ],
    [
      'an MFA device whose secret is no base32',
      file({}, { users: { deployer: { accessKeys: {}, mfaDevices: { phone: 'secret!' } } } }),
      'base32',
    ],
  ])('%s', async (_, accounts, message) => {
    const directory = await mkdtemp(join(tmpdir(), 'accounts-'));
    const path = join(directory, 'accounts.json');
    await writeFile(path, JSON.stringify(accounts));
    await expect(startCloud({ accounts: path })).rejects.toThrow(message);
    await rm(directory, { recursive: true });
  });

  it('no file, or no JSON', async () => {
    await expect(startCloud({ accounts: '/nonexistent/accounts.json' })).rejects.toThrow('ENOENT');
    await expect(startCloud({ accounts: ownAccountsFile().replace('.json', '.ts') })).rejects.toThrow();
  });
});

it('takes fixed ports, and says when one is taken', async () => {
  const blocker = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => blocker.once('listening', resolve));
  const address = blocker.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  await expect(startCloud({ stsPort: port })).rejects.toThrow('EADDRINUSE');
  await expect(startCloud({ issuerPort: port })).rejects.toThrow('EADDRINUSE');
  await expect(startCloud({ cognitoPort: port })).rejects.toThrow('EADDRINUSE');
  await new Promise((resolve) => blocker.close(resolve));
  const cloud = await startCloud({ stsPort: port });
  expect(cloud.stsUrl).toBe(`http://127.0.0.1:${port}`);
  await cloud.close();
});

it('the access keys in the sandbox file are plainly examples', async () => {
  const text = await readFile(ownAccountsFile(), 'utf8');
  const keys = [...text.matchAll(/"(AKIA\w+)": "([^"]+)"/g)];
  expect(keys.length).toBeGreaterThan(0);
  for (const [, id, secret] of keys) {
    expect(id).toMatch(/EXAMPLE$/);
    expect(secret).toMatch(/EXAMPLEKEY$/);
  }
});
