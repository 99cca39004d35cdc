import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { page } from '../support/pages.js';
import {
  type Answer,
  assumeWithToken,
  BYSTANDER,
  element,
  type Keys,
  keysOf,
  LEGACY_DEPLOYER,
  requestToken,
  signed,
} from '../support/sts-client.js';

/* What docs/incident.md says, with its own policies. */

const START = Date.UTC(2026, 10, 20, 12);
const HUB = 'arn:aws:iam::111122223333:role/hub';
const SPOKE = 'arn:aws:iam::444455556666:role/spoke';
const LAST = 'arn:aws:iam::444455556666:role/last';
const PROVIDER = 'arn:aws:iam::111122223333:oidc-provider/ISSUER';
const PART = 'docs/incident.md';

/** The policies of the page in their order: a role's, a session's and a provider's. */
const [REVOKE = '', REVOKE_SESSION = '', REVOKE_PROVIDER = ''] = [
  ...page(PART).text.matchAll(/--policy-document '([\s\S]*?)'\n```|^```json\n([\s\S]*?)```$/gm),
].map(([, inline, fenced]) => inline ?? fenced);

const all = [{ Effect: 'Allow', Action: '*', Resource: '*' }];
const trusting = (Principal: object, Action: string) => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal, Action, ...(Action === 'sts:AssumeRole' ? {} : SUBJECT) },
});
const SUBJECT = {
  Condition: { StringLike: { 'ISSUER:sub': 'repo:octo-org@65/octo-repo@74:*' } },
};

/** A chain of three roles over two accounts, and an administrator in each. */
function accounts(controls: Readonly<Record<string, readonly (readonly object[])[]>> = {}): AccountsFile {
  const administrator = ({ accessKeyId, secretAccessKey }: Keys) => ({
    admin: { accessKeys: { [accessKeyId]: secretAccessKey }, permissions: all },
  });
  const membership = (account: string): object => {
    const serviceControlPolicies = controls[account];
    return serviceControlPolicies === undefined
      ? {}
      : { organization: { id: 'o-a1b2c3d4e5' }, serviceControlPolicies };
  };
  return {
    github: { owners: { 'octo-org': 65 }, repositories: { 'octo-org/octo-repo': 74 } },
    accounts: {
      '111122223333': {
        ...membership('111122223333'),
        providers: [{ url: 'https://ISSUER', clientIds: ['sts.amazonaws.com'] }],
        users: administrator(LEGACY_DEPLOYER),
        roles: {
          hub: {
            trust: trusting({ Federated: PROVIDER }, 'sts:AssumeRoleWithWebIdentity'),
            permissions: all,
          },
        },
      },
      '444455556666': {
        ...membership('444455556666'),
        users: administrator(BYSTANDER),
        roles: {
          spoke: { trust: trusting({ AWS: HUB }, 'sts:AssumeRole'), permissions: all },
          last: { trust: trusting({ AWS: SPOKE }, 'sts:AssumeRole') },
        },
      },
    },
  };
}

let now = START;
let cloud: Cloud;
beforeEach(async () => {
  now = START;
  cloud = await startCloud({ accounts: accounts(), now: () => now });
});
afterEach(() => cloud.close());

const at = () => new Date(now);
const enter = async (name = 'GitHubActions'): Promise<Answer> =>
  assumeWithToken(cloud, HUB, await requestToken(cloud.environment()), { RoleSessionName: name });
const assume = (keys: Keys, RoleArn: string): Promise<Answer> =>
  signed(cloud, keys, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'next' }, { date: at() });
const hubKeys = async (name?: string): Promise<Keys> => keysOf(await enter(name));
const spokeKeys = async (hub: Keys): Promise<Keys> => keysOf(await assume(hub, SPOKE));

/** Asks IAM as the administrator of an account. */
async function iam(who: Keys, params: Record<string, string>): Promise<Answer> {
  const services = { ...cloud, stsUrl: cloud.awsUrl };
  const answer = await signed(
    services,
    who,
    { Version: '2010-05-08', ...params },
    { service: 'iam', date: at() },
  );
  expect([answer.status, answer.message]).toEqual([200, undefined]);
  return answer;
}

/** Puts a policy of the page on a role; afterwards it is a minute later. */
async function put(who: Keys, RoleName: string, PolicyDocument: string): Promise<void> {
  await iam(who, { Action: 'PutRolePolicy', RoleName, PolicyName: 'Revoke', PolicyDocument });
  now += 60_000;
}

/** Revokes a role's sessions in the middle of two minutes. */
async function revoke(who: Keys, role: string): Promise<void> {
  now += 60_000;
  await put(who, role, REVOKE.replace(`'"$now"'`, new Date(now).toISOString().replace(/\.\d+/, '')));
}

const refused = {
  status: 403,
  code: 'AccessDenied',
  message: expect.stringMatching(/ with an explicit deny in an identity-based policy$/),
};

describe('a revoked role', () => {
  it('refuses the old session everything but its name, and lets a new one in', async () => {
    const old = await hubKeys();
    await revoke(LEGACY_DEPLOYER, 'hub');
    // Between two accounts AWS does not give the reason.
    expect((await assume(old, SPOKE)).code).toBe('AccessDenied');
    const list = { Version: '2010-05-08', Action: 'ListRoles' };
    const services = { ...cloud, stsUrl: cloud.awsUrl };
    expect(await signed(services, old, list, { service: 'iam', date: at() })).toMatchObject(refused);
    const identity = await signed(cloud, old, { Action: 'GetCallerIdentity' }, { date: at() });
    expect([identity.status, element(identity, 'Account')]).toEqual([200, '111122223333']);
    expect((await assume(await hubKeys(), SPOKE)).status).toBe(200);
  });

  it('does not touch what its session has assumed before', async () => {
    const spoke = await spokeKeys(await hubKeys());
    await revoke(LEGACY_DEPLOYER, 'hub');
    expect((await assume(spoke, LAST)).status).toBe(200);
  });

  it('that is not the first of a chain is entered again from the one before', async () => {
    const hub = await hubKeys();
    const spoke = await spokeKeys(hub);
    await revoke(BYSTANDER, 'spoke');
    expect(await assume(spoke, LAST)).toMatchObject(refused);
    expect((await assume(await spokeKeys(hub), LAST)).status).toBe(200);
  });

  it('gives the old session its permissions back when the policy is removed too early', async () => {
    const old = await hubKeys();
    await revoke(LEGACY_DEPLOYER, 'hub');
    await iam(LEGACY_DEPLOYER, { Action: 'DeleteRolePolicy', RoleName: 'hub', PolicyName: 'Revoke' });
    expect((await assume(old, SPOKE)).status).toBe(200);
  });
});

it('a revoked chain refuses its old sessions, and a new one goes through', async () => {
  const hub = await hubKeys();
  const spoke = await spokeKeys(hub);
  await revoke(LEGACY_DEPLOYER, 'hub');
  await revoke(BYSTANDER, 'spoke');
  expect((await assume(hub, SPOKE)).status).toBe(403);
  expect(await assume(spoke, LAST)).toMatchObject(refused);
  expect((await assume(await spokeKeys(await hubKeys()), LAST)).status).toBe(200);
});

it('a revoked session is refused by its name, and so is a later one of that name, but no other', async () => {
  const name = 'gh-octo-org-octo-repo-9876543210-1';
  const [old, other] = [await hubKeys(name), await hubKeys('gh-octo-org-octo-repo-9876543210-2')];
  const role = await iam(LEGACY_DEPLOYER, { Action: 'GetRole', RoleName: 'hub' });
  await put(LEGACY_DEPLOYER, 'hub', REVOKE_SESSION.replace(`'"$id"'`, element(role, 'RoleId') ?? ''));
  expect((await assume(old, SPOKE)).status).toBe(403);
  expect((await assume(await hubKeys(name), SPOKE)).status).toBe(403);
  expect((await assume(other, SPOKE)).status).toBe(200);
});

describe('a provider', () => {
  it('that is deleted lets no token in, and leaves sessions alone', async () => {
    const old = await hubKeys();
    const provider = PROVIDER.replace('ISSUER', cloud.issuer.replace('http://', ''));
    const params = { Action: 'DeleteOpenIDConnectProvider', OpenIDConnectProviderArn: provider };
    await iam(LEGACY_DEPLOYER, params);
    expect(await enter()).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
    expect((await assume(old, SPOKE)).status).toBe(200);
  });

  it('that is revoked by a service control policy refuses its old sessions, not the chained ones', async () => {
    const text = REVOKE_PROVIDER.replace('token.actions.githubusercontent.com', 'ISSUER');
    const policy = JSON.parse(text.replace('2026-11-20T12:00:00Z', '2026-11-20T12:01:00Z'));
    const full = { Version: '2012-10-17', Statement: all[0] };
    const begin = async (account: string): Promise<void> => {
      await cloud.close();
      cloud = await startCloud({ accounts: accounts({ [account]: [[full, policy]] }), now: () => now });
    };
    await begin('444455556666');
    expect((await assume(await spokeKeys(await hubKeys()), LAST)).status).toBe(200);
    await begin('111122223333');
    const old = await hubKeys();
    expect((await assume(old, SPOKE)).status).toBe(403);
    now += 60_000;
    expect((await assume(old, SPOKE)).status).toBe(403);
    expect((await assume(await hubKeys(), SPOKE)).status).toBe(200);
  });
});
