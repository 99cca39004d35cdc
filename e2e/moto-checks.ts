import { startCloud } from '../sandbox/cloud.js';
import { Job, type StepResult } from '../sandbox/runner/job.js';
import { type Check, expectEqual, expectThat } from './check.js';
import { startMoto } from './moto.js';
import type { Tool } from './tools.js';

const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
// AWS's documentation examples.
const ACCESS_KEYS = {
  'aws-access-key-id': 'AKIAIOSFODNN7EXAMPLE',
  'aws-secret-access-key': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};
const ROLE = { 'role-to-assume': 'arn:aws:iam::123456789012:role/deploy' };
const USER = /^arn:aws:sts::123456789012:user\//;
// moto takes the credentials of a federated user for those of any user, which verify-credentials would object to.
const FEDERATION = {
  'federated-user-name': 'ci-upload',
  'managed-session-policies': 'arn:aws:iam::aws:policy/ReadOnlyAccess',
  'verify-credentials': 'false',
};
const FEDERATED = /^arn:aws:sts::123456789012:federated-user\/ci-upload$/;
const ROLE_SESSION = 'arn:aws:sts::123456789012:assumed-role/deploy/GitHubActions';

/** The committed action against an STS that we did not write. */
export function motoChecks(root: string, python: Tool): readonly Check[] {
  const check = (title: string, inputs: Record<string, string>, arn: RegExp, hasSession: boolean): Check => ({
    name: `moto: ${title}`,
    tools: [python],
    run: async () => {
      const moto = await startMoto(python);
      const cloud = await startCloud();
      // As from `${{ secrets.… }}`: the runner itself prints inputs.
      const secrets = { key: ACCESS_KEYS['aws-secret-access-key'] };
      const job = new Job({ env: cloud.environment(), event: cloud.event(), secrets });
      try {
        const common = {
          'aws-region': 'eu-central-1',
          'sts-endpoint': moto.url,
          'verify-credentials': 'true',
        };
        const step = await job.uses(root, { ...common, ...inputs });
        expectEqual(step.conclusion, 'success', `the step (${lastError(step)})`);
        expectThat(arn.test(step.outputs['authenticated-arn'] ?? ''), `authenticated-arn is not ${arn}`);
        expectEqual(step.outputs['aws-account-id'], '123456789012', 'aws-account-id');
        expectThat(!showsSecretKey(step), 'the log shows the secret key');
        const names = CREDENTIALS.filter((name) => Boolean(step.exported[name]));
        expectEqual(names, hasSession ? CREDENTIALS : CREDENTIALS.slice(0, 2), 'the exported credentials');
        const posts = await job.end();
        expectEqual(
          posts.map(({ conclusion }) => conclusion),
          ['success'],
          'the post step',
        );
        expectEqual(
          CREDENTIALS.filter((name) => Boolean(job.env[name])),
          [],
          'what is left',
        );
      } finally {
        job.dispose();
        await cloud.close();
        moto.close();
      }
    },
  });
  const session = new RegExp(`^${ROLE_SESSION}$`);
  return [
    check("a role with GitHub's token", ROLE, session, true),
    check('a role with access keys', { ...ACCESS_KEYS, ...ROLE }, session, true),
    check('a session of the user', { ...ACCESS_KEYS, 'get-session-token': 'true' }, USER, true),
    check('a federated user', { ...ACCESS_KEYS, ...FEDERATION }, FEDERATED, true),
    check('access keys alone', ACCESS_KEYS, USER, false),
  ];
}

function lastError(step: StepResult): string {
  return step.commands.filter(({ command }) => command === 'error').at(-1)?.data ?? 'no error given';
}

function showsSecretKey(step: StepResult): boolean {
  const secret = step.exported.AWS_SECRET_ACCESS_KEY;
  return secret !== undefined && step.log.some((line) => line.includes(secret));
}
