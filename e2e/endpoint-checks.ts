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

/** What a Docker action finds of `export-token-file`, beside what every one has. */
const OF_THE_TOKEN_FILE = [
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'AWS_ENDPOINT_URL_STS',
  'AWS_EC2_METADATA_DISABLED',
  'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED',
  'PATH',
];

const ENDPOINT = { 'refresh-credentials': 'true', 'credential-endpoint': 'true' };
const TOKEN_FILE = { 'export-token-file': 'true' };

/** The tools that read a credential endpoint or a token file, each for longer than three sessions last. */
export function endpointChecks(root: string, tools: Tools): readonly Check[] {
  const client = (name: string): string => join(root, 'e2e', 'clients', name);
  // Debian's AWS CLI 2 is from before the variables that these ways need.
  const { awsV1 } = tools.world;
  const seconds = String(REFRESH_SECONDS);
  const check = (title: string, needs: readonly Tool[], command: readonly string[]): Check => ({
    name: `credential endpoint: ${title}`,
    tools: needs,
    run: () => outlive(root, ENDPOINT, command),
  });
  const fileCheck = (title: string, needs: readonly Tool[], command: readonly string[]): Check => ({
    name: `token file: ${title}`,
    tools: needs,
    run: () => outlive(root, TOKEN_FILE, command),
  });
  const aws = `end=$((SECONDS + ${seconds})); while [ $SECONDS -lt $end ]; do "$0" sts get-caller-identity --query Arn --output text --endpoint-url "$AWS_ENDPOINT_URL_STS" || exit 1; done`;
  return [
    check('the AWS CLI 1, started again and again', [awsV1], ['bash', '-c', aws, awsV1.path]),
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
      name: 'credential endpoint: the AWS CLI 1 after its process was killed',
      tools: [awsV1],
      run: () => afterKill(root, awsV1.path),
    },
    fileCheck('the AWS CLI 1, started again and again', [awsV1], ['bash', '-c', aws, awsV1.path]),
    fileCheck('one process with boto3', [tools.moto], [tools.moto.path, client('python.py'), seconds]),
    fileCheck(
      'one process with the AWS SDK for JavaScript',
      [],
      [process.execPath, client('javascript.mjs'), seconds],
    ),
    fileCheck('one process with the AWS SDK for Go, version 2', [tools.goV2], [tools.goV2.path, seconds]),
    {
      name: 'token file: a root directory with a Go client and the mounted folder, and nothing else',
      tools: [tools.goV2, rootlessChroot()],
      run: () => fileInEmptyRoot(root, tools.goV2.path),
    },
  ];
}

/** Twice at once: with the variables of a later step, and with none but those that a container is given. */
async function outlive(
  root: string,
  way: Readonly<Record<string, string>>,
  command: readonly string[],
): Promise<void> {
  await inJob(root, way, async (job, cloud) => {
    const clients = await Promise.all([
      job.run('env', command),
      job.run('env', ['-i', `HOME=${join(job.directories.temp, 'no-home')}`, ...handedOver(job), ...command]),
    ]);
    for (const used of clients) expectUse(used, cloud);
  });
}

async function afterKill(root: string, aws: string): Promise<void> {
  await inJob(root, ENDPOINT, async (job) => {
    const call = (): Promise<StepResult> =>
      job.run('env', [
        ...['-i', `HOME=${join(job.directories.temp, 'no-home')}`, ...handedOver(job)],
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
  await inJob(root, ENDPOINT, async (job, cloud) => {
    await withRootOf(client, async (directory) => {
      copyFileSync(job.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE ?? '', join(directory, 'token'));
      const variables = [...handedOver(job), 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=/token'];
      const inside = ['unshare', '--map-root-user', `--root=${directory}`, client, String(REFRESH_SECONDS)];
      const used = await job.run('env', ['-i', ...variables, ...inside]);
      expectUse(used, cloud);
    });
  });
}

/** As the runner does for a Docker action: the home is mounted, and the path in the variable translated. */
async function fileInEmptyRoot(root: string, client: string): Promise<void> {
  await inJob(root, TOKEN_FILE, async (job, cloud) => {
    await withRootOf(client, async (directory) => {
      const home = join(job.directories.temp, '_github_home');
      const file = (job.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '').replace(home, '/github/home');
      mkdirSync(join(directory, 'github', 'home'), { recursive: true });
      const script = 'mount --bind "$1" "$2/github/home" && exec chroot "$2" "$3" "$4"';
      const inside = ['sh', '-c', script, 'sh', home, directory, client, String(REFRESH_SECONDS)];
      const variables = [...handedOver(job), `AWS_WEB_IDENTITY_TOKEN_FILE=${file}`];
      const used = await job.run('env', [
        ...['-i', ...variables],
        ...['unshare', '--map-root-user', '--mount', ...inside],
      ]);
      expectUse(used, cloud);
    });
  });
}

/** A root directory with a program and its libraries. */
async function withRootOf(program: string, work: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'empty-root-'));
  try {
    for (const path of [program, ...librariesOf(program)]) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      copyFileSync(path, join(directory, path));
    }
    await work(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function expectUse(used: StepResult, cloud: Cloud): void {
  expectEqual(used.conclusion, 'success', `the client (${used.log.slice(-3).join(' ')})`);
  expectCallers(used);
  expectSessions(cloud);
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
  const names = env.AWS_WEB_IDENTITY_TOKEN_FILE ? OF_THE_TOKEN_FILE : HANDED_OVER;
  return names.map((name) => `${name}=${env[name] ?? ''}`);
}

async function inJob(
  root: string,
  way: Readonly<Record<string, string>>,
  work: (job: Job, cloud: Cloud) => Promise<void>,
): Promise<void> {
  const cloud = await startCloud();
  const env = {
    AWS_PAGER: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  // Its tokens live for less than three sessions.
  const run = { tokenLifetimeSeconds: 6 };
  const job = new Job({ env: { ...cloud.environment(run), ...env }, event: cloud.event(run) });
  try {
    const inputs = {
      'aws-region': 'eu-central-1',
      'role-to-assume': REFRESH_ROLE,
      ...way,
    };
    const step = await job.uses(root, inputs);
    expectEqual(step.conclusion, 'success', `the step (${step.log.at(-1)})`);
    await work(job, cloud);
    const posts = await job.end();
    const left = [job.env.AWS_CONTAINER_CREDENTIALS_FULL_URI, job.env.AWS_WEB_IDENTITY_TOKEN_FILE];
    expectEqual([posts[0]?.conclusion, left.join('')], ['success', ''], 'the end of the job');
  } finally {
    job.dispose();
    await cloud.close();
  }
}
