import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { type Cloud, type Run, startCloud } from '../../sandbox/cloud.js';
import { Job, type StepResult } from '../../sandbox/runner/job.js';
import { type Check, expectEqual, expectThat } from '../check.js';
import type { Tool } from '../tool.js';
import { type Ceph, startCeph, TENANT } from './ceph.js';

const AUDIENCE = 'sts.amazonaws.com';
const ROLE = `arn:aws:iam::${TENANT}:role/deploy`;

/** The step against a server that nobody here wrote and that evaluates the conditions of a trust policy. */
export function cephChecks(root: string, ceph: Tool, aws: Tool): readonly Check[] {
  return [
    {
      name: 'ceph: main gets in and lists a bucket, a branch is refused, and no key stays',
      tools: [ceph, aws],
      run: async () => {
        const cloud = await startCloud();
        const server = await startCeph(ceph.path);
        try {
          await makeRole(server, cloud, aws.path);
          await mainGetsIn(root, server, cloud, aws.path);
          await aBranchIsRefused(root, server, cloud);
        } finally {
          server.stop();
          await cloud.close();
        }
      },
    },
  ];
}

/** A provider and a role that trusts it, as an administrator makes them; and a bucket. */
async function makeRole({ url, admin }: Ceph, { issuer }: Cloud, aws: string): Promise<void> {
  const host = issuer.replace('http://', '');
  // Without blanks: Ceph does not decode the pluses that they are sent as.
  const trust = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: [`arn:aws:iam::${TENANT}:oidc-provider/${host}`] },
        Action: ['sts:AssumeRoleWithWebIdentity'],
        Condition: {
          StringEquals: {
            [`${host}:aud`]: AUDIENCE,
            [`${host}:sub`]: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
          },
        },
      },
    ],
  });
  const permissions = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: ['s3:*'], Resource: ['arn:aws:s3:::*'] }],
  });
  const asAdmin = (...args: readonly string[]): void => {
    execFileSync(aws, [...args, '--endpoint-url', url], {
      env: {
        PATH: process.env.PATH ?? '',
        HOME: '/nonexistent',
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: admin.accessKeyId,
        AWS_SECRET_ACCESS_KEY: admin.secretAccessKey,
        AWS_EC2_METADATA_DISABLED: 'true',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 60_000,
    });
  };
  asAdmin(
    ...['iam', 'create-open-id-connect-provider', '--url', issuer, '--client-id-list', AUDIENCE],
    ...['--thumbprint-list', await thumbprint(issuer)],
  );
  asAdmin('iam', 'create-role', '--role-name', 'deploy', '--assume-role-policy-document', trust);
  asAdmin(
    ...['iam', 'put-role-policy', '--role-name', 'deploy', '--policy-name', 's3'],
    ...['--policy-document', permissions],
  );
}

/** Of the issuer's key: Ceph compares it with the certificate in the key set. */
async function thumbprint(issuer: string): Promise<string> {
  const { keys } = JSON.parse(await (await fetch(`${issuer}/.well-known/jwks`)).text());
  const certificate = new X509Certificate(Buffer.from(keys[0].x5c[0], 'base64'));
  return certificate.fingerprint.replaceAll(':', '');
}

async function mainGetsIn(root: string, server: Ceph, cloud: Cloud, aws: string): Promise<void> {
  await inJob(root, server, cloud, { ref: 'refs/heads/main' }, async (job, step) => {
    expectEqual(step.conclusion, 'success', `main (${step.log.at(-1)})`);
    const { stdout, ...used } = await job.run('bash', [
      '-euc',
      '"$0" s3 mb s3://releases --endpoint-url "$1" && echo 1 | "$0" s3 cp - s3://releases/v1 --endpoint-url "$1" && "$0" s3 ls s3://releases --endpoint-url "$1"',
      ...[aws, server.url],
    ]);
    expectEqual(used.conclusion, 'success', `the AWS CLI (${used.log.slice(-3).join(' ')})`);
    expectThat(/ v1$/m.test(stdout), `the bucket (${stdout})`);
    const posts = await job.end();
    expectEqual([posts[0]?.conclusion, job.env.AWS_ACCESS_KEY_ID], ['success', ''], 'the end of the job');
  });
}

async function aBranchIsRefused(root: string, server: Ceph, cloud: Cloud): Promise<void> {
  await inJob(root, server, cloud, { ref: 'refs/heads/feature' }, async (job, step) => {
    expectEqual([step.conclusion, job.env.AWS_ACCESS_KEY_ID], ['failure', undefined], 'a branch');
    expectThat(/AccessDenied/.test(step.log.join('\n')), `the message (${step.log.at(-1)})`);
  });
}

async function inJob(
  root: string,
  server: Ceph,
  cloud: Cloud,
  run: Run,
  work: (job: Job, step: StepResult) => Promise<void>,
): Promise<void> {
  const env = { ...cloud.environment(run), AWS_EC2_METADATA_DISABLED: 'true', AWS_PAGER: '' };
  const job = new Job({ env, event: cloud.event(run) });
  try {
    const inputs = { 'aws-region': 'us-east-1', 'role-to-assume': ROLE, 'sts-endpoint': server.url };
    await work(job, await job.uses(root, inputs));
  } finally {
    job.dispose();
  }
}
