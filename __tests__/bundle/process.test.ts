import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ACTION, NODE, REQUEST_LIMIT_MS, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { BY_KEYS, DEPLOY, DEPLOYER_KEYS, DEPLOYER_VARIABLES, LONG } from '../support/roles.js';

const sandbox = sharedCloud();

describe('the bundle', () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["GitHub's token", { 'role-to-assume': DEPLOY }, {}],
    ['access keys', { ...DEPLOYER_KEYS, 'role-to-assume': BY_KEYS, 'custom-tags': 'Team: core' }, {}],
    ['the environment', { 'role-chaining': 'true', 'role-to-assume': BY_KEYS }, DEPLOYER_VARIABLES],
    ['a failure', { 'role-to-assume': `${LONG}-other` }, {}],
  ])('writes nothing to standard error, on any Node that runs it: %s', async (_, inputs, env) => {
    const job = startJob(sandbox.cloud, { env });
    const main = await job.uses(ACTION, inputs);
    const [post] = await job.end();
    expect(main.stdout).toMatch(/^(Identity source|::add-mask::)/m);
    expect([main.stderr, post?.stderr]).toEqual(['', '']);
  });

  it('makes exactly two requests where a role is assumed with the token', async () => {
    const first = sandbox.cloud.requests.length;
    await startJob(sandbox.cloud).uses(ACTION, { 'role-to-assume': DEPLOY });
    const actions = sandbox.cloud.requests.slice(first).map(({ action }) => action);
    expect(actions.filter((action) => !/^(discovery|jwks)$/.test(action))).toEqual([
      'GET /token',
      'AssumeRoleWithWebIdentity',
    ]);
  });

  it('ends with 1 where AWS refuses, after one call', async () => {
    const first = sandbox.cloud.requests.length;
    const step = await startJob(sandbox.cloud).uses(ACTION, { 'role-to-assume': `${LONG}-other` });
    expect(step.exitCode).toBe(1);
    const calls = sandbox.cloud.requests.slice(first).filter(({ service }) => service === 'sts');
    expect(calls).toHaveLength(1);
  });

  it('ends at once though a connection hangs', async () => {
    sandbox.cloud.fault('token', { kind: 'hang' });
    const step = await startJob(sandbox.cloud).uses(ACTION, {
      'role-to-assume': DEPLOY,
      'action-timeout-s': '1',
    });
    expect(step.exitCode).toBe(1);
    expect(step.durationMs).toBeLessThan(REQUEST_LIMIT_MS);
    expect(step.stdout).toContain('while getting an identity (github-oidc)');
  });

  it('tells a missing Region to somebody who runs it by hand, outside of any runner', () => {
    const { status, stdout, stderr } = spawnSync(NODE, [join(ACTION, 'dist', 'main', 'index.js')], {
      env: {},
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
    expect(stdout).toMatch(/^::error title=assume-aws-role%3A INPUT_INVALID::aws-region: it is required/);
  });
});
