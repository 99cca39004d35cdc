import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import {
  askEndpoint,
  credentialsOf,
  endpointOf,
  isGone,
  isOpen,
  isRunning,
  processOf,
  until,
} from '../support/endpoint.js';
import { filesBelow, modeOf } from '../support/files.js';
import { endsIn } from '../support/refresh.js';
import { DEPLOY } from '../support/roles.js';
import { linesBeforeMask } from '../support/secrets.js';

const sandbox = sharedCloud();
/** Its sessions last five seconds (sandbox/cloud.json). */
const SHORT = 'arn:aws:iam::111122223333:role/short-lived';
const refresh = { 'role-to-assume': DEPLOY, 'refresh-credentials': 'true', 'credential-endpoint': 'true' };
const ENDPOINT = join(ACTION, 'dist', 'credential-endpoint', 'index.js');
const ours = (files: Readonly<Record<string, string>>): readonly string[] =>
  Object.keys(files).filter((name) => /assume-aws-role-|endpoint/.test(name));

describe('credential-endpoint', () => {
  it('serves the session in the format of ECS, and exports where, but no keys', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, refresh);
    expect(step.conclusion).toBe('success');
    const { url, token, directory } = endpointOf(job);
    expect(step.exported).toEqual({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/credentials$/),
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(directory, 'endpoint-token'),
      AWS_PROFILE: 'assume-aws-role',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
    });
    expect(readFileSync(join(job.directories.home, '.aws', 'config'), 'utf8')).toBe(
      '[profile assume-aws-role]\nregion = us-east-1\n',
    );
    expect(await askEndpoint(url, { authorization: token })).toEqual({
      status: 200,
      body: {
        AccessKeyId: expect.stringMatching(/^ASIA/),
        SecretAccessKey: expect.any(String),
        Token: expect.any(String),
        Expiration: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
    expect([modeOf(directory), modeOf(join(directory, 'endpoint-token'))]).toEqual(['0700', '0600']);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(linesBeforeMask(step.stdout, token)).toEqual([]);
    const found = processOf(directory);
    await job.end({ keepFiles: true });
    await until(() => isGone(found));
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
    expect(job.env).toMatchObject({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: '',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '',
      AWS_PROFILE: '',
    });
  });

  it('serves nobody without the token, by another name, by another way', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const { url, token } = endpointOf(job);
    const { port } = new URL(url);
    const authorization = token;
    const statusOf = async (...args: Parameters<typeof askEndpoint>): Promise<number> => {
      const { status, body } = await askEndpoint(...args);
      if (status !== 200) expect(JSON.stringify(body)).not.toMatch(/ASIA|evil|wrong/);
      return status;
    };
    expect([
      await statusOf(url, {}),
      await statusOf(url, { authorization: 'wrong' }),
      await statusOf(url, { authorization: `${token}x` }),
      await statusOf(url, { authorization: `Bearer ${token}` }),
    ]).toEqual([401, 401, 401, 401]);
    expect(await statusOf(`http://127.0.0.1:${port}/evil`, { authorization })).toBe(404);
    expect(await statusOf(`${url}?evil=1`, { authorization })).toBe(404);
    expect(await statusOf(url, { authorization }, 'POST')).toBe(405);
    expect(await statusOf(url, { authorization }, 'PUT')).toBe(405);
    expect(await statusOf(url, { authorization, host: 'evil.example' })).toBe(403);
    expect(await statusOf(url, { authorization, host: `evil.example:${port}` })).toBe(403);
    expect(await statusOf(url, { authorization, host: `localhost:${port}` })).toBe(200);
    await job.end();
  });

  it('outlives sessions, whether or not somebody asks, and answers at once', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, { ...refresh, 'role-to-assume': SHORT });
    const seen = new Set<unknown>();
    for (const end = Date.now() + 12_500; Date.now() < end; await sleep(2_000)) {
      const { status, body } = await credentialsOf(job);
      expect(status).toBe(200);
      expect(Date.parse(String(body['Expiration']))).toBeGreaterThan(Date.now());
      seen.add(body['AccessKeyId']);
    }
    expect(seen.size).toBeGreaterThanOrEqual(3);
    await job.end();
  }, 40_000);

  it('wins over a profile and a token file that are there already, and puts them back', async () => {
    const env = {
      AWS_PROFILE: 'earlier',
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
      AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:1/earlier',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'Basic an-earlier-secret',
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/var/run/secrets/pods.eks.amazonaws.com/token',
    };
    const job = startJob(sandbox.cloud, { env });
    const step = await job.uses(ACTION, { ...refresh, 'identity-source': 'github-oidc' });
    expect(step.exported).toMatchObject({
      AWS_PROFILE: 'assume-aws-role',
      AWS_WEB_IDENTITY_TOKEN_FILE: '',
      AWS_CONTAINER_AUTHORIZATION_TOKEN: '',
    });
    expect(linesBeforeMask(step.stdout, env.AWS_CONTAINER_AUTHORIZATION_TOKEN)).toEqual([]);
    expect((await credentialsOf(job)).status).toBe(200);
    await job.end();
    expect(job.env).toMatchObject(env);
  });

  it.each([
    [{ 'refresh-credentials': '' }, {}, 'requires refresh-credentials: true'],
    [{ 'output-env-credentials': 'false' }, {}, 'output-env-credentials: false'],
    [
      {},
      { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2/x' },
      'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is set',
    ],
  ])('is refused with %j and %j before any request', async (inputs, env, why) => {
    const job = startJob(sandbox.cloud, { env });
    const requests = sandbox.cloud.requests.length;
    const step = await job.uses(ACTION, { ...refresh, ...inputs });
    expect(step.commands.at(-1)).toMatchObject({
      properties: { title: 'assume-aws-role: INPUT_INVALID' },
      data: expect.stringContaining(why),
    });
    expect(sandbox.cloud.requests).toHaveLength(requests);
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
  });

  it('is one a job, until the first is taken back', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const found = processOf(endpointOf(job).directory);
    const second = await job.uses(ACTION, { ...refresh, 'aws-profile': 'second' });
    expect(second.commands.at(-1)?.data).toContain('an earlier step of this job has started one already');
    expect((await credentialsOf(job)).status).toBe(200);
    const drop = await job.uses(join(ACTION, 'drop'), {}, { if: 'always()' });
    expect(drop.exitCode).toBe(0);
    expect(await isOpen(found.port)).toBe(false);
    await until(() => isGone(found));
    expect(ours(filesBelow(job.directories.temp)).filter((name) => !name.includes('undo-'))).toEqual([]);
    const third = await job.uses(ACTION, refresh, { if: 'always()' });
    expect(third.conclusion).toBe('success');
    expect((await credentialsOf(job)).status).toBe(200);
    await job.end();
  });
});

