import { cognitoToken } from '../../../src/identity/cognito.js';
import { freshWebIdentity } from '../../../src/identity/jwt.js';
import type { Http } from '../../../src/platform/http.js';
import { fakeClock } from '../../support/clock.js';
import { recordedRunner } from '../../support/recorded-runner.js';
import { scriptedHttp } from '../../support/scripted-http.js';

/** A JWT-shaped token with these claims. */
function token(claims: object): string {
  return ['{}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
}

function source(
  http: Http,
  poolId: string,
  env: Record<string, string> = {},
  claims: object = { iss: 'https://issuer.example.com/a' },
) {
  const { runner } = recordedRunner(env);
  const github = { obtain: async () => freshWebIdentity(token(claims), 0) };
  return cognitoToken({ runner, http, clock: fakeClock(), tokenMissing: false, accept() {} }, poolId, github);
}

const POOL = '1a2b3c4d-5e6f-4a1b-8c2d-111122223333';

describe('a Cognito identity pool', () => {
  it.each([
    [`eu-west-1:${POOL}`, {}, 'https://cognito-identity.eu-west-1.amazonaws.com/'],
    [`cn-north-1:${POOL}`, {}, 'https://cognito-identity.cn-north-1.amazonaws.com.cn/'],
    [`eu-west-1:${POOL}`, { AWS_ENDPOINT_URL: 'https://aws.example.com' }, 'https://aws.example.com/'],
  ])('%s with %j is asked at %s', async (poolId, env, endpoint) => {
    const answer = token({ sub: 'identity' });
    const http = scriptedHttp({ body: '{"IdentityId":"id"}' }, { body: JSON.stringify({ Token: answer }) });
    expect(await source(http, poolId, env).obtain()).toMatchObject({ kind: 'web-identity', token: answer });
    const Logins = { 'issuer.example.com/a': expect.stringMatching(/./) };
    expect(http.sent.map(({ url, body }) => [url.href, JSON.parse(String(body))])).toEqual([
      [endpoint, { IdentityPoolId: poolId, Logins }],
      [endpoint, { IdentityId: 'id', Logins }],
    ]);
  });

  it.each([
    ['a list', '[1]', 'returned no IdentityId (HTTP 400).'],
    [
      'an error without words',
      '{"__type":"x#NotAuthorizedException"}',
      'returned no IdentityId (NotAuthorized).',
    ],
    ['an error with an object for words', '{"__type":"x#Other","message":{"a":1}}', '(Other).'],
    ['an error with a list for a type', '{"__type":["x"],"message":"words"}', '(HTTP 400).'],
  ])('that answers %s is told', async (_, body, message) => {
    const http = scriptedHttp({ status: 400, body });
    await expect(source(http, `eu-west-1:${POOL}`).obtain()).rejects.toThrow(message);
  });

  it.each(['a b', 'a\nb', 'a\u200bb', '\ud800'])('whose token is none (%j) is an error', async (Token) => {
    const http = scriptedHttp({ body: '{"IdentityId":"id"}' }, { body: JSON.stringify({ Token }) });
    await expect(source(http, `eu-west-1:${POOL}`).obtain()).rejects.toMatchObject({
      code: 'COGNITO_REFUSED',
      message: expect.stringContaining('Cognito GetOpenIdToken returned no Token'),
    });
  });

  it('is told to wait as long as Cognito asks for', async () => {
    const http = scriptedHttp({ status: 429, headers: { 'retry-after': '2' }, body: '{}' });
    await expect(source(http, `eu-west-1:${POOL}`).obtain()).rejects.toMatchObject({
      retry: { kind: 'throttled', afterMs: 2000 },
    });
  });

  it.each([
    'no URL',
    'localhost:4566',
    'ftp://host/',
    'https://',
    'https://user:word@host/',
    'https://host/?a=b',
  ])('is not guessed where a variable names no endpoint: %s', (address) => {
    expect(() => source(scriptedHttp(), `eu-west-1:${POOL}`, { AWS_ENDPOINT_URL: address })).toThrow(
      /^The variable AWS_ENDPOINT_URL: got .*; allowed: an http:\/\/ or https:\/\/ URL/,
    );
  });

  it('does not repeat a password that stands in the variable', () => {
    const env = { AWS_ENDPOINT_URL: 'https://user:secret-word@host/' };
    expect(() => source(scriptedHttp(), `eu-west-1:${POOL}`, env)).toThrow(/got "https:\/\/\*\*\*@host\/"/);
  });

  it('cannot be asked with a token that does not say who issued it', async () => {
    await expect(source(scriptedHttp(), `eu-west-1:${POOL}`, {}, {}).obtain()).rejects.toMatchObject({
      code: 'ID_TOKEN_ANSWER_INVALID',
      message: "GitHub's token has no issuer (iss).",
      hint: expect.stringMatching(/: a proxy or a captive portal\.$/),
    });
  });
});
