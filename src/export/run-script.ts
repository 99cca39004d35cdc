import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, rmSync, writeFileSync } from 'node:fs';
import { constants as system, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Credentials } from '../core/credentials.js';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Environment } from '../platform/runner.js';
import { type Shell, type ShellCommand, selectShell } from './shell.js';

/** A script, and whose credentials it and its children get. */
export interface ScriptRun {
  readonly script: string;
  /** As the input names it. */
  readonly shell: string | undefined;
  /** Undefined: those that are in the environment already. */
  readonly credentials: Credentials | undefined;
  readonly region: string;
  readonly env: Environment;
}

/** What the job sends to end a step: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-cancellation. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Of these, AWS's tools would take some before the keys, or put them beside keys that they do not belong to. */
const OTHER_CREDENTIALS = [
  'AWS_SESSION_TOKEN',
  'AWS_CREDENTIAL_EXPIRATION',
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
];

/**
 * Runs a script with credentials that only it and its children see.
 * @returns its exit code; 128 and the signal's number where a signal ended it
 * @throws ActionError FILE_REFUSED, INPUT_INVALID where it cannot be started
 */
export async function runScript(run: ScriptRun): Promise<number> {
  const shell = selectShell(run.shell, process.platform, (program) => isOnPath(program, run.env));
  const file = join(run.env['RUNNER_TEMP'] || tmpdir(), `${crypto.randomUUID()}${shell.extension}`);
  writeScript(file, shell, run.script);
  try {
    return await runChild(shell.command(file), scriptEnvironment(run));
  } finally {
    rmSync(file, { force: true });
  }
}

/** The job's variables without this step's own inputs and state, some of which are secret, and with the credentials. */
export function scriptEnvironment({
  credentials,
  region,
  env,
}: Pick<ScriptRun, 'credentials' | 'region' | 'env'>): Environment {
  const inherited = Object.entries(env).filter(
    ([name]) =>
      !/^(INPUT|STATE)_/i.test(name) && !(credentials && OTHER_CREDENTIALS.includes(name.toUpperCase())),
  );
  return {
    ...Object.fromEntries(inherited),
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    ...(credentials && {
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      ...(credentials.sessionToken && { AWS_SESSION_TOKEN: credentials.sessionToken }),
      ...(credentials.expiration && { AWS_CREDENTIAL_EXPIRATION: credentials.expiration.toISOString() }),
    }),
  };
}

function writeScript(file: string, shell: Shell, script: string): void {
  try {
    writeFileSync(file, `${shell.script(script)}\n`, { mode: 0o700, flag: 'wx' });
  } catch (error) {
    throw new ActionError(
      'FILE_REFUSED',
      `The script could not be written (${errnoOf(error) ?? 'unknown'}).`,
      {
        hint: 'Check that RUNNER_TEMP is a directory that this user can write to. The script was not run.',
        cause: error,
      },
    );
  }
}

function runChild({ program, args }: ShellCommand, env: Environment): Promise<number> {
  return new Promise((resolve, reject) => {
    const isCmd = program === 'cmd';
    let child: ChildProcess | undefined;
    const forward = (signal: NodeJS.Signals): void => void child?.kill(signal);
    // Before the script starts: a signal that came a moment later would otherwise end this process without it.
    for (const signal of SIGNALS) process.on(signal, forward);
    child = spawn(program, args, { env, stdio: 'inherit', windowsVerbatimArguments: isCmd });
    const done = (): void => {
      for (const signal of SIGNALS) process.off(signal, forward);
    };
    child.on('error', (error) => {
      done();
      reject(
        new ActionError(
          'INPUT_INVALID',
          `shell: ${quote(program)} could not be started (${errnoOf(error)}).`,
          {
            hint: 'Set shell to one that is installed on this runner. The script was not run.',
            cause: error,
          },
        ),
      );
    });
    child.on('close', (code, signal) => {
      done();
      resolve(code ?? 128 + (signal === null ? 0 : system.signals[signal]));
    });
  });
}

function isOnPath(program: string, env: Environment): boolean {
  const names = process.platform === 'win32' ? [`${program}.exe`, program] : [program];
  const path = Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? '';
  return path.split(delimiter).some((directory) => names.some((name) => isExecutable(join(directory, name))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
