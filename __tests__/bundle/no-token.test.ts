import type { Run } from '../../sandbox/cloud.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { DEPLOY, LONG } from '../support/roles.js';

const sandbox = sharedCloud();
const fork = { event: 'pull_request', headRepository: 'someone/octo-repo' };

describe('a job that GitHub gives no token is told why, at once and without asking anyone', () => {
  it.each<[string, Run, Record<string, string>, RegExp]>([
    [
      'without the permission',
      { idToken: false },
      {},
      /ID_TOKEN_PERMISSION_MISSING::This job cannot request an OIDC token from GitHub: it lacks the permission id-token: write\.%0AAdd this to the job.*permissions: \{ id-token: write/,
    ],
    ['for a pull request from a fork', fork, {}, /ID_TOKEN_FORK::.*the pull request comes from a fork/],
    [
      'for Dependabot',
      { actor: 'dependabot[bot]' },
      {},
      /ID_TOKEN_DEPENDABOT::.*Dependabot triggered this run/,
    ],
    [
      "for Dependabot's pull request",
      { actor: 'dependabot[bot]', event: 'pull_request' },
      {},
      /ID_TOKEN_DEPENDABOT::/,
    ],
    [
      'for a pull request of the same repository, without the permission',
      { event: 'pull_request', idToken: false },
      {},
      /ID_TOKEN_PERMISSION_MISSING::/,
    ],
    [
      'where identity-source asks for the token',
      { idToken: false },
      { 'identity-source': 'github-oidc' },
      /ID_TOKEN_PERMISSION_MISSING::/,
    ],
    [
      "where a guard needs the token's claims",
      { idToken: false },
      { 'allowed-refs': 'refs/heads/main' },
      /ID_TOKEN_PERMISSION_MISSING::/,
    ],
  ])('%s', async (_, run, inputs, message) => {
    const first = sandbox.cloud.requests.length;
    const job = startJob(sandbox.cloud, { run });
    const step = await job.uses(ACTION, { 'role-to-assume': DEPLOY, ...inputs });
    expect(step.conclusion).toBe('failure');
    expect(step.stdout).toMatch(message);
    expect(step.stdout.match(/^::error/gm)).toHaveLength(1);
    expect(sandbox.cloud.requests.slice(first)).toEqual([]);
    expect(step.summary).toMatch(/^### Assume AWS Role failed\n/);
  });

  it('a fork whose event file cannot be read is told of the permission', async () => {
    const job = startJob(sandbox.cloud, { run: fork });
    const { rmSync, writeFileSync } = await import('node:fs');
    rmSync(job.directories.eventFile);
    writeFileSync(job.directories.eventFile, '{"pull_request":');
    const step = await job.uses(ACTION, { 'role-to-assume': DEPLOY });
    expect(step.stdout).toContain('ID_TOKEN_PERMISSION_MISSING');
  });

  it('pull_request_target of a fork has a token and works', async () => {
    const job = startJob(sandbox.cloud, { run: { ...fork, event: 'pull_request_target' } });
    const step = await job.uses(ACTION, { 'role-to-assume': LONG });
    expect(step.conclusion).toBe('success');
  });
});
