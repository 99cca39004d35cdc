import nock from 'nock';
import { createHttp } from '../../../src/http.js';
import { cognitoToken } from '../../../src/identity/cognito.js';
import { freshWebIdentity } from '../../../src/identity/jwt.js';
import { fakeClock } from '../../support/clock.js';
import { recordedRunner } from '../../support/recorded-runner.js';

afterAll(() => nock.restore());

/** A JWT-shaped token with these claims. */
function token(claims: object): string {
  return ['{}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

function source(
  poolId: string,
  env: Record<string, string> = {},
  claims: object = { iss: 'https://issuer.example.com/a' },
) {
  const { runner } = recordedRunner(env);
  const http = createHttp({ signal: new AbortController().signal });
  const github = { obtain: async () => freshWebIdentity(token(claims), 0) };
  return cognitoToken({ runner, http, clock: fakeClock(), tokenMissing: false, accept() {} }, poolId, github);
}

const POOL = '1a2b3c4d-5e6f-4a1b-8c2d-111122223333';

describe('a Cognito identity pool', () => {
  it.each([
    [`eu-west-1:${POOL}`, {}, 'https://cognito-identity.eu-west-1.amazonaws.com'],
    [`cn-north-1:${POOL}`, {}, 'https://cognito-identity.cn-north-1.amazonaws.com.cn'],
    [`eu-west-1:${POOL}`, { AWS_ENDPOINT_URL: 'https://aws.example.com' }, 'https://aws.example.com'],
  ])('%s with %j is asked at %s', async (poolId, env, endpoint) => {
    const answer = token({ sub: 'identity' });
    const asked = nock(endpoint)
      .post('/', { IdentityPoolId: poolId, Logins: { 'issuer.example.com/a': /./ } })
      .reply(200, { IdentityId: 'id' })
      .post('/', { IdentityId: 'id', Logins: { 'issuer.example.com/a': /./ } })
      .reply(200, { Token: answer });
    expect(await source(poolId, env).obtain()).toMatchObject({ kind: 'web-identity', token: answer });
    asked.done();
  });

  it.each([
    ['a list', '[1]', 'gave no IdentityId (HTTP status 400).'],
    [
      'an error without words',
      '{"__type":"x#NotAuthorizedException"}',
      'gave no IdentityId (NotAuthorized: ).',
    ],
  ])('that answers %s is told', async (_, body, message) => {
    nock('https://cognito-identity.eu-west-1.amazonaws.com').post('/').reply(400, body);
    await expect(source(`eu-west-1:${POOL}`).obtain()).rejects.toThrow(message);
  });

  it('is told to wait as long as Cognito asks for', async () => {
    nock('https://cognito-identity.eu-west-1.amazonaws.com')
      .post('/')
      .reply(429, '{}', { 'retry-after': '2' });
    await expect(source(`eu-west-1:${POOL}`).obtain()).rejects.toMatchObject({
      retry: { kind: 'throttled', afterMs: 2000 },
    });
  });

  it('is not guessed where a variable names no URL', () => {
    expect(() => source(`eu-west-1:${POOL}`, { AWS_ENDPOINT_URL: 'no URL' })).toThrow(
      /AWS_ENDPOINT_URL: got "no URL"; allowed: a URL/,
    );
  });

  it('cannot be asked with a token that does not say who issued it', async () => {
    await expect(source(`eu-west-1:${POOL}`, {}, {}).obtain()).rejects.toMatchObject({
      code: 'ID_TOKEN_ANSWER_INVALID',
    });
  });
});
