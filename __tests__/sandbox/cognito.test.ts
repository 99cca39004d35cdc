import { createRemoteJWKSet, decodeJwt, jwtVerify, SignJWT } from 'jose';
import type { Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { cognito, ENHANCED_ONLY_POOL, loginsOf, POOL, poolToken } from '../support/cognito-client.js';
import { rsaKeys } from '../support/rsa-keys.js';
import { requestToken } from '../support/sts-client.js';

const START = Date.UTC(2026, 10, 20, 12);
let now = START;
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => now });
});
afterEach(() => {
  now = START;
  cloud.clearFaults();
});
afterAll(() => cloud.close());

const SUBJECT = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';
const provider = () => cloud.issuer.replace('http://', '');
const refusal = (__type: string, message: string) => ({
  status: 400,
  type: 'application/x-amz-json-1.1',
  body: { __type, message },
});
const notAuthorized = (message: string) => refusal('NotAuthorizedException', message);

async function getId(Logins: unknown, IdentityPoolId: unknown = POOL) {
  return cognito(cloud, 'GetId', { IdentityPoolId, Logins });
}

describe('GetId', () => {
  it('gives a login of the pool an identity, the same one every time', async () => {
    const first = await getId(await loginsOf(cloud, cloud.environment()));
    expect(first).toMatchObject({
      status: 200,
      body: { IdentityId: expect.stringMatching(/^us-east-1:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
    });
    expect(await getId(await loginsOf(cloud, cloud.environment()))).toEqual(first);
  });

  it('gives another subject, and another pool, another identity', async () => {
    const logins = await loginsOf(cloud, cloud.environment());
    const staging = await loginsOf(cloud, cloud.environment({ environment: 'staging' }));
    const ids = [await getId(logins), await getId(staging), await getId(logins, ENHANCED_ONLY_POOL)];
    expect(new Set(ids.map(({ body }) => body.IdentityId)).size).toBe(3);
  });

  it('fetches the keys of GitHub to check the token, and is recorded with its parameters', async () => {
    const before = cloud.requests.length;
    const Logins = await loginsOf(cloud, cloud.environment());
    await getId(Logins);
    const seen = cloud.requests.slice(before);
    expect(seen.map(({ service, action, status }) => `${service} ${action} ${status}`)).toEqual([
      'token GET /token 200',
      'cognito GetId 200',
      'token discovery 200',
      'token jwks 200',
    ]);
    expect(seen[1]?.params).toEqual({
      IdentityPoolId: POOL,
      [`Logins.${provider()}`]: Logins[provider()],
    });
  });

  it.each<[string, unknown, string, string]>([
    ['no pool', undefined, 'ValidationException', "Value null at 'identityPoolId'"],
    ['a user pool', 'us-east-1_abc', 'ValidationException', 'regular expression pattern: [\\w-]+:[0-9a-f-]+'],
    [
      'a pool that does not exist',
      'us-east-1:00000000-0000-0000-0000-000000000000',
      'ResourceNotFoundException',
      "IdentityPool 'us-east-1:00000000-0000-0000-0000-000000000000' not found.",
    ],
    ['a number', 7, 'SerializationException', 'not what the service expects'],
  ])('refuses %s', async (_, pool, type, message) => {
    const { status, body } = await cognito(cloud, 'GetId', { IdentityPoolId: pool, Logins: {} });
    expect({ status, ...body }).toEqual({
      status: 400,
      __type: type,
      message: expect.stringContaining(message),
    });
  });

  it('refuses guests', async () => {
    expect(await getId({})).toEqual(
      notAuthorized('Unauthenticated access is not supported for this identity pool.'),
    );
  });

  it('refuses a provider that is not attached to the pool, although the account has it', async () => {
    const name = `${provider()}/cluster`;
    expect(await getId({ [name]: await cloud.serviceAccountToken() })).toEqual(
      notAuthorized('Token is not from a supported provider of this identity pool.'),
    );
  });

  it('refuses a token under another provider name than its issuer', async () => {
    expect(await getId({ [provider()]: await cloud.serviceAccountToken() })).toEqual(
      notAuthorized("Invalid login token. Issuer doesn't match providerName"),
    );
  });

  it('refuses what is no token', async () => {
    expect(await getId({ [provider()]: 'ghp_example' })).toEqual(
      notAuthorized('Invalid login token. Not a valid OpenId Connect identity token.'),
    );
  });

  it('refuses a token that GitHub did not sign', async () => {
    const { privateKey } = await rsaKeys('another signer');
    const claims = decodeJwt(await requestToken(cloud.environment(), 'cognito-identity.amazonaws.com'));
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
    expect(await getId({ [provider()]: forged })).toEqual(
      notAuthorized("Invalid login token. Couldn't verify signed token."),
    );
  });

  it('refuses an audience that the provider does not know', async () => {
    const logins = await loginsOf(cloud, cloud.environment(), 'https://github.com/octo-org');
    expect(await getId(logins)).toEqual(notAuthorized('Invalid login token. Incorrect token audience'));
  });

  it('refuses an expired token, saying when it expired', async () => {
    const logins = await loginsOf(cloud, cloud.environment());
    now = START + 300_000;
    expect(await getId(logins)).toEqual(
      notAuthorized(`Invalid login token. Token expired: ${START / 1000 + 300} >= ${START / 1000 + 300}`),
    );
  });
});

describe('GetOpenIdToken', () => {
  it('gives a token of the pool that says what AWS says, with tags from verified claims', async () => {
    const claims = decodeJwt(await poolToken(cloud, cloud.environment()));
    expect(claims).toEqual({
      iss: 'https://cognito-identity.amazonaws.com',
      aud: POOL,
      sub: expect.stringMatching(/^us-east-1:[0-9a-f-]{36}$/),
      amr: [
        'authenticated',
        provider(),
        `arn:aws:iam::111122223333:oidc-provider/${provider()}:OIDC:${SUBJECT}`,
      ],
      'https://aws.amazon.com/tags': {
        principal_tags: {
          Repository: ['octo-org/octo-repo'],
          Ref: ['refs/heads/main'],
          Actor: ['octocat'],
        },
      },
      'https://cognito-identity.amazonaws.com/identity-pool-arn': `arn:aws:cognito-identity:us-east-1:111122223333:identitypool/${POOL}`,
      iat: START / 1000,
      exp: START / 1000 + 600,
    });
  });

  it('adds the tag of a claim that only some jobs have', async () => {
    const claims = decodeJwt(await poolToken(cloud, cloud.environment({ environment: 'production' })));
    expect(claims['https://aws.amazon.com/tags']).toMatchObject({
      principal_tags: { Environment: ['production'] },
    });
  });

  it('signs so that everyone can verify it with the keys that Cognito publishes', async () => {
    const token = await poolToken(cloud);
    const discovery: unknown = await (
      await fetch(`${cloud.cognitoUrl}/.well-known/openid-configuration`)
    ).json();
    expect(discovery).toMatchObject({ issuer: 'https://cognito-identity.amazonaws.com' });
    const keys = createRemoteJWKSet(new URL(`${cloud.cognitoUrl}/.well-known/jwks_uri`));
    const verified = await jwtVerify(token, keys, { currentDate: new Date(now) });
    expect(verified.protectedHeader.alg).toBe('RS256');
  });

  it('refuses a pool without the basic (classic) flow', async () => {
    const Logins = await loginsOf(cloud, cloud.environment());
    const { IdentityId } = (await getId(Logins, ENHANCED_ONLY_POOL)).body;
    expect(await cognito(cloud, 'GetOpenIdToken', { IdentityId, Logins })).toEqual(
      refusal('InvalidParameterException', 'Basic (classic) flow is not enabled, please use enhanced flow.'),
    );
  });

  it('refuses an identity that GetId did not give', async () => {
    const IdentityId = 'us-east-1:00000000-0000-0000-0000-000000000000';
    const Logins = await loginsOf(cloud, cloud.environment());
    expect(await cognito(cloud, 'GetOpenIdToken', { IdentityId, Logins })).toEqual(
      refusal('ResourceNotFoundException', `Identity '${IdentityId}' not found.`),
    );
  });

  it("refuses another job's identity, and an identity without a login", async () => {
    const { IdentityId } = (await getId(await loginsOf(cloud, cloud.environment()))).body;
    const other = await loginsOf(cloud, cloud.environment({ ref: 'refs/heads/feature' }));
    expect(await cognito(cloud, 'GetOpenIdToken', { IdentityId, Logins: other })).toEqual(
      notAuthorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
      ),
    );
    expect(await cognito(cloud, 'GetOpenIdToken', { IdentityId })).toEqual(
      notAuthorized(`Access to Identity '${String(IdentityId)}' is forbidden.`),
    );
  });
});

describe('when something goes wrong at Cognito', () => {
  it('a throttled call is told so once', async () => {
    cloud.fault('cognito', { kind: 'throttle' }, 'GetOpenIdToken');
    const Logins = await loginsOf(cloud, cloud.environment());
    const { IdentityId } = (await getId(Logins)).body;
    const ask = () => cognito(cloud, 'GetOpenIdToken', { IdentityId, Logins });
    expect(await ask()).toEqual(refusal('TooManyRequestsException', 'Rate exceeded'));
    expect((await ask()).status).toBe(200);
  });

  it('an error is in its own form, and GitHub out of reach is an external failure', async () => {
    const logins = await loginsOf(cloud, cloud.environment());
    cloud.fault('cognito', { kind: 'error', status: 500, code: 'InternalErrorException', message: 'no' });
    expect(await getId(logins)).toMatchObject({
      status: 500,
      body: { __type: 'InternalErrorException', message: 'no' },
    });
    cloud.fault('token', { kind: 'reset' }, 'discovery');
    expect((await getId(logins)).body.__type).toBe('ExternalServiceException');
  });

  it('an operation it does not know and a body that is no JSON are refused', async () => {
    expect((await cognito(cloud, 'GetCredentialsForIdentity', {})).body.__type).toBe(
      'UnknownOperationException',
    );
    expect((await cognito(cloud, 'GetId', '{')).body.__type).toBe('SerializationException');
  });
});
