import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import type { Cloud, Run } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { rsaKeys } from '../support/rsa-keys.js';
import { assumeWithToken, element, requestToken } from '../support/sts-client.js';

const PRODUCTION = 'arn:aws:iam::111122223333:role/production-deploy';
const STAGING = 'arn:aws:iam::444455556666:role/staging-deploy';
const PATH_ROLE = 'arn:aws:iam::444455556666:role/ci/path-role';
const DENIED = {
  status: 403,
  code: 'AccessDenied',
  message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
};
const NOT_A_JWT =
  'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)';

let clock = Date.UTC(2026, 10, 21, 12, 0, 0);
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => clock });
});
afterAll(() => cloud.close());

async function assume(roleArn: string, run: Run = {}, more: Record<string, string> = {}) {
  return assumeWithToken(cloud, roleArn, await requestToken(cloud.environment(run)), more);
}

it('gives the AWS SDK credentials for a role that trusts the branch', async () => {
  const client = new STSClient({ region: 'us-east-1', endpoint: cloud.stsUrl });
  const answer = await client.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: PRODUCTION,
      RoleSessionName: 'GitHubActions',
      WebIdentityToken: await requestToken(cloud.environment()),
      DurationSeconds: 900,
    }),
  );
  expect(answer).toMatchObject({
    Credentials: {
      AccessKeyId: expect.stringMatching(/^ASIA[A-Z2-7]{16}$/),
      SecretAccessKey: expect.stringMatching(/^[A-Za-z0-9+/]{40}$/),
      SessionToken: expect.stringMatching(/^IQoJb3JpZ2luX2Vj.{400,}$/),
      Expiration: new Date(clock + 900_000),
    },
    SubjectFromWebIdentityToken: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
    AssumedRoleUser: {
      Arn: 'arn:aws:sts::111122223333:assumed-role/production-deploy/GitHubActions',
      AssumedRoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}:GitHubActions$/),
    },
    Provider: `arn:aws:iam::111122223333:oidc-provider/${cloud.issuer.slice('http://'.length)}`,
    Audience: 'sts.amazonaws.com',
  });
  expect(answer.PackedPolicySize).toBeUndefined();
});

it('writes the answer as AWS does', async () => {
  const answer = await assume(PRODUCTION);
  expect(answer.body).toMatch(
    /^<AssumeRoleWithWebIdentityResponse xmlns="https:\/\/sts\.amazonaws\.com\/doc\/2011-06-15\/">\n {2}<AssumeRoleWithWebIdentityResult>/,
  );
  expect(element(answer, 'Expiration')).toBe('2026-11-21T13:00:00Z');
  expect(element(answer, 'RequestId')).toMatch(/^[0-9a-f-]{36}$/);
});

describe('the trust policy decides', () => {
  const rows: readonly [string, string, Run, boolean][] = [
    ['main may', PRODUCTION, {}, true],
    ['a feature branch may not', PRODUCTION, { ref: 'refs/heads/feature' }, false],
    ['a branch whose name begins with main may not', PRODUCTION, { ref: 'refs/heads/main-2' }, false],
    ['main may not where the job names an environment', PRODUCTION, { environment: 'production' }, false],
    ['main of another repository may not', PRODUCTION, { repository: 'octo-org/other' }, false],
    ['main with the legacy subject may not', PRODUCTION, { legacySubject: true }, false],
    [
      'the legacy subject may where the role still has it',
      role('legacy-subject'),
      { legacySubject: true },
      true,
    ],
    ['the new subject may not where the role has the legacy one', role('legacy-subject'), {}, false],
    ['the environment may', role('production-environment'), { environment: 'production' }, true],
    ['another environment may not', role('production-environment'), { environment: 'Production' }, false],
    ['any branch may', STAGING, { ref: 'refs/heads/feature' }, true],
    ['a tag may not where branches may', STAGING, { ref: 'refs/tags/v1' }, false],
    ['a tag may', role('release-tags'), { ref: 'refs/tags/v1' }, true],
    [
      'a pull request may',
      'arn:aws:iam::444455556666:role/pull-request-plan',
      { event: 'pull_request' },
      true,
    ],
    ['main may not where pull requests may', 'arn:aws:iam::444455556666:role/pull-request-plan', {}, false],
    [
      'the called workflow may',
      role('reusable-workflow'),
      { calledWorkflow: 'octo-org/platform/.github/workflows/deploy.yml@refs/tags/v1' },
      true,
    ],
    ['a workflow of the same name elsewhere may not', role('reusable-workflow'), {}, false],
    ['another partition works the same', 'arn:aws-cn:iam::777788889999:role/china-deploy', {}, true],
    [
      'the same account in the wrong partition does not',
      'arn:aws:iam::777788889999:role/china-deploy',
      {},
      false,
    ],
    ['a role with a path is found with its path', PATH_ROLE, {}, true],
    ['a role with a path is not found without it', 'arn:aws:iam::444455556666:role/path-role', {}, false],
    ['a role that does not exist is refused in the same words', role('nobody'), {}, false],
    ['a role that trusts only a user may not be assumed with a token', role('access-key-deploy'), {}, false],
  ];
  it.each(rows)('%s', async (_, roleArn, run, allowed) => {
    const answer = await assume(roleArn, run);
    if (allowed) expect(answer.status).toBe(200);
    else expect(answer).toMatchObject(DENIED);
  });

  function role(name: string): string {
    return `arn:aws:iam::111122223333:role/${name}`;
  }
});

