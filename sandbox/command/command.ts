import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { oneLine } from '../../src/core/text.js';
import { type OwnSandbox, startOwnSandbox } from '../own-sandbox.js';
import { eventLines } from '../story/story-text.js';
import { actJobs } from '../workflows/act-environment.js';
import { overridden, readOverrides } from '../workflows/overrides.js';
import { readOwnJobs } from '../workflows/own-jobs.js';
import { type CommandOptions, readCommandLine, USAGE } from './options.js';

/** Where the command speaks, and how it ends. */
export interface Terminal {
  print(line: string): void;
  printError(line: string): void;
  /** Resolves when the user wants it to end. */
  readonly interrupted: Promise<void>;
}

/** The sandbox for a terminal. Returns the exit code: 0, or 2 for misuse. */
export async function runCommand(
  args: readonly string[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  const temp = mkdtempSync(join(tmpdir(), 'sandbox-'));
  let sandbox: OwnSandbox | undefined;
  try {
    const options = readCommandLine(args);
    if (options === undefined) {
      terminal.print(USAGE);
      return 0;
    }
    const jobs = readJobs(options, directory);
    sandbox = await startOwnSandbox({ ...options, directory });
    const file = options.actEnv ?? join(temp, 'act.yml');
    writeActFile(file, sandbox, jobs, options);
    follow(sandbox, options, terminal);
    for (const line of banner(sandbox, jobs, file)) terminal.print(line);
    await terminal.interrupted;
    return 0;
  } catch (error) {
    terminal.printError(oneLine(error instanceof Error ? error.message : String(error), 2000));
    return 2;
  } finally {
    await sandbox?.close();
    rmSync(temp, { recursive: true, force: true });
  }
}

type Jobs = ReturnType<typeof readOwnJobs>;

function readJobs({ workflows }: CommandOptions, directory: string): Jobs {
  const folder = join(directory, '.github', 'workflows');
  const own = existsSync(folder) ? readdirSync(folder).filter((name) => /\.ya?ml$/.test(name)) : [];
  return readOwnJobs(workflows ?? own.sort().map((name) => `.github/workflows/${name}`), directory);
}

function writeActFile(file: string, { cloud }: OwnSandbox, jobs: Jobs, options: CommandOptions): void {
  const act = actJobs(jobs);
  const overrides = readOverrides(options.claims);
  const url = cloud.registerSpeaking((bearer) => {
    const run = act.read(bearer);
    return run && overridden({ ...run, legacySubject: options.legacySubject }, overrides);
  });
  const variables = {
    ...act.variables(url),
    AWS_ENDPOINT_URL_STS: cloud.stsUrl,
    AWS_ENDPOINT_URL_COGNITO_IDENTITY: cloud.cognitoUrl,
  };
  // JSON is YAML, which act reads from a file of that name. The bearer is in it.
  writeFileSync(file, `${JSON.stringify(variables, undefined, 2)}\n`, { mode: 0o600 });
}

function follow({ story }: OwnSandbox, { json }: CommandOptions, { print }: Terminal): void {
  // Before the first event, so that a file that cannot be written is an error and no answer is lost for it.
  if (json !== undefined) appendFileSync(json, '');
  story.onEvent((event) => {
    for (const line of eventLines(event)) print(line);
    if (json !== undefined) appendFileSync(json, `${JSON.stringify(event)}\n`);
  });
}

function banner({ roles, page, remarks }: OwnSandbox, jobs: Jobs, file: string): readonly string[] {
  const may = jobs.jobs.filter(({ whyNoToken }) => whyNoToken === undefined);
  return [
    'The sandbox stands for https://token.actions.githubusercontent.com and for STS on this machine, until Ctrl-C.',
    '',
    ...roles.map(({ arn, source }) => `  role  ${arn}  (${source})`),
    ...may.map(({ job, location, started }) => {
      const by = location === started.location ? '' : `, called by ${started.location}`;
      return `  job   ${job}  (${location}${by})`;
    }),
    ...[...jobs.problems, ...remarks].map((one) => `  note  ${one}`),
    `  page  ${page}/`,
    '',
    'Run your workflow in another terminal:',
    `  act --env-file ${file} -P ubuntu-latest=-self-hosted`,
    '',
  ].map((line) => oneLine(line, 1000));
}
