import { join } from 'node:path';
import type { CloudTrailEvent, Run } from '../../sandbox/cloud.js';
import { type Cloud, startCloud } from '../../sandbox/cloud.js';
import { Job } from '../../sandbox/runner/job.js';
import { expectEqual } from '../check.js';

/** The run that the queries of docs/audit.md ask for, and one whose number begins alike. */
export const RUN = { runId: '9876543210', runAttempt: '1' };
const OTHER_RUN = { runId: '98765432101', runAttempt: '2' };

const ACCOUNTS = 'arn:aws:iam';
const HUB = `${ACCOUNTS}::222233334444:role/hub-deploy`;
const CHAIN = {
  'role-to-assume': HUB,
  'role-chain': `${ACCOUNTS}::444455556666:role/spoke-deploy`,
  'role-session-name': 'auto',
  'source-identity': 'octocat',
};

/**
 * What CloudTrail has after four runs of the committed action: two that assume a chain of roles and use it, one
 * that is refused, and one with a subject that has no ids.
 */
export async function recordRuns(root: string): Promise<readonly CloudTrailEvent[]> {
  const cloud = await startCloud();
  try {
    await runJob(cloud, root, RUN, CHAIN, 'success');
    await runJob(cloud, root, OTHER_RUN, CHAIN, 'success');
    await runJob(
      cloud,
      root,
      { runId: '3', ref: 'refs/heads/feature' },
      { 'role-to-assume': HUB },
      'failure',
    );
    const legacy = { 'role-to-assume': `${ACCOUNTS}::111122223333:role/legacy-subject` };
    await runJob(cloud, root, { runId: '4', legacySubject: true }, legacy, 'success');
    // The queries ask for GitHub's provider.
    const issuer = cloud.issuer.replace('http://', '');
    return cloud.trail.map((event): CloudTrailEvent => {
      return JSON.parse(JSON.stringify(event).replaceAll(issuer, 'token.actions.githubusercontent.com'));
    });
  } finally {
    await cloud.close();
  }
}

async function runJob(
  cloud: Cloud,
  root: string,
  run: Run,
  inputs: Readonly<Record<string, string>>,
  expected: 'success' | 'failure',
): Promise<void> {
  const job = new Job({ env: cloud.environment(run), event: cloud.event(run) });
  try {
    const step = await job.uses(root, { 'aws-region': 'eu-central-1', ...inputs });
    expectEqual(step.conclusion, expected, `the step of run ${run.runId} (${step.log.at(-1)})`);
    // A later step, with AWS's own client.
    const caller = join(root, 'build', 'sandbox', 'demo', 'caller.js');
    await job.run(process.execPath, ['--no-warnings', caller], {
      name: 'use',
      env: { AWS_EC2_METADATA_DISABLED: 'true' },
    });
    await job.end();
  } finally {
    job.dispose();
  }
}
