import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Cloud, startCloud } from '../sandbox/cloud.js';
import { Job, type StepResult } from '../sandbox/runner/job.js';
import { type Check, expectEqual, expectThat } from './check.js';
import { expectCallers, expectSessions, REFRESH_ROLE, REFRESH_SECONDS } from './refresh-checks.js';
import type { Tool, Tools } from './tools.js';

/** What `docker run --network host -e …` hands over, beside PATH; the file comes as a volume. */
const HANDED_OVER = [
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL_STS',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  'PATH',
];

/** The tools that read a credential endpoint, each for longer than three sessions last. */
export function endpointChecks(root: string, tools: Tools): readonly Check[] {
  const client = (name: string): string => join(root, 'e2e', 'clients', name);
  const seconds = String(REFRESH_SECONDS);
  const check = (title: string, needs: readonly Tool[], command: readonly string[]): Check => ({
    name: `credential endpoint: ${title}`,
    tools: needs,
    run: () => outlive(root, command),
  });
  const aws = `end=$((SECONDS + ${seconds})); while [ $SECONDS -lt $end ]; do "$0" sts get-caller-identity --query Arn --output text --endpoint-url "$AWS_ENDPOINT_URL_STS" || exit 1; done`;
  return [
    check('the AWS CLI, started again and again', [tools.aws], ['bash', '-c', aws, tools.aws.path]),
    check('one process with boto3', [tools.moto], [tools.moto.path, client('python.py'), seconds]),
    check(
      'one process with the AWS SDK for JavaScript',
      [],
      [process.execPath, client('javascript.mjs'), seconds],
    ),
    check('one process with the AWS SDK for Go, version 2', [tools.goV2], [tools.goV2.path, seconds]),
    check('one process with the AWS SDK for Go, version 1', [tools.goV1], [tools.goV1.path, seconds]),
    {
      name: 'credential endpoint: a root directory with a Go client and the token, and nothing else',
      tools: [tools.goV2, rootlessChroot()],
      run: () => inEmptyRoot(root, tools.goV2.path),
    },
    {
      name: 'credential endpoint: the AWS CLI after its process was killed',
      tools: [tools.aws],
      run: () => afterKill(root, tools.aws.path),
    },
  ];
}

/** Twice at once: with the variables of a later step, and with none but those that a container is given. */
async function outlive(root: string, command: readonly string[]): Promise<void> {
  await inJob(root, async (job, cloud) => {
    const clients = await Promise.all([
      job.run('env', command),
      job.run('env', ['-i', 'HOME=/nonexistent', ...handedOver(job), ...command]),
    ]);
    for (const used of clients) {
      expectEqual(used.conclusion, 'success', `the client (${used.log.slice(-3).join(' ')})`);
      expectCallers(used);
    }
    expectSessions(cloud);
  });
}

async function afterKill(root: string, aws: string): Promise<void> {
  await inJob(root, async (job) => {
    const call = (): Promise<StepResult> =>
      job.run('env', [
        ...['-i', 'HOME=/nonexistent', ...handedOver(job)],
        ...[aws, 'sts', 'get-caller-identity', '--endpoint-url', job.env.AWS_ENDPOINT_URL_STS ?? ''],
      ]);
    expectEqual((await call()).conclusion, 'success', 'the AWS CLI before');
    const directory = dirname(job.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? '');
    const { pid } = JSON.parse(readFileSync(join(directory, 'endpoint-process.json'), 'utf8'));
    process.kill(pid, 'SIGKILL');
    const { conclusion, stdout, stderr } = await call();
    expectEqual(conclusion, 'failure', 'the AWS CLI after');
    expectThat(/[Cc]onnect/.test(stdout + stderr), `what the AWS CLI says (${stderr})`);
  });
}

/** A container's view without a container: no Node, no home, no RUNNER_TEMP. */
async function inEmptyRoot(root: string, client: string): Promise<void> {
  await inJob(root, async (job, cloud) => {
    const directory = mkdtempSync(join(tmpdir(), 'empty-root-'));
    try {
      for (const path of [client, ...librariesOf(client)]) {
        mkdirSync(join(directory, dirname(path)), { recursive: true });
        copyFileSync(path, join(directory, path));
      }
      copyFileSync(job.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? '', join(directory, 'token'));
      const variables = [...handedOver(job), 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/token'];
      const inside = ['unshare', '--map-root-user', `--root=${directory}`, client, String(REFRESH_SECONDS)];
      const used = await job.run('env', ['-i', ...variables, ...inside]);
      expectEqual(used.conclusion, 'success', `the client (${used.log.slice(-3).join(' ')})`);
      expectCallers(used);
      expectSessions(cloud);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
}

/** None for a program that brings them all. */
function librariesOf(program: string): readonly string[] {
  try {
    const listed = execFileSync('ldd', [program], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    return [...listed.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  } catch {
    return [];
  }
}

/** Not every machine lets a user have a root directory of its own. */
function rootlessChroot(): Tool {
  const tool = { name: 'unshare', path: 'unshare', isRequired: false };
  try {
    execFileSync('unshare', ['--map-root-user', '--root=/', 'true'], { stdio: 'ignore', timeout: 10_000 });
    return { ...tool, version: 'works' };
  } catch {
    return { ...tool, version: undefined };
  }
}

function handedOver({ env }: Job): readonly string[] {
  return HANDED_OVER.map((name) => `${name}=${env[name] ?? ''}`);
}

async function inJob(root: string, work: (job: Job, cloud: Cloud) => Promise<void>): Promise<void> {
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
      'credential-endpoint': 'true',
    };
    const step = await job.uses(root, inputs);
    expectEqual(step.conclusion, 'success', `the step (${step.log.at(-1)})`);
    await work(job, cloud);
    const posts = await job.end();
    const uri = job.env.AWS_CONTAINER_CREDENTIALS_FULL_URI;
    expectEqual([posts[0]?.conclusion, uri], ['success', ''], 'the end of the job');
  } finally {
    job.dispose();
    await cloud.close();
  }
}
