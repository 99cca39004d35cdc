import { decodeJwt } from 'jose';
import type { Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { assumeWithToken, element, keysOf, requestToken, signed } from '../support/sts-client.js';

const ROLE = 'arn:aws:iam::111122223333:role/irsa-deploy';
const SPOKE = 'arn:aws:iam::444455556666:role/irsa-spoke';
const START = Date.UTC(2026, 10, 20, 12);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => START });
});
afterAll(() => cloud.close());

const denied = { status: 403, message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity' };

describe("a service account's token", () => {
  it('says what a projected token of a cluster says, and lasts a day', async () => {
    expect(decodeJwt(await cloud.serviceAccountToken())).toEqual({
      iss: `${cloud.issuer}/cluster`,
      sub: 'system:serviceaccount:ci:deployer',
      aud: ['sts.amazonaws.com'],
      'kubernetes.io': {
        namespace: 'ci',
        serviceaccount: { name: 'deployer', uid: expect.any(String) },
      },
      jti: expect.any(String),
      nbf: START / 1000,
      iat: START / 1000,
      exp: START / 1000 + 86400,
    });
  });

  it("opens the role of its service account, checked with the cluster's own keys", async () => {
    const before = cloud.requests.length;
    const answer = await assumeWithToken(cloud, ROLE, await cloud.serviceAccountToken());
    expect(element(answer, 'Arn')).toBe('arn:aws:sts::111122223333:assumed-role/irsa-deploy/GitHubActions');
    expect(element(answer, 'Provider')).toBe(
      `arn:aws:iam::111122223333:oidc-provider/${cloud.issuer.replace('http://', '')}/cluster`,
    );
    expect(cloud.requests.slice(before).map(({ url }) => url)).toEqual([
      '/',
      '/cluster/.well-known/openid-configuration',
      '/cluster/.well-known/jwks',
    ]);
  });

  it('opens a role in another account after it', async () => {
    const keys = keysOf(await assumeWithToken(cloud, ROLE, await cloud.serviceAccountToken()));
    const hop = { Action: 'AssumeRole', RoleArn: SPOKE, RoleSessionName: 'session' };
    expect((await signed(cloud, keys, hop, { date: new Date(START) })).status).toBe(200);
  });

  it.each([
    ['of another service account', { name: 'builder' }, denied],
    ['of another namespace', { namespace: 'default' }, denied],
    [
      'for another audience',
      { audience: 'https://kubernetes.default.svc' },
      { status: 400, code: 'InvalidIdentityToken', message: 'Incorrect token audience' },
    ],
    ['that has expired', { lifetimeSeconds: 0 }, { status: 400, code: 'ExpiredTokenException' }],
  ])('%s is refused', async (_, account, answer) => {
    const token = await cloud.serviceAccountToken(account);
    expect(await assumeWithToken(cloud, ROLE, token)).toMatchObject(answer);
  });

  it("is not GitHub's, and GitHub's is not a service account's", async () => {
    const github = await requestToken(cloud.environment());
    expect(await assumeWithToken(cloud, ROLE, github)).toMatchObject(denied);
    const production = 'arn:aws:iam::111122223333:role/production-deploy';
    const token = await cloud.serviceAccountToken();
    expect(await assumeWithToken(cloud, production, token)).toMatchObject(denied);
  });
});
