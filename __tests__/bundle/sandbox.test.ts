import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { directoryWith, trustPolicy } from '../support/own-roles.js';

const sandbox = sharedCloud();
const SANDBOX = join(ACTION, 'sandbox');
const ROLE = 'arn:aws:iam::111122223333:role/deploy';
const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const POLICIES = { policies: '*.trust.json' };

/** A job on the runner, with nothing of another sandbox, whose checkout has a policy, and a workflow with its job. */
function jobWith(subject: string, job = '', env: Record<string, string> = {}): Job {
  const started = startJob(sandbox.cloud, { run: { idToken: false }, env });
  delete started.env['AWS_ENDPOINT_URL_STS'];
  const { workspace } = started.directories;
  writeFileSync(join(workspace, 'deploy.trust.json'), JSON.stringify(trustPolicy(subject), null, 2));
  if (job !== '') {
    mkdirSync(join(workspace, '.github', 'workflows'), { recursive: true });
    const text = `name: deploy\non: push\njobs:\n  deploy: ${job}\n`;
    writeFileSync(join(workspace, '.github', 'workflows', 'own.yml'), text);
  }
  return started;
}

const isOpen = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function endsSoon(url: string): Promise<boolean> {
  for (let tries = 0; tries < 100 && (await isOpen(url)); tries++) await sleep(50);
  return !(await isOpen(url));
}

describe('the sandbox as a step', () => {
  it('gives later steps tokens and sessions, and ends with the job, saying what happened', async () => {
    const job = jobWith(MAIN);
    const step = await job.uses(SANDBOX, POLICIES);
    expect([step.conclusion, step.stderr]).toEqual(['success', '']);
    expect(step.log).toContain(`role  ${ROLE}  (deploy.trust.json)`);
    const { page = '', story = '' } = step.outputs;
    expect(await isOpen(page)).toBe(true);
    const assume = await job.uses(ACTION, { 'role-to-assume': ROLE });
    expect([assume.conclusion, assume.stderr]).toEqual(['success', '']);
    const events = readFileSync(story, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).action);
    expect(events).toEqual(['token', 'AssumeRoleWithWebIdentity']);
    const [, post] = await job.end();
    expect(post?.conclusion).toBe('success');
    expect(post?.log.join('\n')).toMatch(/job deploy asked for a token for sts\.amazonaws\.com: given/);
    expect(await isOpen(page)).toBe(false);
  });

  it.each([
    ['of its workflow file', '{ permissions: { id-token: write }, environment: production, steps: [] }', {}],
    ['that it is given', `{ environment: "\${{ matrix.env }}", steps: [] }`, { environment: 'production' }],
    ['of its claims', '', { claims: 'environment=production' }],
  ])('gives the environment %s', async (_, own, inputs) => {
    const job = jobWith('repo:octo-org/octo-repo:environment:production', own);
    expect((await job.uses(SANDBOX, { ...POLICIES, ...inputs })).conclusion).toBe('success');
    expect((await job.uses(ACTION, { 'role-to-assume': ROLE })).conclusion).toBe('success');
    await job.end();
  });

  it.each<[string, string, Record<string, string>, Record<string, string>]>([
    ['without the permission, under act', '{ permissions: {}, steps: [] }', { ACT: 'true' }, {}],
    ['that is to have none', '', {}, { 'id-token': 'none' }],
    ['of Dependabot', '', { GITHUB_ACTOR: 'dependabot[bot]' }, {}],
  ])('gives no token to a job %s', async (_, own, env, inputs) => {
    const job = jobWith(MAIN, own, env);
    const step = await job.uses(SANDBOX, { ...POLICIES, ...inputs });
    expect(step.log.join('\n')).toContain('This job gets no token, as on GitHub');
    expect(job.env['ACTIONS_ID_TOKEN_REQUEST_URL']).toBeUndefined();
    await job.end();
  });

  it.each<[string, string, Record<string, string>, Record<string, string>, string]>([
    [
      'an environment that is an expression',
      `{ environment: "\${{ matrix.env }}" }`,
      {},
      POLICIES,
      'environment: the job deploy names',
    ],
    ['no role', '', {}, { policies: 'none*.json' }, 'The sandbox did not start: no file matches none*.json'],
    ['nothing', '', {}, {}, 'The sandbox did not start: policies: no role was found'],
    [
      'a wrong id-token',
      '',
      {},
      { ...POLICIES, 'id-token': 'yes' },
      'id-token: got "yes"; allowed: write or none',
    ],
    [
      'a wrong subject-template',
      '',
      {},
      { ...POLICIES, 'subject-template': 'x' },
      'allowed: default or immutable',
    ],
    [
      "GitHub's own permission",
      '',
      { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://run.actions.githubusercontent.com/x' },
      POLICIES,
      'Remove the permission from this job',
    ],
  ])('refuses %s, and starts nothing', async (_, own, env, inputs, message) => {
    const job = jobWith(MAIN, own, env);
    const step = await job.uses(SANDBOX, inputs);
    expect(step.conclusion).toBe('failure');
    expect(step.stdout).toContain('::error title=assume-aws-role%3A INPUT_INVALID::');
    expect(step.log.join('\n')).toContain(message);
    expect(step.exported).toEqual({});
    const [post] = await job.end();
    expect([post?.conclusion, post?.stdout]).toEqual(['success', '']);
  });

  it('ends by itself when the runner is gone', async () => {
    const files = directoryWith({ 'deploy.trust.json': trustPolicy(MAIN) });
    const env = {
      PATH: process.env['PATH'],
      INPUT_POLICIES: '*.json',
      GITHUB_WORKSPACE: files,
      RUNNER_TEMP: files,
      GITHUB_OUTPUT: join(files, 'output'),
      GITHUB_ENV: join(files, 'env'),
      GITHUB_STATE: join(files, 'state'),
    };
    for (const name of ['output', 'env', 'state']) writeFileSync(join(files, name), '');
    const index = join(ACTION, 'dist', 'sandbox', 'index.js');
    // A runner that starts the step, and is gone a moment later.
    const runner = `require('node:child_process').spawnSync(process.execPath, [${JSON.stringify(index)}])`;
    expect(spawnSync(NODE, ['-e', runner], { env }).status).toBe(0);
    const [, page = ''] = /^(http:.*)$/m.exec(readFileSync(join(files, 'output'), 'utf8')) ?? [];
    expect(page).not.toBe('');
    expect(await endsSoon(page)).toBe(true);
  });
});

