import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { type Keys, keysIn, signed } from './call.js';

/** The account that moto gives callers it does not know. */
export const ACCOUNT = '123456789012';
const PARTNER = '210987654321';
export const SERIAL = `arn:aws:iam::${ACCOUNT}:mfa/ci`;
const SUBJECT = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';

/** A server with the users and roles below, and how to ask it. */
export interface Server {
  readonly url: string;
  readonly ci: Keys;
  readonly bystander: Keys;
  /** Issues the tokens and the MFA codes, whichever server is asked. */
  readonly cloud: Cloud;
}

type Statement = Readonly<Record<string, unknown>>;

const user = (name: string): object => ({ AWS: `arn:aws:iam::${ACCOUNT}:user/${name}` });
const HUB = { AWS: `arn:aws:iam::${ACCOUNT}:role/hub` };
const HUB_SESSION = { AWS: `arn:aws:sts::${ACCOUNT}:assumed-role/hub/session` };
const allow = (Principal: object, more: Statement = {}, ...actions: readonly string[]): Statement => ({
  Effect: 'Allow',
  Principal,
  Action: ['sts:AssumeRole', ...actions],
  ...more,
});
const PERMISSIONS = [
  { Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'], Resource: '*' },
];

interface OwnRole {
  readonly trust: readonly Statement[];
  readonly maxSessionDuration?: number;
  readonly permissions?: readonly object[];
}

const CI = user('ci');
const ROLES: Readonly<Record<string, OwnRole>> = {
  web: {
    trust: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${ACCOUNT}:oidc-provider/ISSUER` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringEquals: { 'ISSUER:aud': 'sts.amazonaws.com', 'ISSUER:sub': SUBJECT } },
      },
    ],
  },
  deploy: { trust: [allow(CI)] },
  closed: { trust: [allow(user('bystander'))] },
  denied: { trust: [allow(CI), { ...allow(CI), Effect: 'Deny' }] },
  vendor: { trust: [allow(CI, { Condition: { StringEquals: { 'sts:ExternalId': 'octo-org' } } })] },
  mfa: { trust: [allow(CI, { Condition: { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } })] },
  hub: { trust: [allow(CI, {}, 'sts:TagSession', 'sts:SetSourceIdentity')], permissions: PERMISSIONS },
  next: { trust: [allow(HUB)] },
  // It names the session, for servers that do not know whose role a session has.
  spoke: {
    trust: [allow(HUB_SESSION, {}, 'sts:TagSession', 'sts:SetSourceIdentity')],
    maxSessionDuration: 43_200,
  },
};
const PARTNER_ROLES: Readonly<Record<string, OwnRole>> = {
  partner: { trust: [allow(CI), allow(user('bystander'))] },
};

// AWS's documentation examples.
const KEYS = {
  ci: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  bystander: {
    accessKeyId: 'AKIAI44QH8DHBEXAMPLE',
    secretAccessKey: 'je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY',
  },
};

const accountRoles = (roles: Readonly<Record<string, OwnRole>>): object =>
  Object.fromEntries(
    Object.entries(roles).map(([name, { trust, ...more }]) => [name, { ...more, trust: document(trust) }]),
  );
const document = (Statement: readonly object[]): object => ({ Version: '2012-10-17', Statement });

/** The users and roles, as the sandbox takes them. */
export const ACCOUNTS: AccountsFile = JSON.parse(
  JSON.stringify({
    github: {
      owners: { 'octo-org': 65 },
      repositories: { 'octo-org/octo-repo': 74 },
      actors: { octocat: 12 },
    },
    accounts: {
      [ACCOUNT]: {
        providers: [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }],
        users: {
          ci: {
            accessKeys: { [KEYS.ci.accessKeyId]: KEYS.ci.secretAccessKey },
            // RFC 6238's test vector.
            mfaDevices: { ci: 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ' },
            permissions: PERMISSIONS,
          },
          bystander: { accessKeys: { [KEYS.bystander.accessKeyId]: KEYS.bystander.secretAccessKey } },
        },
        roles: accountRoles(ROLES),
      },
      [PARTNER]: { roles: accountRoles(PARTNER_ROLES) },
    },
  }),
);

/** The sandbox as one of the servers; it was started with ACCOUNTS. */
export const sandboxServer = (cloud: Cloud): Server => ({ url: cloud.stsUrl, ...KEYS, cloud });

/** Gives moto the same users and roles. With authentication it checks signatures and policies from then on. */
export async function motoServer(url: string, cloud: Cloud, authenticates: boolean): Promise<Server> {
  const admin = { accessKeyId: 'testing', secretAccessKey: 'testing' };
  await iam(url, admin, 'CreateOpenIDConnectProvider', {
    // moto takes providers with https only, and asks none.
    Url: cloud.issuer.replace('http:', 'https:'),
    'ClientIDList.member.1': 'sts.amazonaws.com',
    'ThumbprintList.member.1': '0'.repeat(40),
  });
  for (const UserName of ['ci', 'bystander']) await iam(url, admin, 'CreateUser', { UserName });
  const PolicyDocument = JSON.stringify(document(PERMISSIONS));
  await iam(url, admin, 'PutUserPolicy', { UserName: 'ci', PolicyName: 'own', PolicyDocument });
  const [ci, bystander] = [await createKeys(url, admin, 'ci'), await createKeys(url, admin, 'bystander')];
  await createRoles(url, admin, ROLES, cloud);
  // Its accounts are those of the caller's credentials, and any role gives some.
  const RoleArn = `arn:aws:iam::${PARTNER}:role/any`;
  const session = await signed(url, admin, {
    ...STS,
    Action: 'AssumeRole',
    RoleArn,
    RoleSessionName: 'setup',
  });
  await createRoles(url, keysIn(session), PARTNER_ROLES, cloud);
  if (authenticates) await turnAuthenticationOn(url);
  return { url, ci, bystander, cloud };
}

const STS = { Version: '2011-06-15' };

async function turnAuthenticationOn(url: string): Promise<void> {
  // The number of calls that moto still takes without.
  const { status } = await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body: '0' });
  if (status !== 200) throw new Error(`moto: reset-auth answered ${status}`);
}

async function createKeys(url: string, admin: Keys, UserName: string): Promise<Keys> {
  return keysIn(await iam(url, admin, 'CreateAccessKey', { UserName }));
}

async function createRoles(
  url: string,
  keys: Keys,
  roles: Readonly<Record<string, OwnRole>>,
  cloud: Cloud,
): Promise<void> {
  const issuer = new URL(cloud.issuer).host;
  for (const [RoleName, { trust, permissions, maxSessionDuration = 3600 }] of Object.entries(roles)) {
    const AssumeRolePolicyDocument = JSON.stringify(document(trust)).replaceAll('ISSUER', issuer);
    const MaxSessionDuration = String(maxSessionDuration);
    await iam(url, keys, 'CreateRole', { RoleName, AssumeRolePolicyDocument, MaxSessionDuration });
    if (permissions === undefined) continue;
    const PolicyDocument = JSON.stringify(document(permissions));
    await iam(url, keys, 'PutRolePolicy', { RoleName, PolicyName: 'own', PolicyDocument });
  }
}

async function iam(url: string, keys: Keys, Action: string, parameters: Readonly<Record<string, string>>) {
  const answer = await signed(
    url,
    keys,
    { Version: '2010-05-08', Action, ...parameters },
    { service: 'iam' },
  );
  if (answer.status !== 200) throw new Error(`moto: ${Action} answered ${answer.status} ${answer.body}`);
  return answer;
}
