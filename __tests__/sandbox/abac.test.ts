import { decodeJwt, SignJWT } from 'jose';
import type { AccountsFile, Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { POOL, poolToken } from '../support/cognito-client.js';
import { rsaKeys } from '../support/rsa-keys.js';
import { assumeWithToken, element, type Keys, keysOf, requestToken, signed } from '../support/sts-client.js';

const ABAC = 'arn:aws:iam::111122223333:role/abac-deploy';
const OWN = 'arn:aws:iam::444455556666:role/repository-octo-repo';
const OTHER = 'arn:aws:iam::444455556666:role/repository-other';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

const assume = (keys: Keys, RoleArn: string, more: Record<string, string> = {}) =>
  signed(cloud, keys, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more });

describe("a role behind an identity pool trusts the pool's token", () => {
  it('and the answer names the pool and the identity', async () => {
    const token = await poolToken(cloud);
    const answer = await assumeWithToken(cloud, ABAC, token);
    expect(answer.status).toBe(200);
    expect(element(answer, 'Provider')).toBe('cognito-identity.amazonaws.com');
    expect(element(answer, 'Audience')).toBe(POOL);
    expect(element(answer, 'SubjectFromWebIdentityToken')).toBe(decodeJwt(token).sub);
    // Repository=octo-org/octo-repo (28 + 8), Ref=refs/heads/main (18 + 8), Actor=octocat (12 + 8) of 470.
    expect(element(answer, 'PackedPolicySize')).toBe('18');
  });

  it("but not GitHub's own token", async () => {
    const token = await requestToken(cloud.environment(), 'cognito-identity.amazonaws.com');
    expect(await assumeWithToken(cloud, ABAC, token)).toMatchObject({
      status: 403,
      message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    });
  });

  it("and not the tags of another organisation's repository", async () => {
    const foreign = await poolToken(cloud, cloud.environment({ repository: 'other-org/octo-repo' }));
    expect((await assumeWithToken(cloud, ABAC, foreign)).status).toBe(403);
  });

  it("nor a token that only claims to be the pool's", async () => {
    const { privateKey } = await rsaKeys('another signer');
    const claims = decodeJwt(await poolToken(cloud));
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect(await assumeWithToken(cloud, ABAC, forged)).toMatchObject({
      status: 400,
      code: 'InvalidIdentityToken',
      message: 'The token signature could not be verified',
    });
  });
});

it('what the role may do depends on the tag that AWS mapped from the verified claim', async () => {
  const keys = keysOf(await assumeWithToken(cloud, ABAC, await poolToken(cloud)));
  expect((await assume(keys, OWN)).status).toBe(200);
  expect(await assume(keys, OTHER)).toMatchObject({ status: 403, code: 'AccessDenied' });
  const run = cloud.environment({ repository: 'octo-org/other' });
  const others = keysOf(await assumeWithToken(cloud, ABAC, await poolToken(cloud, run)));
  expect((await assume(others, OWN)).status).toBe(403);
  expect((await assume(others, OTHER)).status).toBe(200);
});

it('the next role can ask who vouched for the session before it', async () => {
  const statement = (Principal: object, Action: readonly string[], Condition: object = {}) => ({
    trust: { Statement: { Effect: 'Allow', Principal, Action, Condition } },
  });
  const next = (provider: string) =>
    statement({ AWS: 'arn:aws:iam::111122223333:role/pooled' }, ['sts:AssumeRole'], {
      StringEquals: { 'aws:FederatedProvider': provider },
    });
  const other = await startCloud({
    accounts: {
      accounts: {
        '111122223333': {
          providers: [{ url: 'ISSUER', clientIds: ['cognito-identity.amazonaws.com'] }],
          identityPools: { [POOL]: { allowClassicFlow: true, logins: { ISSUER: {} } } },
          roles: {
            pooled: statement({ Federated: 'cognito-identity.amazonaws.com' }, ['sts:*']),
            'after-pool': next('cognito-identity.amazonaws.com'),
            'after-github': next('arn:aws:iam::111122223333:oidc-provider/ISSUER'),
          },
        },
      },
    },
  });
  try {
    const pooled = 'arn:aws:iam::111122223333:role/pooled';
    const keys = keysOf(await assumeWithToken(other, pooled, await poolToken(other)));
    const statuses = ['after-pool', 'after-github'].map(async (name) => {
      const RoleArn = `arn:aws:iam::111122223333:role/${name}`;
      return (await signed(other, keys, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session' }))
        .status;
    });
    expect(await Promise.all(statuses)).toEqual([200, 403]);
  } finally {
    await other.close();
  }
});

describe('the trust policy can ask', () => {
  const federated = { Federated: 'cognito-identity.amazonaws.com' };
  const both = ['sts:AssumeRoleWithWebIdentity', 'sts:TagSession'];
  const aud = { 'cognito-identity.amazonaws.com:aud': POOL };
  const amr = (operator: string, value: string) => ({
    [`ForAnyValue:${operator}`]: { 'cognito-identity.amazonaws.com:amr': value },
  });

  it.each<[string, object, readonly string[], number]>([
    ['for the pool', { StringEquals: aud }, both, 200],
    [
      'for another pool',
      { StringEquals: { 'cognito-identity.amazonaws.com:aud': 'us-east-1:0' } },
      both,
      403,
    ],
    ['for a user who has logged in', amr('StringLike', 'authenticated'), both, 200],
    ['for a guest', amr('StringLike', 'unauthenticated'), both, 403],
    ['for the login provider', amr('StringEquals', 'ISSUER'), both, 200],
    ['for another login provider', amr('StringEquals', 'accounts.google.com'), both, 403],
    ['for the subject at the provider', amr('StringLike', '*ISSUER:OIDC:repo:octo-org@65/*'), both, 200],
    ["for another organisation's", amr('StringLike', '*ISSUER:OIDC:repo:other-org@*'), both, 403],
    ['for an identity', { StringLike: { 'cognito-identity.amazonaws.com:sub': 'us-east-1:*' } }, both, 200],
    [
      'for the tags',
      { 'ForAllValues:StringEquals': { 'aws:TagKeys': ['Repository', 'Ref', 'Actor'] } },
      both,
      200,
    ],
    ['without allowing tags at all', { StringEquals: aud }, ['sts:AssumeRoleWithWebIdentity'], 403],
  ])('%s', async (_, Condition, Action, status) => {
    const github = { url: 'ISSUER', clientIds: ['cognito-identity.amazonaws.com'] };
    const tags = { Repository: 'repository', Ref: 'ref', Actor: 'actor' };
    const file: AccountsFile = {
      accounts: {
        '111122223333': {
          providers: [github],
          identityPools: { [POOL]: { allowClassicFlow: true, logins: { ISSUER: { principalTags: tags } } } },
        },
        // The role may be in any account: the pool is trusted by its id alone.
        '444455556666': {
          roles: {
            pooled: { trust: { Statement: { Effect: 'Allow', Principal: federated, Action, Condition } } },
          },
        },
      },
      github: { owners: { 'octo-org': 65 }, repositories: { 'octo-org/octo-repo': 74 } },
    };
    const other = await startCloud({ accounts: file });
    try {
      const token = await poolToken(other);
      const answer = await assumeWithToken(other, 'arn:aws:iam::444455556666:role/pooled', token);
      expect(answer.status).toBe(status);
      if (Action.length === 1) expect(answer.message).toBe('Not authorized to perform sts:TagSession');
    } finally {
      await other.close();
    }
  });
});
