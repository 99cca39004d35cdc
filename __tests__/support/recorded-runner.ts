import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseCommandFile } from '../../sandbox/runner/command-files.js';
import type { WorkflowCommand } from '../../sandbox/runner/job.js';
import { Masker } from '../../sandbox/runner/masking.js';
import { StepLog } from '../../sandbox/runner/step-log.js';
import { createRunner, type Runner } from '../../src/platform/runner.js';
import { temporaryDirectory } from './files.js';

/** The texts of a step's command files. */
export interface CommandFiles {
  readonly env: string;
  readonly output: string;
  readonly state: string;
}

const VARIABLES = { env: 'GITHUB_ENV', output: 'GITHUB_OUTPUT', state: 'GITHUB_STATE' } as const;

/** The runner port on a process of which everything it writes is kept. */
export interface RecordedRunner {
  readonly runner: Runner;
  readonly env: Record<string, string | undefined>;
  /** Holds `home`, `workspace` and `files`. */
  readonly directory: string;
  exitCode(): number | string | null | undefined;
  stdout(): string;
  /** What a user would see, with step debugging on. */
  log(): readonly string[];
  commands(): readonly WorkflowCommand[];
  files(): CommandFiles;
  /** A command file's entries by name. */
  entries(kind: keyof CommandFiles): Record<string, string>;
}

/** Names as inputs, put into the variables the runner uses. */
export function inputVariables(inputs: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
  );
}

/**
 * A runner port with real command files in a new directory. `env` is used itself, so that it may be `process.env`;
 * what it says wins.
 */
export function recordedRunner(
  env: Record<string, string | undefined> = {},
  directory = temporaryDirectory(),
): RecordedRunner {
  const folder = (name: string): string => {
    const path = join(directory, name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  env['HOME'] ??= folder('home');
  env['GITHUB_WORKSPACE'] ??= folder('workspace');
  for (const [kind, variable] of Object.entries(VARIABLES)) {
    if (env[variable] !== undefined) continue;
    env[variable] = join(folder('files'), kind);
    writeFileSync(env[variable], '');
  }
  let written = '';
  const host: Parameters<typeof createRunner>[0] = {
    env,
    stdout: { write: (text) => (written += text) },
    execPath: '/opt/node 24/bin/node',
    argv: ['node', '/opt/action/dist/main/index.js'],
  };
  const runner = createRunner(host);
  const paths = Object.fromEntries(Object.entries(VARIABLES).map(([kind, name]) => [kind, env[name]]));
  const read = (kind: keyof CommandFiles): string => readFileSync(paths[kind] ?? '', 'utf8');
  const replayed = (): StepLog => {
    const log = new StepLog(new Masker(), true);
    for (const line of written.split(/\r\n|\n|\r/).slice(0, -1)) log.take(line);
    return log;
  };
  return {
    runner,
    env,
    directory,
    exitCode: () => host.exitCode,
    stdout: () => written,
    log: () => replayed().lines,
    commands: () => replayed().commands,
    files: () => ({ env: read('env'), output: read('output'), state: read('state') }),
    entries: (kind) => Object.fromEntries(parseCommandFile(read(kind))),
  };
}
