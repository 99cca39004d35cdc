import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAccountsFile } from '../../sandbox/aws/accounts/accounts-file.js';
import type { CloudTrailEvent, Run } from '../../sandbox/cloud.js';
import { type Cloud, startCloud } from '../../sandbox/cloud.js';
import { objectAt } from '../../sandbox/core/json.js';
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

/** An administrator of the account that the chain ends in. */
export const AUDITOR = {
  AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7AUDITOR',
  AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/**
 * What CloudTrail has after four runs of the committed action: two that assume a chain of roles and use it, one
 * that is refused, and one with a subject that has no ids. The sandbox is up for as long as it is asked.
 */
export async function withRuns<Result>(
  root: string,
  ask: (events: readonly CloudTrailEvent[], cloud: Cloud) => Promise<Result>,
): Promise<Result> {
  const directory = mkdtempSync(join(tmpdir(), 'audit-'));
  const accounts = join(directory, 'cloud.json');
  writeFileSync(accounts, JSON.stringify(accountsWithAuditor()));
  const cloud = await startCloud({ accounts });
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
    const events = cloud.trail.map((event): CloudTrailEvent => {
      return JSON.parse(JSON.stringify(event).replaceAll(issuer, 'token.actions.githubusercontent.com'));
    });
    return await ask(events, cloud);
  } finally {
    await cloud.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function accountsWithAuditor(): object {
  const file = objectAt(readAccountsFile(undefined, 'ISSUER'), 'cloud.json');
  const accounts = objectAt(file['accounts'], 'accounts');
  const account = objectAt(accounts['444455556666'], 'the account');
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret } = AUDITOR;
  const permissions = [{ Effect: 'Allow', Action: 'cloudtrail:LookupEvents', Resource: '*' }];
  const users = { auditor: { accessKeys: { [id]: secret }, permissions } };
  return { ...file, accounts: { ...accounts, '444455556666': { ...account, users } } };
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