it('leaves the path out of the session ARN', async () => {
  expect(element(await assume(PATH_ROLE), 'Arn')).toBe(
    'arn:aws:sts::444455556666:assumed-role/path-role/GitHubActions',
  );
});

it('ignores tags and an external id, which this call does not have, but records them', async () => {
  const answer = await assume(
    PRODUCTION,
    {},
    { 'Tags.member.1.Key': 'a', 'Tags.member.1.Value': 'b', ExternalId: 'x' },
  );
  expect(answer.status).toBe(200);
  expect(cloud.requests.filter(({ service }) => service === 'sts').at(-1)?.params).toMatchObject({
    'Tags.member.1.Key': 'a',
    ExternalId: 'x',
  });
});

describe('the token is verified', () => {
  const refused = async (token: string, code: string, message: string) =>
    expect(await assumeWithToken(cloud, PRODUCTION, token)).toMatchObject({ status: 400, code, message });

  async function forge(change: (claims: Record<string, unknown>) => Record<string, unknown>, alg = 'RS256') {
    const real = await requestToken(cloud.environment());
    const { privateKey } = await rsaKeys('another signer');
    const { kid } = decodeProtectedHeader(real);
    return new SignJWT(change({ ...decodeJwt(real) }))
      .setProtectedHeader({ alg, kid: kid ?? '' })
      .sign(privateKey);
  }

  it('must be a JWT', () => refused('not-a-token', 'InvalidIdentityToken', NOT_A_JWT));

  it('must have an issuer', async () => {
    await refused(await forge(({ iss: _, ...rest }) => rest), 'InvalidIdentityToken', NOT_A_JWT);
  });

  it('must come from a provider of the account', async () => {
    const token = await forge((claims) => ({
      ...claims,
      iss: 'https://token.actions.githubusercontent.com',
    }));
    const message =
      'No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com';
    await refused(token, 'InvalidIdentityToken', message);
  });

  it('finds no provider in an account that does not exist', async () => {
    expect(await assume('arn:aws:iam::000000000000:role/production-deploy')).toMatchObject({
      status: 400,
      code: 'InvalidIdentityToken',
      message: `No OpenIDConnect provider found in your account for ${cloud.issuer}`,
    });
  });

  it('must be signed by the key of its issuer', async () => {
    await refused(
      await forge((claims) => claims),
      'InvalidIdentityToken',
      'The token signature could not be verified',
    );
  });

  it('must not have been changed after it was signed', async () => {
    const [header, payload = '', signature] = (
      await requestToken(cloud.environment({ ref: 'refs/heads/x' }))
    ).split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('refs/heads/x', 'refs/heads/main');
    const token = [header, Buffer.from(changed).toString('base64url'), signature].join('.');
    await refused(token, 'InvalidIdentityToken', 'The token signature could not be verified');
  });

  it('must name a key that the issuer publishes', async () => {
    const { privateKey } = await rsaKeys('another signer');
    const claims = decodeJwt(await requestToken(cloud.environment()));
    const token = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256', kid: 'other' })
      .sign(privateKey);
    await refused(
      token,
      'InvalidIdentityToken',
      "Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements",
    );
  });

  it('must be RS256, neither unsigned nor signed another way', async () => {
    const claims = decodeJwt(await requestToken(cloud.environment()));
    await refused(new UnsecuredJWT(claims).encode(), 'InvalidIdentityToken', NOT_A_JWT);
    await refused(await forge((all) => all, 'PS256'), 'InvalidIdentityToken', NOT_A_JWT);
  });

  it('must be for an audience the provider knows', async () => {
    const token = await requestToken(cloud.environment(), 'https://github.com/octo-org');
    await refused(token, 'InvalidIdentityToken', 'Incorrect token audience');
  });

  it('must not be expired', async () => {
    const token = await requestToken(cloud.environment({ tokenLifetimeSeconds: 30 }));
    clock += 30_000;
    const now = clock / 1000;
    await refused(
      token,
      'ExpiredTokenException',
      `Token expired: current date/time ${now} must be before the expiration date/time ${now}`,
    );
  });

  it('must have begun', async () => {
    const nbf = clock / 1000 + 60;
    const token = await requestToken(cloud.environment({ claims: { nbf } }));
    const message = `Token not yet valid: current date/time ${clock / 1000} must not be before ${nbf}`;
    await refused(token, 'InvalidIdentityToken', message);
  });

  it.each(['exp', 'iat', 'sub'])('must have the claim %s', async (claim) => {
    const token = await requestToken(cloud.environment({ claims: { [claim]: undefined } }));
    await refused(token, 'InvalidIdentityToken', `Missing a required claim: ${claim}`);
  });
});

