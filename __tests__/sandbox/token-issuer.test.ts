import { X509Certificate } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { Cloud, Run } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { requestToken } from '../support/sts-client.js';

const NOW = Date.UTC(2026, 10, 21, 12, 0, 0);

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => NOW });
});
afterAll(() => cloud.close());

describe('the subject of a token', () => {
  const repo = 'repo:octo-org@65/octo-repo@74';
  const rows: readonly [string, Run, string][] = [
    ['names the branch', {}, `${repo}:ref:refs/heads/main`],
    ['names a tag', { ref: 'refs/tags/v1.2.3', event: 'release' }, `${repo}:ref:refs/tags/v1.2.3`],
    ['says pull_request for a pull request', { event: 'pull_request' }, `${repo}:pull_request`],
    [
      'names the base branch for pull_request_target',
      { event: 'pull_request_target' },
      `${repo}:ref:refs/heads/main`,
    ],
    [
      'names the environment instead of the ref',
      { environment: 'production' },
      `${repo}:environment:production`,
    ],
    [
      'names the environment instead of pull_request',
      { environment: 'production', event: 'pull_request' },
      `${repo}:environment:production`,
    ],
    ['escapes colons in a value', { environment: 'eu:prod' }, `${repo}:environment:eu%3Aprod`],
    [
      'has no ids when the legacy form is asked for',
      { legacySubject: true },
      'repo:octo-org/octo-repo:ref:refs/heads/main',
    ],
    ['can be overridden', { claims: { sub: 'custom' } }, 'custom'],
  ];
  it.each(rows)('%s', async (_, run, subject) => {
    expect(decodeJwt(await requestToken(cloud.environment(run))).sub).toBe(subject);
  });
});

it('carries the claims GitHub documents', async () => {
  const token = await requestToken(cloud.environment({ environment: 'production', actor: 'octocat' }));
  const { jti, ...claims } = decodeJwt(token);
  expect(jti).toMatch(/^[0-9a-f-]{36}$/);
  expect(claims).toEqual({
    iss: cloud.issuer,
    aud: 'sts.amazonaws.com',
    sub: 'repo:octo-org@65/octo-repo@74:environment:production',
    iat: NOW / 1000,
    nbf: NOW / 1000 - 600,
    exp: NOW / 1000 + 300,
    actor: 'octocat',
    actor_id: '12',
    base_ref: '',
    check_run_id: '31415926535',
    environment: 'production',
    event_name: 'push',
    head_ref: '',
    job_workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    job_workflow_sha: 'ffac537e6cbbf934b08745a378932722df287a53',
    ref: 'refs/heads/main',
    ref_protected: 'true',
    ref_type: 'branch',
    repository: 'octo-org/octo-repo',
    repository_id: '74',
    repository_owner: 'octo-org',
    repository_owner_id: '65',
    repository_visibility: 'private',
    run_attempt: '1',
    run_id: '9876543210',
    run_number: '10',
    runner_environment: 'github-hosted',
    sha: 'ffac537e6cbbf934b08745a378932722df287a53',
    workflow: 'deploy',
    workflow_ref: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    workflow_sha: 'ffac537e6cbbf934b08745a378932722df287a53',
  });
  expect(decodeProtectedHeader(token)).toEqual({ typ: 'JWT', alg: 'RS256', kid: expect.any(String) });
});

it('names the called file of a reusable workflow, and the caller as the workflow', async () => {
  const calledWorkflow = 'octo-org/platform/.github/workflows/deploy.yml@refs/tags/v1';
  const claims = decodeJwt(await requestToken(cloud.environment({ calledWorkflow })));
  expect(claims.job_workflow_ref).toBe(calledWorkflow);
  expect(claims.workflow_ref).toBe('octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main');
});

it('gives short-lived tokens on request', async () => {
  const { exp, iat } = decodeJwt(await requestToken(cloud.environment({ tokenLifetimeSeconds: 5 })));
  expect([exp, iat]).toEqual([NOW / 1000 + 5, NOW / 1000]);
});

