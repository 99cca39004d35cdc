import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isObject, type JsonObject } from '../sandbox/core/json.js';
import { runChild } from '../sandbox/runner/child.js';
import { type Check, expectEqual, expectThat } from './check.js';
import { makeCheckout } from './checkout.js';
import type { Tool } from './tools.js';

const ACCOUNTS = '222233334444,333344445555,444455556666';
const HUB = 'arn:aws:iam::111122223333:role/ci/hub';

/** A repository that knows nothing of the sandbox (e2e/stranger/), run by act with its roles as they are. */
export function sandboxChecks(
  root: string,
  { act, chromium }: { readonly act: Tool; readonly chromium: Tool },
): readonly Check[] {
  return [
    {
      name: 'sandbox: a push deploys by a called workflow, and through a chain into three accounts',
      tools: [act],
      run: () => onStranger(root, act, push),
    },
    {
      name: 'sandbox: a pull request gets a token, and one of a fork gets none',
      tools: [act],
      run: () => onStranger(root, act, pullRequests),
    },
    {
      name: 'sandbox: a step of the job stands in for the rest of it, and ends with it',
      tools: [act],
      run: () => onStranger(root, act, rehearsal),
    },
    {
      name: 'sandbox: the page shows requests, tokens and decisions in a browser',
      tools: [act, chromium],
      run: () => onStranger(root, act, (stranger) => page(stranger, chromium)),
    },
  ];
}

/** The sandbox running on the stranger's files. */
interface Stranger {
  readonly directory: string;
  readonly page: string;
  /** Runs act with the file that the sandbox wrote, and gives what the sandbox says happened by then. */
  act(...args: readonly string[]): Promise<readonly JsonObject[]>;
}

async function push({ act }: Stranger): Promise<void> {
  const events = await act('push');
  const by = (action: string): readonly JsonObject[] => events.filter((one) => one.action === action);
  const refused = events.filter(({ decision }) => decision !== 'allowed');
  expectEqual(refused, [], 'what was refused');
  const tokens = by('token').map(({ claims }) => (isObject(claims) ? claims : {}));
  expectEqual(
    tokens.map(({ sub }) => sub).sort(),
    ['production-ap', 'production-eu', 'production-us', 'staging'].map(
      (name) => `repo:octo-org/octo-repo:environment:${name}`,
    ),
    'the subjects',
  );
  const at = (name: string): string => `octo-org/octo-repo/.github/workflows/${name}.yml@refs/heads/main`;
  const files = tokens.map((one) => [one.workflow_ref, one.job_workflow_ref]);
  expectEqual(
    [...new Set(files.map(String))].sort(),
    [`${at('release')},${at('apply')}`, `${at('release')},${at('release')}`],
    'the workflows',
  );
  expectEqual(
    by('AssumeRole')
      .map(({ what }) => what)
      .sort(),
    ACCOUNTS.split(',').map((id) => `arn:aws:iam::${id}:role/deploy`),
    'the accounts',
  );
  expectEqual(
    by('AssumeRoleWithWebIdentity').filter(({ what }) => what === HUB).length,
    3,
    'sessions of the hub',
  );
}

async function pullRequests({ act, directory }: Stranger): Promise<void> {
  const own = await act('pull_request', '--eventpath', eventOf(directory, 'octo-org/octo-repo'));
  expectEqual(
    own.map(({ action, decision }) => `${action} ${decision}`),
    ['token allowed', 'AssumeRoleWithWebIdentity allowed'],
    'a pull request',
  );
  const fork = await act('pull_request', '--eventpath', eventOf(directory, 'stranger/octo-repo'));
  expectEqual(fork.length, own.length, "what a fork's job could ask");
}

function eventOf(directory: string, headRepository: string): string {
  const file = join(directory, 'event.json');
  const head = {
    ref: 'feature',
    repo: { full_name: headRepository, fork: headRepository !== 'octo-org/octo-repo' },
  };
  writeFileSync(
    file,
    JSON.stringify({ number: 7, pull_request: { number: 7, head, base: { ref: 'main' } } }),
  );
  return file;
}

async function rehearsal({ act, directory }: Stranger): Promise<void> {
  const story = join(directory, 'rehearsal.jsonl');
  await act('workflow_dispatch', '--env', `REHEARSAL_STORY=${story}`);
  const events = readEvents(story).map(({ action, who, decision }) => `${action} ${who} ${decision}`);
  const subject = 'repo:octo-org/octo-repo:environment:staging';
  const expected = ['token rehearsal allowed', `AssumeRoleWithWebIdentity ${subject} allowed`];
  expectEqual(events, expected, 'what happened in the job');
  const processes = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  // act unpacks the action below its home, which is in the directory.
  const left = processes.filter((one) => one.includes(directory) && one.includes('--serve'));
  expectEqual(left, [], 'what outlives the job');
}