describe('the identity provider cannot be reached', () => {
  it.each(['discovery', 'jwks'] as const)('IDPCommunicationError when %s fails', async (action) => {
    cloud.fault('token', { kind: 'reset' }, action);
    expect(await assume(PRODUCTION)).toMatchObject({
      status: 400,
      code: 'IDPCommunicationError',
      message: 'Unable to communicate with the identity provider',
    });
    expect((await assume(PRODUCTION)).status).toBe(200);
  });

  it.each(['discovery', 'jwks'] as const)('InvalidIdentityToken when %s answers nonsense', async (action) => {
    cloud.fault('token', { kind: 'garbage' }, action);
    expect(await assume(PRODUCTION)).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
    cloud.fault('token', { kind: 'status', status: 503 }, action);
    expect(await assume(PRODUCTION)).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
    cloud.fault('token', { kind: 'answer', body: '[]' }, action);
    expect(await assume(PRODUCTION)).toMatchObject({ status: 400, code: 'InvalidIdentityToken' });
  });
});

it('is not asked where the account has no such provider', async () => {
  const before = cloud.requests.filter(({ action }) => action === 'discovery').length;
  await assume('arn:aws:iam::000000000000:role/production-deploy');
  expect(cloud.requests.filter(({ action }) => action === 'discovery')).toHaveLength(before);
});

describe('tags and a source identity in the token, as Cognito sends them', () => {
  const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
  const tags = { principal_tags: { team: ['platform'] }, transitive_tag_keys: ['team'] };

  it('become session tags where the trust policy allows sts:TagSession', async () => {
    const answer = await assume(HUB, { claims: { 'https://aws.amazon.com/tags': tags } });
    expect(answer.status).toBe(200);
    expect(element(answer, 'PackedPolicySize')).toBe('5');
  });

  it('are refused where it does not', async () => {
    expect(await assume(PRODUCTION, { claims: { 'https://aws.amazon.com/tags': tags } })).toMatchObject({
      code: 'AccessDenied',
      message: 'Not authorized to perform sts:TagSession',
    });
    expect(
      await assume(HUB, { claims: { 'https://aws.amazon.com/source_identity': 'octocat' } }),
    ).toMatchObject({
      code: 'AccessDenied',
      message: 'Not authorized to perform sts:SetSourceIdentity',
    });
  });

  it.each([
    [['team']],
    [{ principal_tags: { team: 'platform' } }],
    [{ principal_tags: { team: ['a', 'b'] } }],
  ])('are refused in another form than %j', async (claim) => {
    expect(await assume(HUB, { claims: { 'https://aws.amazon.com/tags': claim } })).toMatchObject({
      code: 'InvalidIdentityToken',
      message: 'The tags in the token are not valid',
    });
  });
});