it('uses the owner as the audience when none is asked for', async () => {
  const environment = cloud.environment();
  const response = await fetch(environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? '', {
    headers: { authorization: `bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
  });
  const body = (await response.text()).match(/^{"count":(\d+),"value":"([\w.-]+)"}$/);
  expect(Number(body?.[1])).toBe(body?.[2]?.length);
  expect(decodeJwt(body?.[2] ?? '').aud).toBe('https://github.com/octo-org');
});

describe('the token request is refused', () => {
  const ask = async (url: string, authorization?: string): Promise<number> =>
    (await fetch(url, authorization === undefined ? {} : { headers: { authorization } })).status;

  it('without a bearer, with a wrong one, and with the bearer of another job', async () => {
    const mine = cloud.environment({ job: 'mine' });
    const other = cloud.environment({ job: 'other' });
    const url = `${mine.ACTIONS_ID_TOKEN_REQUEST_URL}&audience=sts.amazonaws.com`;
    expect(await ask(url)).toBe(401);
    expect(await ask(url, 'Bearer wrong')).toBe(401);
    expect(await ask(url, `Basic ${mine.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`)).toBe(401);
    expect(await ask(url, `Bearer ${other.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`)).toBe(401);
    expect(await ask(url, `Bearer ${mine.ACTIONS_ID_TOKEN_REQUEST_TOKEN}`)).toBe(200);
  });

  it('when the query of the URL was thrown away', async () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } =
      cloud.environment();
    expect(await ask(url.replace(/\?.*/, '?audience=sts.amazonaws.com'), `Bearer ${bearer}`)).toBe(400);
  });
});

describe('the job may not ask for a token', () => {
  const rows: readonly [string, Run][] = [
    ['without id-token: write', { idToken: false }],
    ['in a pull request from a fork', { event: 'pull_request', headRepository: 'octocat/octo-repo' }],
    ['for Dependabot', { event: 'pull_request', actor: 'dependabot[bot]' }],
  ];
  it.each(rows)('%s', (_, run) => {
    const names = Object.keys(cloud.environment(run)).filter((name) => name.startsWith('ACTIONS_'));
    expect(names).toEqual([]);
  });

  it('but may in a pull request from a branch, and with pull_request_target from a fork', () => {
    expect(cloud.environment({ event: 'pull_request' })).toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
    expect(
      cloud.environment({ event: 'pull_request_target', headRepository: 'octocat/octo-repo' }),
    ).toHaveProperty('ACTIONS_ID_TOKEN_REQUEST_TOKEN');
  });
});

it('gives a job the variables of a hosted runner', () => {
  const environment = cloud.environment({ event: 'pull_request', headRef: 'fix-1' });
  expect(environment).toMatchObject({
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTOR: 'octocat',
    GITHUB_BASE_REF: 'main',
    GITHUB_EVENT_NAME: 'pull_request',
    GITHUB_HEAD_REF: 'fix-1',
    GITHUB_REF: 'refs/pull/42/merge',
    GITHUB_REF_NAME: '42/merge',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    RUNNER_ENVIRONMENT: 'github-hosted',
    AWS_ENDPOINT_URL_STS: cloud.stsUrl,
  });
  expect(environment.ACTIONS_ID_TOKEN_REQUEST_URL).toMatch(
    /^http:\/\/127\.0\.0\.1:\d+\/idtoken\/.+\?api-version=2\.0$/,
  );
});

it('gives the same ids to names that are not listed, every time', () => {
  const first = cloud.environment({ repository: 'hubot/tools' });
  const second = cloud.environment({ repository: 'hubot/tools' });
  expect(first.GITHUB_REPOSITORY_ID).toMatch(/^\d{9}$/);
  expect(first.GITHUB_REPOSITORY_ID).toBe(second.GITHUB_REPOSITORY_ID);
});

describe('the event payload', () => {
  it('tells a fork from a branch', () => {
    const fork = cloud.event({ event: 'pull_request', headRepository: 'octocat/octo-repo' });
    const branch = cloud.event({ event: 'pull_request' });
    expect(fork).toMatchObject({
      number: 42,
      pull_request: { head: { repo: { full_name: 'octocat/octo-repo', fork: true } } },
    });
    expect(branch).toMatchObject({
      pull_request: { head: { ref: 'feature', repo: { fork: false } }, base: { ref: 'main' } },
    });
  });

  it('has the ref of a push and of a dispatch, and at least repository and sender for others', () => {
    expect(cloud.event()).toMatchObject({
      ref: 'refs/heads/main',
      after: 'ffac537e6cbbf934b08745a378932722df287a53',
    });
    expect(cloud.event({ event: 'workflow_dispatch' })).toMatchObject({ ref: 'refs/heads/main', inputs: {} });
    expect(cloud.event({ event: 'schedule', actor: 'dependabot[bot]' })).toMatchObject({
      repository: { full_name: 'octo-org/octo-repo' },
      sender: { login: 'dependabot[bot]', type: 'Bot' },
    });
  });
});

it('publishes its keys by OpenID discovery, and nothing else', async () => {
  const discovery: unknown = await (await fetch(`${cloud.issuer}/.well-known/openid-configuration`)).json();
  expect(discovery).toMatchObject({ issuer: cloud.issuer, jwks_uri: `${cloud.issuer}/.well-known/jwks` });
  const keys: unknown = await (await fetch(`${cloud.issuer}/.well-known/jwks`)).json();
  expect(keys).toEqual({
    keys: [
      {
        ...{ kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String) },
        ...{ n: expect.any(String), e: 'AQAB', x5c: [expect.any(String)] },
      },
    ],
  });
  expect((await fetch(`${cloud.issuer}/private`)).status).toBe(404);
  expect((await fetch(`${cloud.issuer}/.well-known/jwks`, { method: 'POST' })).status).toBe(404);
});

it('certifies its key, as the servers need that look for no other', async () => {
  const { keys } = JSON.parse(await (await fetch(`${cloud.issuer}/.well-known/jwks`)).text());
  const [{ x5c, n }] = keys;
  const certificate = new X509Certificate(Buffer.from(x5c[0], 'base64'));
  expect(certificate.publicKey.export({ format: 'jwk' }).n).toBe(n);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});
