import { join } from 'node:path';
import { type Cloud, type RecordedRequest, startCloud } from '../sandbox/cloud.js';
import { Job, type StepResult } from '../sandbox/runner/job.js';
import { runWorkflow } from './act.js';
import { type Check, expectEqual, expectThat } from './check.js';
import type { Tool, Tools } from './tools.js';

/** Its sessions last five seconds (sandbox/cloud.json). */
export const REFRESH_ROLE = 'arn:aws:iam::111122223333:role/short-lived';
const SESSION = 'arn:aws:sts::111122223333:assumed-role/short-lived/GitHubActions';
/** Longer than three sessions, each of which is renewed when a quarter of it is left. */
export const REFRESH_SECONDS = 17;
const SESSIONS = 3;

/** The tools that read a refreshing profile, each for longer than three sessions last. */
export function refreshChecks(root: string, tools: Tools): readonly Check[] {
  const client = (name: string): string => join(root, 'e2e', 'clients', name);
  const seconds = String(REFRESH_SECONDS);
  const { awsV1, java, rust } = tools.world;
  const check = (
    title: string,
    needs: readonly Tool[],
    command: string,
    ...args: readonly string[]
  ): Check => ({
    name: `refresh: ${title}`,
    tools: needs,
    run: () => outlive(root, command, args),
  });
  const aws = `end=$((SECONDS + ${REFRESH_SECONDS})); while [ $SECONDS -lt $end ]; do "$0" sts get-caller-identity --query Arn --output text --endpoint-url "$AWS_ENDPOINT_URL_STS" || exit 1; done`;
  return [
    check('the AWS CLI, started again and again', [tools.aws], 'bash', '-c', aws, tools.aws.path),
    check('the AWS CLI 1, started again and again', [awsV1], 'bash', '-c', aws, awsV1.path),
    check('one process with boto3', [tools.moto], tools.moto.path, client('python.py'), seconds),
    check(
      'one process with the AWS SDK for JavaScript',
      [],
      process.execPath,
      client('javascript.mjs'),
      seconds,
    ),
    check('one process with the AWS SDK for Go, version 2', [tools.goV2], tools.goV2.path, seconds),
    check('one process with the AWS SDK for Go, version 1', [tools.goV1], tools.goV1.path, seconds),
    check('one process with the AWS SDK for Java', [java], 'java', ...javaArguments(java), seconds),
    check('one process with the AWS SDK for Rust', [rust], rust.path, seconds),
    {
      name: 'refresh: a workflow under act, with the AWS CLI',
      tools: [tools.act, tools.aws],
      run: () => underAct(root, tools),
    },
  ];
}

/** Its home is that of the job, whatever the system says of the user. */
function javaArguments({ path }: Tool): readonly string[] {
  return ['-cp', `${join(path, '..', 'jars', '*')}:${path}`, 'Client'];
}

async function outlive(root: string, command: string, args: readonly string[]): Promise<void> {
  const cloud = await startCloud();
  const env = {
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const job = new Job({ env: { ...cloud.environment(), ...env }, event: cloud.event() });
  try {
    const inputs = {
      'aws-region': 'eu-central-1',
      'role-to-assume': REFRESH_ROLE,
      'refresh-credentials': 'true',
    };
    const step = await job.uses(root, inputs);
    expectEqual(step.conclusion, 'success', `the step (${step.log.at(-1)})`);
    const used = await job.run(command, args);
    expectEqual(used.conclusion, 'success', `the client (${used.log.slice(-3).join(' ')})`);
    expectCallers(used);
    expectSessions(cloud);
    const posts = await job.end();
    expectEqual([posts[0]?.conclusion, job.env.AWS_PROFILE], ['success', ''], 'the end of the job');
  } finally {
    job.dispose();
    await cloud.close();
  }
}

export function expectCallers({ stdout, stderr }: StepResult): void {
  const callers = new Set(stdout.trim().split('\n'));
  expectEqual([...callers], [SESSION], 'the callers');
  expectEqual(stderr, '', 'standard error');
}

export function expectSessions({ requests }: Pick<Cloud, 'requests'>): void {
  const calls = requests.filter(({ action }: RecordedRequest) => action === 'GetCallerIdentity');
  expectEqual([...new Set(calls.map(({ status }) => status))], [200], "STS's answers");
  const sessions = new Set(calls.map(({ signer }) => signer)).size;
  expectThat(sessions >= SESSIONS, `only ${sessions} sessions were used in ${calls.length} calls`);
}

async function underAct(root: string, tools: Tools): Promise<void> {
  const run = await runWorkflow(root, tools, 'long-job');
  const failed = run.entries.filter(({ stepResult }) => stepResult === 'failure').map(({ step }) => step);
  expectEqual([run.exitCode, failed], [0, []], "act's exit code and the steps that failed");
  expectSessions(run);
  const said = run.entries.map(({ msg }) => msg).join('\n');
  expectThat(said.includes('credentials left: none'), 'the job leaves credentials');
  expectThat(!/ASIA[A-Z0-9]{16}/.test(said), 'the log shows an access key id');
}