describe('the sandbox as a command', () => {
  const bin = join(ACTION, 'bin', 'assume-aws-role.mjs');

  it('says how act is started with it, tells what happens, and ends with Ctrl-C', async () => {
    const cwd = directoryWith({ 'deploy.trust.json': trustPolicy(MAIN) });
    const args = ['sandbox', 'deploy.trust.json', '--act-env', 'act.yml', '--json', 'story.jsonl'];
    const child = spawn(NODE, [bin, ...args], { cwd });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    const exit = new Promise((resolve) => child.once('exit', resolve));
    for (let tries = 0; tries < 200 && !said.includes('act --env-file'); tries++) await sleep(50);
    expect(said).toContain(`  role  ${ROLE}  (deploy.trust.json)\n`);
    expect(said).toContain('  act --env-file act.yml -P ubuntu-latest=-self-hosted\n');
    const variables = JSON.parse(readFileSync(join(cwd, 'act.yml'), 'utf8'));
    expect(Object.keys(variables)).toEqual([
      'ACTIONS_ID_TOKEN_REQUEST_URL',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      'AWS_ENDPOINT_URL_STS',
      'AWS_ENDPOINT_URL_COGNITO_IDENTITY',
    ]);
    await fetch(variables.AWS_ENDPOINT_URL_STS, {
      method: 'POST',
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    });
    child.kill('SIGINT');
    expect(await exit).toBe(0);
    expect(said).toMatch(/GetCallerIdentity by an unknown caller: refused, MissingAuthenticationToken/);
    expect(readFileSync(join(cwd, 'story.jsonl'), 'utf8')).toMatch(/^\{"number":1,.*\}\n$/);
  });

  it.each([
    [['--help'], 0, 'sandbox [options] FILE'],
    [[], 2, 'no FILE was given; see --help'],
    [['none.json'], 2, 'none.json cannot be read'],
    [['deploy.trust.json', '--json', 'deploy.trust.json/x'], 2, 'ENOTDIR'],
    [['--nonsense'], 2, "Unknown option '--nonsense'"],
    [['a.json', '--workflow', 'none.yml'], 2, 'none.yml cannot be read'],
    [['deploy.trust.json', '--claim', 'x'], 2, 'claims: got "x"; allowed: NAME=VALUE'],
  ])('with %j ends with %i', (args, status, message) => {
    const cwd = directoryWith({ 'deploy.trust.json': trustPolicy(MAIN) });
    const ended = spawnSync(NODE, [bin, 'sandbox', ...args], { cwd, encoding: 'utf8', timeout: 20_000 });
    expect([ended.status, ended.stdout + ended.stderr]).toEqual([status, expect.stringContaining(message)]);
  });
});

it('has at most 1 MB, of its own', () => {
  const folder = join(ACTION, 'dist', 'sandbox');
  const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(1_000_000);
});
