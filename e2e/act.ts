import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { AccountsFile, Cloud, RecordedRequest, Run } from '../sandbox/cloud.js';
import { startCloud } from '../sandbox/cloud.js';
import { runChild } from '../sandbox/runner/child.js';
import { makeCheckout } from './checkout.js';
import { slugOf } from './repository.js';
import type { Tool } from './tools.js';

/** One line of act's JSON log; which fields there are depends on the line. */
export interface ActEntry {
  readonly msg: string;
  readonly stage: string | undefined;
  readonly step: string | undefined;
  readonly stepResult: string | undefined;
  /** True for what a step itself wrote. */
  readonly isOutput: boolean;
  readonly command: string | undefined;
  readonly name: string | undefined;
  /** The value a command carried, in clear. */
  readonly arg: string | undefined;
}

/** A workflow run, as seen from outside. */
export interface ActRun {
  readonly exitCode: number;
  readonly entries: readonly ActEntry[];
  /** What the sandbox was asked, without STS's own visits to the issuer. */
  readonly requests: readonly RecordedRequest[];
}

/** What a workflow runs in. */
export interface ActOptions {
  readonly run?: Run;
  readonly accounts?: AccountsFile;
  /** A sandbox that goes on after the run; the AWS CLI takes it for AWS without being told. */
  readonly cloud?: Cloud;
  /** The folder of the workflow; e2e/workflows unless said. */
  readonly folder?: string;
  /** The inputs of workflow_dispatch. */
  readonly inputs?: Readonly<Record<string, string>>;
}

const TIMEOUT_MS = 120_000;

/** Runs one of e2e/workflows on this machine (act's host mode) from a branch, against a new sandbox. */
export async function runWorkflow(
  root: string,
  tools: { readonly act: Tool; readonly aws: Tool },
  workflow: string,
  branch = 'main',
  options: ActOptions = {},
): Promise<ActRun> {
  const ofBranch = options.run?.event === 'pull_request' ? {} : { ref: `refs/heads/${branch}` };
  const run: Run = { ...ofBranch, workflow, ...options.run };
  const cloud =
    options.cloud ?? (await startCloud(options.accounts === undefined ? {} : { accounts: options.accounts }));
  const before = cloud.requests.length;
  const checkout = makeCheckout(root, branch);
  const directory = mkdtempSync(join(tmpdir(), 'act-'));
  try {
    const event = { ...cloud.event(run), ...(options.inputs && { inputs: options.inputs }) };
    writeFileSync(join(directory, 'event.json'), JSON.stringify(event));
    // In a file and not in the arguments: the request token is a secret.
    writeFileSync(join(directory, 'job.env'), jobEnvironment(cloud.environment(run)), { mode: 0o600 });
    const child = await runChild({
      command: tools.act.path,
      args: actArguments(
        checkout.directory,
        directory,
        join(options.folder ?? join('e2e', 'workflows'), `${workflow}.yml`),
        run.event ?? 'push',
      ),
      cwd: checkout.directory,
      env: actEnvironment(directory, tools.aws, options.cloud?.awsUrl),
      timeoutMs: TIMEOUT_MS,
      measureMemory: false,
      onLine: () => {},
    });
    if (child.timedOut) throw new Error(`act did not end within ${TIMEOUT_MS / 1000} s`);
    const entries = child.stdout.split('\n').flatMap(parseEntry);
    if (entries.length === 0) throw new Error(`act said: ${child.stderr.trim()}`);
    const asked = cloud.requests
      .slice(before)
      .filter(({ action }) => action !== 'discovery' && action !== 'jwks');
    return { exitCode: child.exitCode, entries, requests: asked };
  } finally {
    checkout.remove();
    rmSync(directory, { recursive: true, force: true });
    if (options.cloud === undefined) await cloud.close();
  }
}

function actArguments(
  checkout: string,
  directory: string,
  workflow: string,
  event: string,
): readonly string[] {
  // As users write it, and as its owner's name is here.
  const published = ['octo-org/assume-aws-role', slugOf(checkout)].map((slug) => `${slug}@v1=${checkout}`);
  // act wants every action, also of a step whose condition does not hold.
  const deploy = readFileSync(join(checkout, '.github', 'workflows', 'deploy.yml'), 'utf8');
  const [artifact = ''] = /actions\/download-artifact@\w+/.exec(deploy) ?? [];
  const unused = `${artifact}=${join(checkout, 'e2e', 'composite')}`;
  return [
    event,
    ...['--workflows', join(checkout, workflow)],
    ...['--platform', 'ubuntu-latest=-self-hosted'],
    ...[...published, unused].flatMap((one) => ['--local-repository', one]),
    ...['--eventpath', join(directory, 'event.json')],
    ...['--env-file', join(directory, 'job.env')],
    ...['--action-cache-path', join(directory, 'cache')],
    ...['--actor', 'octocat', '--no-cache-server', '--json'],
  ];
}

/** What act does not set itself: GitHub's token request, and where STS is. */
function jobEnvironment(env: Readonly<Record<string, string>>): string {
  const wanted = Object.entries(env).filter(([name]) => /^(ACTIONS_ID_TOKEN_|AWS_)/.test(name));
  // The AWS CLI shows its output in a pager unless told not to.
  return [...wanted, ['AWS_PAGER', '']].map(([name, value]) => `${name}='${value}'\n`).join('');
}

function actEnvironment(directory: string, aws: Tool, endpoint: string | undefined): Record<string, string> {
  const bin = join(directory, 'bin');
  const home = join(directory, 'home');
  mkdirSync(bin);
  mkdirSync(join(home, '.config', 'act'), { recursive: true });
  chmodSync(home, 0o700);
  symlinkSync(process.execPath, join(bin, 'node'));
  if (endpoint !== undefined) {
    // Not every version of the AWS CLI reads AWS_ENDPOINT_URL.
    const path = process.env.PATH ?? '/usr/bin:/bin';
    const script = `#!/bin/sh\nPATH='${path}' exec ${aws.path} --endpoint-url ${endpoint} "$@"\n`;
    writeFileSync(join(bin, 'aws'), script, { mode: 0o700 });
  } else if (isAbsolute(aws.path)) symlinkSync(aws.path, join(bin, 'aws'));
  // Without a settings file act asks which image to use, although none is.
  writeFileSync(join(home, '.config', 'act', 'actrc'), '');
  return {
    PATH: `${bin}:${process.env.PATH ?? '/usr/bin:/bin'}`,
    HOME: home,
    // Host mode needs no Docker, and must not find one.
    DOCKER_HOST: 'unix:///nonexistent',
  };
}

function parseEntry(line: string): readonly ActEntry[] {
  if (!line.startsWith('{')) return [];
  const entry: unknown = JSON.parse(line);
  if (typeof entry !== 'object' || entry === null) return [];
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(entry, name);
    return typeof value === 'string' ? value : undefined;
  };
  return [
    {
      msg: text('msg') ?? '',
      stage: text('stage'),
      step: text('step'),
      stepResult: text('stepResult'),
      isOutput: Reflect.get(entry, 'raw_output') === true,
      command: text('command'),
      name: text('name'),
      arg: text('arg'),
    },
  ];
}