describe('its process', () => {
  it('that is killed leaves a refused connection, room for another, and nothing after the job', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const first = processOf(endpointOf(job).directory);
    process.kill(first.pid, 'SIGKILL');
    await until(() => isGone(first));
    await expect(credentialsOf(job)).rejects.toThrow(/ECONNREFUSED/);
    await job.uses(ACTION, { ...refresh, 'overwrite-aws-profile': 'true' });
    const second = processOf(endpointOf(job).directory);
    expect((await credentialsOf(job)).status).toBe(200);
    const posts = await job.end({ keepFiles: true });
    expect(
      posts.map(({ conclusion, log }) => [conclusion, log.filter((line) => /warning/i.test(line))]),
    ).toEqual([
      ['success', []],
      ['success', []],
    ]);
    await until(() => isGone(second));
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
  });

  it('that hangs is killed when the job ends', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const found = processOf(endpointOf(job).directory);
    process.kill(found.pid, 'SIGSTOP');
    const [post] = await job.end({ keepFiles: true });
    expect(post?.conclusion).toBe('success');
    await until(() => isGone(found));
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
  });

  it.each([
    ['whose directory is removed', 'directory'],
    ['that gets a signal', 'signal'],
  ])('%s ends', async (_, way) => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const { directory } = endpointOf(job);
    const found = processOf(directory);
    if (way === 'signal') process.kill(found.pid, 'SIGTERM');
    else rmSync(directory, { recursive: true });
    await until(() => isGone(found));
    const [post] = await job.end();
    expect(post?.conclusion).toBe('success');
  });

  it('ends with the runner, and takes its files along', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const { directory } = endpointOf(job);
    const runner = spawn('sleep', ['60'], { stdio: 'ignore' });
    const second = join(job.directories.temp, 'assume-aws-role-second');
    mkdirSync(second, { mode: 0o700 });
    for (const name of ['state.json', 'endpoint-token'])
      writeFileSync(join(second, name), readFileSync(join(directory, name)), { mode: 0o600 });
    const started = await job.run(NODE, [
      ENDPOINT,
      'start',
      String(runner.pid),
      'serve',
      join(second, 'state.json'),
    ]);
    expect(started.stdout).toMatch(/^\d+\n$/);
    const found = processOf(second);
    await sleep(600);
    expect(isRunning(found.pid)).toBe(true);
    runner.kill('SIGKILL');
    await until(() => isGone(found));
    expect(existsSync(second)).toBe(false);
    await job.end();
  });

  it('says why there is no session, and tries again', async () => {
    const job = startJob(sandbox.cloud);
    await job.uses(ACTION, refresh);
    const { directory } = endpointOf(job);
    const second = join(job.directories.temp, 'assume-aws-role-second');
    mkdirSync(second, { mode: 0o700 });
    for (const name of ['state.json', 'endpoint-token'])
      writeFileSync(join(second, name), readFileSync(join(directory, name)), { mode: 0o600 });
    endsIn(job, -1, join(second, 'state.json'));
    const token = readFileSync(join(second, 'endpoint-token'), 'utf8');
    const env = { ACTIONS_ID_TOKEN_REQUEST_URL: '' };
    await job.run(
      'env',
      [
        '-u',
        'ACTIONS_ID_TOKEN_REQUEST_URL',
        NODE,
        ENDPOINT,
        'start',
        '0',
        'serve',
        join(second, 'state.json'),
      ],
      { env },
    );
    const { port } = processOf(second);
    const answer = await askEndpoint(`http://127.0.0.1:${port}/credentials`, { authorization: token });
    expect(answer).toEqual({
      status: 503,
      body: {
        code: 'CredentialsUnavailable',
        message: expect.stringContaining('This process lacks ACTIONS_ID_TOKEN_REQUEST_URL'),
      },
    });
    await job.end();
    job.dispose();
    await until(async () => !(await isOpen(port)));
  });

  it('that cannot start fails the step, which leaves nothing', async () => {
    const job = startJob(sandbox.cloud);
    const copy = join(job.directories.temp, 'copy');
    const made = await job.run('sh', [
      '-c',
      `mkdir ${copy} && cp -r ${ACTION}/dist ${ACTION}/action.yml ${copy} && rm ${copy}/dist/credential-endpoint/index.js`,
    ]);
    expect(made.conclusion).toBe('success');
    const step = await job.uses(copy, refresh);
    expect(step.commands.at(-1)).toMatchObject({
      properties: { title: 'assume-aws-role: ENDPOINT_NOT_STARTED' },
      data: expect.stringContaining('The credential endpoint did not start: '),
    });
    expect(step.exported).toEqual({});
    rmSync(copy, { recursive: true });
    expect(ours(filesBelow(job.directories.temp))).toEqual([]);
    expect(filesBelow(job.directories.home)).toEqual({});
  });

  it('without a state says so', async () => {
    const job = startJob(sandbox.cloud);
    const started = await job.run(NODE, [
      ENDPOINT,
      'start',
      '0',
      'serve',
      join(job.directories.temp, 'none', 'state.json'),
    ]);
    expect([started.exitCode, started.stderr]).toEqual([
      1,
      'Cannot use the refresh state: it no longer exists, probably because the job has ended.\n',
    ]);
  });
});
