import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BY_KEYS, LONG } from '../support/roles.js';

const sandbox = sharedCloud();
const CHECK_TRUST = join(ACTION, 'check-trust');
/** Whoever waits for a pipe waits for ever: not even the step's own limit would end that. */
const LIMIT = { timeoutMs: 10_000 };
const ENDLESS = [
  ['a named pipe', (path: string) => void execFileSync('mkfifo', [path])],
  ['a device without an end', (path: string) => symlinkSync('/dev/zero', path)],
  [
    'a file of 600 MB',
    (path: string) => {
      writeFileSync(path, '');
      truncateSync(path, 600_000_000);
    },
  ],
] as const;

function lastError({ commands, log }: Awaited<ReturnType<Job['uses']>>): string {
  expect(log.join('\n')).not.toContain('timed out');
  return commands.findLast(({ command }) => command === 'error')?.data ?? '';
}

describe.each(ENDLESS)('%s', (_, make) => {
  it('as trust-policy does not keep a refused step from its error', async () => {
    const job = startJob(sandbox.cloud);
    make(join(job.directories.workspace, 'policy.json'));
    const step = await job.uses(
      ACTION,
      { 'role-to-assume': `${LONG}-other`, 'trust-policy': 'policy.json' },
      LIMIT,
    );
    expect(lastError(step)).toMatch(
      /trust-policy could not be read: "policy\.json" is not a file in the workspace; a path there, or JSON, is expected\./,
    );
  });

  it('as the policy of check-trust is refused', async () => {
    const job = startJob(sandbox.cloud);
    make(join(job.directories.workspace, 'policy.json'));
    expect(lastError(await job.uses(CHECK_TRUST, { policy: 'policy.json' }, LIMIT))).toMatch(
      /policy\.json (is not a regular file|has more than)/,
    );
  });

  it.each(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE', 'AWS_WEB_IDENTITY_TOKEN_FILE'])(
    'as %s is not opened to look for credentials',
    async (variable) => {
      const path = join(temporaryDirectory(), 'file');
      make(path);
      const job = startJob(sandbox.cloud, { env: { [variable]: path, AWS_ROLE_ARN: LONG } });
      const inputs = { 'identity-source': 'environment', 'role-to-assume': BY_KEYS, 'action-timeout-s': '5' };
      expect(lastError(await job.uses(ACTION, inputs, LIMIT))).toMatch(
        /^The AWS credentials of the environment cannot be looked for: ".*\/file" (is not a regular file|has more than 16000000 bytes)\./,
      );
    },
  );

  it('as a file of a profile is refused', async () => {
    const job = startJob(sandbox.cloud);
    mkdirSync(join(job.directories.home, '.aws'));
    make(join(job.directories.home, '.aws', 'credentials'));
    const step = await job.uses(ACTION, { 'role-to-assume': LONG, 'aws-profile': 'ci' }, LIMIT);
    expect(lastError(step)).toMatch(/^Cannot use the file ".*credentials": it/);
  });
});

it('an AWS_CONFIG_FILE that is /dev/null says that there is none, as it does for AWS', async () => {
  const job = startJob(sandbox.cloud, { env: { AWS_CONFIG_FILE: '/dev/null' } });
  const step = await job.uses(ACTION, { 'identity-source': 'environment', 'role-to-assume': BY_KEYS }, LIMIT);
  expect(lastError(step)).toMatch(/^Found no AWS credentials in the environment/);
});
