import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { requestToken } from '../support/sts-client.js';

const root = process.cwd();
// Inside the project, so that the compiled code finds its dependencies.
const built = join(root, 'build', 'serve-test');
const envFile = join(built, 'job.env');
const program = join(built, 'sandbox', 'serve.js');

beforeAll(() => {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const config = ['-p', join(root, 'tsconfig.build.json'), '--outDir', built];
  spawnSync(process.execPath, [compiler, ...config], { stdio: 'ignore' });
}, 60_000);
afterAll(() => rm(built, { recursive: true, force: true }));

interface Served {
  readonly stsUrl: string;
  readonly issuer: string;
  readonly environment: Record<string, string>;
}

async function serve(
  ...options: string[]
): Promise<{ child: ChildProcessWithoutNullStreams; served: Served }> {
  const child = spawn(process.execPath, [program, ...options]);
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
      if (text.endsWith('\n')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  const served: Served = JSON.parse(line);
  return { child, served };
}

const ended = (child: ChildProcessWithoutNullStreams): Promise<number | null> =>
  new Promise((resolve) => child.once('exit', resolve));

it("appends CloudTrail's events to a file", async () => {
  const trail = join(built, 'trail.jsonl');
  const { child, served } = await serve('--trail', trail);
  const role = 'arn:aws:iam::111122223333:role/production-deploy';
  const params = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: role };
  const token = await requestToken(served.environment);
  const body = new URLSearchParams({ ...params, RoleSessionName: 'session', WebIdentityToken: token });
  expect((await fetch(served.stsUrl, { method: 'POST', body })).status).toBe(200);
  const lines = (await readFile(trail, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { eventName: 'AssumeRoleWithWebIdentity', requestParameters: { roleArn: role } },
  ]);
  child.stdin.end();
  await ended(child);
});

it('prints where it is, writes the environment, and stops when its input ends', async () => {
  const { child, served } = await serve(
    '--write-env',
    envFile,
    '--ref',
    'refs/tags/v1',
    '--environment',
    'production',
  );
  expect(served.environment).toMatchObject({
    GITHUB_REF: 'refs/tags/v1',
    AWS_ENDPOINT_URL_STS: served.stsUrl,
  });
  expect((await fetch(`${served.issuer}/.well-known/openid-configuration`)).status).toBe(200);
  const lines = Object.entries(served.environment).map(([name, value]) => `${name}=${value}\n`);
  expect(await readFile(envFile, 'utf8')).toBe(lines.join(''));
  child.stdin.end();
  expect(await ended(child)).toBe(0);
});

it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s, although a request hangs', async (signal) => {
  const { child, served } = await serve('--ignore-stdin');
  child.stdin.end();
  const fault = { service: 'sts', fault: { kind: 'hang' } };
  await fetch(`${served.stsUrl}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(fault) });
  const hanging = fetch(served.stsUrl).catch(() => 'dropped');
  await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill(signal);
  expect(await ended(child)).toBe(0);
  expect(await hanging).toBe('dropped');
});

it('stops by itself after its time', async () => {
  const { child } = await serve('--max-seconds', '0');
  expect(await ended(child)).toBe(0);
});

it('explains its options, and refuses others', () => {
  const help = spawnSync(process.execPath, [program, '--help'], { encoding: 'utf8' });
  expect(help.status).toBe(0);
  expect(help.stdout).toContain('--write-env PATH');
  const wrong = spawnSync(process.execPath, [program, '--max-seconds', 'soon'], { encoding: 'utf8' });
  expect([wrong.status, wrong.stderr]).toEqual([1, '--max-seconds takes a whole number, not "soon"\n']);
  expect(spawnSync(process.execPath, [program, '--nonsense']).status).toBe(1);
});
