import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readActionManifest } from '../../sandbox/runner/action-manifest.js';
import type { StepResult } from '../../sandbox/runner/job.js';
import { mainScript } from '../../sandbox/runner/script.js';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { filesBelow } from '../support/files.js';
import { DEPLOY, DEPLOYER_KEYS } from '../support/roles.js';

const sandbox = sharedCloud();
const role = { 'role-to-assume': DEPLOY };
/** Prints the variables that a script sees. */
const SHOW = `"${NODE}" -p "JSON.stringify(process.env)"`;
/** Without `$(…)`: bash 5.2 now and then loses a SIGINT that comes while it waits for one. */
const ENDS_WITH_9 = `trap 'echo cleaned; exit 9' INT TERM
echo started
i=0
while [ $i -lt 200 ]; do sleep 0.05; i=$((i+1)); done`;

function variablesIn(step: StepResult): Record<string, string> {
  const line = step.stdout.split('\n').find((text) => text.startsWith('{"')) ?? '{}';
  return JSON.parse(line);
}

describe('a step with run', () => {
  it('gives credentials to its script, and nothing to the job', async () => {
    const job = startJob(sandbox.cloud, { env: { AWS_PROFILE: 'own', AWS_ROLE_ARN: 'own' } });
    const { PATH: _, ...before } = job.env;
    const step = await job.uses(ACTION, { ...role, run: SHOW });
    expect(step.exitCode).toBe(0);
    const seen = variablesIn(step);
    expect(seen).toMatchObject({
      AWS_ACCESS_KEY_ID: expect.stringMatching(/^ASIA/),
      AWS_SECRET_ACCESS_KEY: expect.anything(),
      AWS_SESSION_TOKEN: expect.anything(),
      AWS_CREDENTIAL_EXPIRATION: expect.stringMatching(/Z$/),
      AWS_REGION: 'us-east-1',
      GITHUB_ENV: expect.anything(),
    });
    expect(
      Object.keys(seen).filter((name) => /^(AWS_PROFILE|AWS_ROLE_ARN|INPUT_|STATE_)/.test(name)),
    ).toEqual([]);
    expect(step.files).toMatchObject({ env: '', output: '' });
    expect(job.env).toEqual({ ...before, PATH: expect.anything() });
    const secrets = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'].map(
      (name) => seen[name] ?? '',
    );
    for (const secret of secrets) expect(step.log.join('\n')).not.toContain(secret);
    const files = JSON.stringify([filesBelow(job.directories.temp), filesBelow(job.directories.home)]);
    for (const secret of secrets) expect(files).not.toContain(secret);
    const witness = await job.run('env', []);
    for (const secret of secrets) expect(witness.stdout).not.toContain(secret);
    const [post] = await job.end({ keepFiles: true });
    expect(post).toMatchObject({ exitCode: 0, log: ['Post job cleanup.'] });
    expect(readdirSync(job.directories.temp).filter((name) => /\.sh$/.test(name))).toEqual([]);
  });

  it.each([
    ['exit 3', {}, 3],
    ['false\necho still here', {}, 1],
    ['false | true', {}, 0],
    ['false | true', { shell: 'bash' }, 1],
    ['false\ntrue', { shell: 'sh' }, 1],
    ['kill -TERM $$', {}, 143],
    ['process.exit(7)', { shell: `${NODE} {0}` }, 7],
    ['exit 0', {}, 0],
  ])('ends as its script does: %j with %j gives %d', async (run, inputs, exitCode) => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, { ...role, ...inputs, run });
    expect(step.exitCode).toBe(exitCode);
    expect(step.stdout).not.toContain('still here');
  });

  it('passes output through, of both streams', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, { ...role, run: 'echo to-out\necho to-err >&2' });
    expect(step.stdout).toContain('to-out\n');
    expect(step.stderr).toBe('to-err\n');
  });

  it('lets the script write outputs and variables of its own, as in any step', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, {
      ...role,
      run: 'echo built=yes >> "$GITHUB_OUTPUT"; echo KIND=a >> "$GITHUB_ENV"',
    });
    expect(step.outputs).toEqual({ built: 'yes' });
    expect(step.exported).toEqual({ KIND: 'a' });
  });

  it('does not run the script when the role is refused', async () => {
    const job = startJob(sandbox.cloud, { run: { ref: 'refs/heads/feature' } });
    const step = await job.uses(ACTION, { ...role, run: 'echo ran' });
    expect(step.exitCode).toBe(1);
    expect(step.stdout).not.toContain('ran\n');
  });

  it('refuses what would give the credentials to later steps', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, {
      ...role,
      run: 'echo ran',
      'output-credentials': 'true',
      'export-token-file': 'true',
      'aws-profile': 'ci',
    });
    expect(step.exitCode).toBe(1);
    expect(step.log.join('\n')).toMatch(
      /output-credentials: it does not go with run[\s\S]*aws-profile: it does not go with run[\s\S]*export-token-file: it does not go/,
    );
    const alone = await startJob(sandbox.cloud).uses(ACTION, { ...role, shell: 'bash' });
    expect(alone.log.join('\n')).toContain('shell: it needs run');
  });

  it('names a shell that is not there, and leaves no script', async () => {
    const job = startJob(sandbox.cloud);
    const step = await job.uses(ACTION, { ...role, run: 'echo ran', shell: 'no-such-shell {0}' });
    expect(step.exitCode).toBe(1);
    expect(step.log.join('\n')).toMatch(/shell: "no-such-shell" could not be started \((ENOENT|EACCES)\)\./);
    expect(readdirSync(job.directories.temp).every((name) => name.startsWith('_'))).toBe(true);
  });

  it('gives the keys of a user as they are, without a token that the job has', async () => {
    const job = startJob(sandbox.cloud, { env: { AWS_SESSION_TOKEN: 'of-others' } });
    const seen = variablesIn(await job.uses(ACTION, { ...DEPLOYER_KEYS, run: SHOW }));
    expect(seen).toMatchObject({ AWS_ACCESS_KEY_ID: DEPLOYER_KEYS['aws-access-key-id'] });
    expect(seen).not.toHaveProperty('AWS_SESSION_TOKEN');
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('passes %s on, and waits for the script to end', async (signal) => {
    const job = startJob(sandbox.cloud);
    const script = mainScript(readActionManifest(ACTION), NODE, { ...role, run: ENDS_WITH_9 }, job.env, {});
    const child = spawn(script.command, [...script.args], {
      env: { ...job.env, ...script.env },
      cwd: job.directories.workspace,
    });
    let text = '';
    child.stdout.on('data', (part) => {
      const isNew = !text.includes('started\n');
      text += String(part);
      if (isNew && text.includes('started\n')) child.kill(signal);
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect(text).toMatch(/^cleaned$/m);
    expect(code).toBe(9);
  });
});

describe('examples/one-step.yml', () => {
  it('has a script, and no input that gives the credentials to others', () => {
    const text = readFileSync(join(ACTION, 'examples', 'one-step.yml'), 'utf8');
    expect(text).toMatch(/^ {10}run: \|$/m);
    expect(text).not.toMatch(/output-|aws-profile|refresh/);
  });
});
