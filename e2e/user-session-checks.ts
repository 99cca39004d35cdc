import { startCloud } from '../sandbox/cloud.js';
import { isObject } from '../sandbox/core/json.js';
import { Job } from '../sandbox/runner/job.js';
import { type Check, expectEqual } from './check.js';
import type { Tool } from './tools.js';

// AWS's documentation examples.
const ID = 'AKIAIOSFODNN7EXAMPLE';
const SECRET = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const ACCESS_KEYS = { 'aws-access-key-id': ID, 'aws-secret-access-key': SECRET };
const USER = 'arn:aws:iam::111122223333:user/uploader';
const FEDERATED = 'arn:aws:sts::111122223333:federated-user/ci-upload';
const FEDERATION = {
  'federated-user-name': 'ci-upload',
  'managed-session-policies': 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess',
};
const PERMISSIONS = ['sts:GetFederationToken', 'sts:TagSession', 's3:*'];
const ACCOUNTS = {
  accounts: {
    '111122223333': {
      users: {
        uploader: {
          accessKeys: { [ID]: SECRET },
          permissions: [{ Effect: 'Allow', Action: PERMISSIONS, Resource: '*' }],
        },
      },
    },
  },
};

/** The committed action's sessions of users, in the AWS CLI. */
export function userSessionChecks(root: string, aws: Tool): readonly Check[] {
  const check = (
    title: string,
    inputs: Readonly<Record<string, string>>,
    arn: string,
    command: readonly string[],
    refusal: string,
  ): Check => ({
    name: `user sessions: ${title}`,
    tools: [aws],
    run: async () => {
      const cloud = await startCloud({ accounts: ACCOUNTS });
      const job = new Job({ env: cloud.environment(), event: cloud.event(), secrets: { SECRET } });
      try {
        const step = await job.uses(root, { 'aws-region': 'us-east-1', ...ACCESS_KEYS, ...inputs });
        expectEqual(step.conclusion, 'success', `the step (${step.log.join('\n')})`);
        const profile = inputs['aws-profile'];
        const ask = async (...args: readonly string[]) => {
          // Older ones do not read AWS_ENDPOINT_URL_STS.
          const endpoint = ['--endpoint-url', cloud.stsUrl];
          const options = profile === undefined ? endpoint : [...endpoint, '--profile', profile];
          const { stdout, stderr } = await job.run(aws.path, [
            'sts',
            ...args,
            ...options,
            '--output',
            'text',
          ]);
          return (stdout + stderr).trim();
        };
        expectEqual(await ask('get-caller-identity', '--query', 'Arn'), arn, 'whose the credentials are');
        const [, reason = ''] = /\((AccessDenied)\).*session credentials/.exec(await ask(...command)) ?? [];
        expectEqual(reason, refusal, 'what they may not do');
        await job.end();
      } finally {
        job.dispose();
        await cloud.close();
      }
    },
  });
  const session = ['get-session-token'];
  const denied = 'AccessDenied';
  return [
    check('the AWS CLI with the session of a user', { 'get-session-token': 'true' }, USER, session, denied),
    check('the AWS CLI with a federated user', FEDERATION, FEDERATED, session, denied),
    check(
      'the AWS CLI with the profile of a federated user',
      { ...FEDERATION, 'aws-profile': 'uploads' },
      FEDERATED,
      session,
      denied,
    ),
    { name: 'user sessions: what the AWS CLI asks for itself', tools: [aws], run: () => askByCli(aws) },
  ];
}

/** The sandbox gives the AWS CLI what it gives the action. */
async function askByCli(aws: Tool): Promise<void> {
  const cloud = await startCloud({ accounts: ACCOUNTS });
  const job = new Job({ env: cloud.environment(), event: cloud.event() });
  try {
    const env = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET, AWS_DEFAULT_REGION: 'us-east-1' };
    const policies = ['--policy-arns', 'arn=arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess'];
    const tags = ['--tags', 'Key=Team,Value=web'];
    const command = ['sts', 'get-federation-token', '--name', 'ci-upload', ...policies, ...tags];
    const { stdout, stderr } = await job.run(aws.path, [...command, '--endpoint-url', cloud.stsUrl], {
      env,
    });
    const answer: unknown = stdout === '' ? undefined : JSON.parse(stdout);
    const user = isObject(answer) && isObject(answer.FederatedUser) ? answer.FederatedUser.Arn : stderr;
    expectEqual(user, FEDERATED, 'the federated user');
  } finally {
    job.dispose();
    await cloud.close();
  }
}
