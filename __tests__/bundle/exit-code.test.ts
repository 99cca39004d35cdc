import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { DEPLOY } from '../support/roles.js';
import { startSpeaker } from '../support/servers.js';

const sandbox = sharedCloud();
const SWITCHING = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

/** A file that Node loads before the entry point. */
function preloaded(code: string): { readonly NODE_OPTIONS: string } {
  const file = join(temporaryDirectory(), 'preloaded.cjs');
  writeFileSync(file, code);
  return { NODE_OPTIONS: `--require ${file}` };
}

/** Parts of the bundle that are loaded later never come; `main` loads what signs calls for a chain. */
const STRANDED = preloaded('Promise.all = () => new Promise(() => {});');
const OPEN = preloaded('setInterval(() => {}, 1e6);');

/** An entry point as a process of its own; it is killed where it does not end within 5 s. */
function start(entry: string, args: readonly string[], env: Record<string, string>) {
  const child = spawn(NODE, [join(ACTION, 'dist', entry, 'index.js'), ...args], {
    env: { PATH: process.env['PATH'], HOME: temporaryDirectory(), AWS_EC2_METADATA_DISABLED: 'true', ...env },
    timeout: 5000,
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return new Promise<{ code: number | null; said: string }>((resolve) =>
    child.once('close', (code) => resolve({ code, said })),
  );
}

const assume = () => ({
  ...sandbox.cloud.environment(),
  INPUT_SUMMARY: 'never',
  'INPUT_AWS-REGION': 'us-east-1',
  'INPUT_ROLE-TO-ASSUME': DEPLOY,
  'INPUT_ACTION-TIMEOUT-S': '0',
});

/** A session that is over, so that the helper has to load the rest of itself. */
function overdueState(): string {
  const file = join(temporaryDirectory(), 'state.json');
  const keys = { AccessKeyId: 'ASIAEXAMPLE', SecretAccessKey: 'x', SessionToken: 'x' };
  const session = { ...keys, Obtained: '2020-01-01T00:00:00Z', Expiration: '2020-01-01T01:00:00Z' };
  writeFileSync(file, JSON.stringify({ version: 1, inputs: {}, env: {}, session }), { mode: 0o600 });
  return file;
}

const SECTION = {
  kind: 'section',
  file: '/nonexistent/config',
  section: 'profile x',
  separator: '',
  before: null,
  written: [],
  madeFile: false,
  madeDirectories: 0,
};
const POLICY = '{"Version":"2012-10-17","Statement":[]}';
/** What reads Terraform's files is loaded for them alone. */
const TERRAFORM = join(ACTION, 'infrastructure', 'terraform', 'deploy-role');

describe('an entry point that waits for what never comes ends as a failure, and says so', () => {
  it.each<[string, string, () => readonly string[], () => Record<string, string>]>([
    ['main', 'main', () => [], () => ({ ...assume(), 'INPUT_ROLE-CHAIN': DEPLOY })],
    ['post', 'post', () => [], () => ({ STATE_undo: JSON.stringify([SECTION]) })],
    ['credential-process', 'credential-process', () => [overdueState()], () => ({})],
    [
      'check-trust',
      'check-trust',
      () => [],
      () => ({ INPUT_POLICY: 'main.tf', GITHUB_WORKSPACE: TERRAFORM }),
    ],
    ['check-trust as a command', 'check-trust', () => [join(TERRAFORM, 'main.tf')], () => ({})],
  ])('%s', async (_, entry, args, env) => {
    const { code, said } = await start(entry, args(), { ...env(), ...STRANDED });
    expect(said).toContain('It waited for something that can no longer come.');
    expect(code).toBe(1);
  });
});

describe('an entry point that is done ends', () => {
  it.each<[string, string, () => readonly string[], () => Record<string, string>, number]>([
    ['main', 'main', () => [], assume, 0],
    ['main after a failure', 'main', () => [], () => ({ ...assume(), 'INPUT_AWS-REGION': '' }), 1],
    ['post', 'post', () => [], () => ({ STATE_undo: '[]' }), 0],
    ['credential-process', 'credential-process', () => [], () => ({}), 1],
    ['check-trust', 'check-trust', () => [], () => ({ INPUT_POLICY: POLICY, 'INPUT_FAIL-ON': 'never' }), 0],
    ['check-trust as a command', 'check-trust', () => ['--help'], () => ({}), 0],
  ])('though a handle stays open: %s', async (_, entry, args, env, expected) => {
    const { code, said } = await start(entry, args(), { ...env(), ...OPEN });
    expect([code, said]).toEqual([expected, expect.any(String)]);
  });
});

describe('a server that wants to speak another protocol (101) is a failure, also without a time limit', () => {
  it.each(['token endpoint', 'STS'])('%s', async (which) => {
    const { port } = await startSpeaker(SWITCHING);
    const url = `http://127.0.0.1:${port}/`;
    const env = which === 'STS' ? { AWS_ENDPOINT_URL_STS: url } : { ACTIONS_ID_TOKEN_REQUEST_URL: url };
    const job = startJob(sandbox.cloud, { env });
    const step = await job.uses(ACTION, { 'role-to-assume': DEPLOY, 'action-timeout-s': '0' });
    expect([step.exitCode, step.exported]).toEqual([1, {}]);
    expect(step.stdout).toMatch(/ANSWER_UNEXPECTED::.*HTTP status 101/);
  });
});
