import { request } from 'node:http';
import { eventLines } from '../../sandbox/story/story-text.js';
import { assumeAs, ownSandbox, tokenOf, trustPolicy } from '../support/own-roles.js';

const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const ROLE = 'arn:aws:iam::111122223333:role/deploy';
const files = { 'deploy.json': trustPolicy(MAIN) };

/** A request with headers that fetch does not let anybody set. */
function ask(url: string, headers: Record<string, string>, method = 'GET'): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(url, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

describe('the page', () => {
  it('is served with everything it needs, and lets nothing else in', async () => {
    const { page } = await ownSandbox(files);
    const answer = await fetch(page);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /);
    const html = await answer.text();
    const asked = [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, path]) => path);
    expect(asked).toEqual(['/page.css', '/page.js']);
    for (const path of asked) expect((await fetch(page + path)).status).toBe(200);
    expect(html).not.toMatch(/<script>| on\w+=| style=/);
    expect((await fetch(`${page}/nothing`)).status).toBe(404);
  });

  it('answers those alone who name it by its address', async () => {
    const { page, cloud } = await ownSandbox(files);
    const { port } = new URL(page);
    expect(await ask(page, { host: `localhost:${port}` })).toBe(200);
    expect(await ask(page, { host: 'evil.example' })).toBe(403);
    expect(await ask(page, { host: '127.0.0.1:1' })).toBe(403);
    expect(await ask(page, { origin: 'https://evil.example' })).toBe(403);
    expect(await ask(page, {}, 'POST')).toBe(405);
    expect(await ask(`${cloud.stsUrl}/_sandbox/requests`, {})).toBe(200);
    expect(await ask(`${cloud.stsUrl}/_sandbox/requests`, { origin: 'https://evil.example' })).toBe(403);
  });

  it('gives what has happened since, without a token or a key', async () => {
    const sandbox = await ownSandbox(files);
    const granted = await assumeAs(sandbox, ROLE);
    const text = await (await fetch(`${sandbox.page}/story.json`)).text();
    const [, secret = '-'] = /<SecretAccessKey>(.*)</.exec(granted.body) ?? [];
    const [, session = '-'] = /<SessionToken>(.*)</.exec(granted.body) ?? [];
    for (const one of [secret, session, 'eyJ']) expect(text).not.toContain(one);
    const { events, ...facts } = JSON.parse(text);
    expect(facts).toEqual({
      standsFor: 'https://token.actions.githubusercontent.com',
      stsUrl: sandbox.cloud.stsUrl,
      roles: [{ arn: ROLE, source: 'deploy.json' }],
    });
    expect(
      events.map(({ number, action, decision }: Record<string, unknown>) => [number, action, decision]),
    ).toEqual([
      [1, 'token', 'allowed'],
      [2, 'AssumeRoleWithWebIdentity', 'allowed'],
    ]);
    const since = await (await fetch(`${sandbox.page}/story.json?after=1`)).json();
    expect(since).toMatchObject({ events: [{ number: 2 }] });
  });
});

describe('the story', () => {
  it('reads as it went', async () => {
    const sandbox = await ownSandbox(files);
    await assumeAs(sandbox, ROLE, { environment: 'production' });
    await assumeAs(sandbox, ROLE);
    await fetch(`${sandbox.cloud.issuer}/idtoken/act?api-version=2.0`, {
      headers: { authorization: 'bearer x' },
    });
    sandbox.cloud.fault('sts', { kind: 'reset' });
    await fetch(sandbox.cloud.stsUrl).catch(() => undefined);
    const lines = sandbox.story.events
      .flatMap(eventLines)
      .map((line) => line.replace(/^\d\d:\d\d:\d\d /, 'TIME '));
    expect(lines).toEqual([
      'TIME  job deploy asked for a token for sts.amazonaws.com: given',
      '          sub: repo:octo-org/octo-repo:environment:production',
      '          environment: production',
      '          event_name: push',
      '          actor: octocat',
      '          job_workflow_ref: octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      `TIME  AssumeRoleWithWebIdentity of ${ROLE} by repo:octo-org/octo-repo:environment:production: refused, AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity`,
      '          The trust policy of deploy (deploy.json) does not allow sts:AssumeRoleWithWebIdentity. Closest match: statement 1, line 4.',
      expect.stringMatching(/^ {10}line 13: StringEquals token\.actions\.githubusercontent\.com:sub wants /),
      'TIME  job deploy asked for a token for sts.amazonaws.com: given',
      `          sub: ${MAIN}`,
      '          event_name: push',
      '          actor: octocat',
      '          job_workflow_ref: octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      `TIME  AssumeRoleWithWebIdentity of ${ROLE} by ${MAIN}: allowed for 3600 s, as arn:aws:sts::111122223333:assumed-role/deploy/GitHubActions`,
      'TIME  somebody asked for a token: refused, HTTP 401',
      '          The bearer is not one that the sandbox gave to a job.',
      'TIME  unknown by an unknown caller: not answered',
    ]);
  });

  it('cannot be given lines by what somebody calls a branch', async () => {
    const sandbox = await ownSandbox(files);
    await tokenOf(sandbox, { environment: 'a\n::error::b\u001b[31m' });
    for (const line of sandbox.story.events.flatMap(eventLines)) expect(line).toMatch(/^[ -~]+$/);
  });
});

it('lets those ask whose bearer says who they are, and says why one gets no token', async () => {
  const sandbox = await ownSandbox(files);
  const url = sandbox.cloud.registerSpeaking((bearer) =>
    bearer === 'me' ? { job: 'mine' } : bearer === 'fork' ? 'Forks get no token.' : undefined,
  );
  const ask = (bearer: string) => fetch(url, { headers: { authorization: `Bearer ${bearer}` } });
  expect((await ask('me')).status).toBe(200);
  expect((await ask('fork')).status).toBe(403);
  expect((await ask('x')).status).toBe(401);
  expect((await fetch(url)).status).toBe(401);
  expect(sandbox.story.events.map(({ who, why }) => [who, why])).toEqual([
    ['mine', []],
    [undefined, ['Forks get no token.']],
    [undefined, ['The bearer is not one that the sandbox gave to a job.']],
    [undefined, ['The bearer is not one that the sandbox gave to a job.']],
  ]);
});