async function page({ page, act, directory }: Stranger, chromium: Tool): Promise<void> {
  await act('push', '--job', 'staging');
  const dom = execFileSync(
    chromium.path,
    [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--virtual-time-budget=3000', '--dump-dom'],
      ...[`--user-data-dir=${join(directory, 'browser')}`, page],
    ],
    { encoding: 'utf8', timeout: 60_000, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  for (const text of [
    'Stands for https://token.actions.githubusercontent.com',
    'job apply asked for a token for sts.amazonaws.com',
    'repo:octo-org/octo-repo:environment:staging',
    'arn:aws:sts::111122223333:assumed-role/staging/GitHubActions',
    HUB,
  ])
    expectThat(dom.includes(text), `the page does not show ${text}`);
  expectThat(!dom.includes('eyJ'), 'the page shows a token');
}

async function onStranger(
  root: string,
  act: Tool,
  verify: (stranger: Stranger) => Promise<void>,
): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'stranger-'));
  const action = makeCheckout(root, 'main');
  const repository = join(directory, 'repository');
  cpSync(join(root, 'e2e', 'stranger'), repository, { recursive: true });
  commit(repository);
  const [variables, story] = [join(directory, 'act.yml'), join(directory, 'story.jsonl')];
  const child = spawn(
    process.execPath,
    [
      ...[join(root, 'bin', 'assume-aws-role.mjs'), 'sandbox', 'infra/*', '--accounts', ACCOUNTS],
      ...['--role', `${HUB}=infra/hub.yml#Hub`],
      ...['--act-env', variables, '--json', story],
    ],
    { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const [, page = ''] = /^ {2}page {2}(\S+)$/m.exec(await untilReady(child)) ?? [];
    const runAct = async (...args: readonly string[]): Promise<readonly JsonObject[]> => {
      const { timedOut, stderr } = await runChild({
        command: act.path,
        args: [
          ...[
            ...args,
            '--env-file',
            variables,
            '--platform',
            'ubuntu-latest=-self-hosted',
            '--actor',
            'octocat',
          ],
          ...['--local-repository', `octo-org/assume-aws-role@v1=${action.directory}`, '--no-cache-server'],
          ...['--action-cache-path', join(directory, 'cache')],
        ],
        cwd: repository,
        env: actEnvironment(directory),
        timeoutMs: 120_000,
        measureMemory: false,
        onLine: () => {},
      });
      if (timedOut) throw new Error(`act did not end: ${stderr}`);
      return existsSync(story) ? readEvents(story) : [];
    };
    await verify({ directory, page, act: runAct });
  } finally {
    child.kill('SIGINT');
    action.remove();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function untilReady(child: ChildProcess): Promise<string> {
  let said = '';
  child.stdout?.on('data', (chunk) => {
    said += String(chunk);
  });
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(50))
    if (said.includes('act --env-file')) return said;
  throw new Error(`the sandbox is not ready: ${said}`);
}

function readEvents(file: string): readonly JsonObject[] {
  const lines = readFileSync(file, 'utf8').match(/.+/g) ?? [];
  return lines.map((line): unknown => JSON.parse(line)).filter(isObject);
}

function commit(directory: string): void {
  const git = (...args: readonly string[]): void => {
    execFileSync(
      'git',
      ['-C', directory, '-c', 'user.name=octocat', '-c', 'user.email=octocat@example.com', ...args],
      {
        stdio: ['ignore', 'ignore', 'pipe'],
        env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
      },
    );
  };
  git('init', '--quiet', '--initial-branch=main');
  git('add', '--all');
  git('commit', '--quiet', '-m', 'Checkout');
  git('remote', 'add', 'origin', 'https://github.com/octo-org/octo-repo.git');
}

function actEnvironment(directory: string): Record<string, string> {
  const [bin, home] = [join(directory, 'bin'), join(directory, 'home')];
  if (!existsSync(bin)) {
    mkdirSync(bin);
    mkdirSync(join(home, '.config', 'act'), { recursive: true });
    writeFileSync(join(home, '.config', 'act', 'actrc'), '');
    symlinkSync(process.execPath, join(bin, 'node'));
  }
  const path = `${bin}:${process.env.PATH ?? '/usr/bin:/bin'}`;
  return { PATH: path, HOME: home, DOCKER_HOST: 'unix:///nonexistent' };
}
