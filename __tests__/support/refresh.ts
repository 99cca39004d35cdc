import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Job } from '../../sandbox/runner/job.js';
import { ACTION, NODE } from './bundle.js';

/** Where the bundled helper is. */
export const HELPER = join(ACTION, 'dist', 'credential-process', 'index.js');

/** What an AWS tool gets from a `credential_process`. */
export interface Helped {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

/** The state file that a job's step with `refresh-credentials` made. */
export function stateFile(job: Job, temp = job.directories.temp): string {
  const [directory, ...others] = readdirSync(temp).filter((name) => name.startsWith('assume-aws-role-'));
  if (directory === undefined || others.length > 0) throw new Error(`${others.length} other states`);
  return join(temp, directory, 'state.json');
}

/** Asks the helper as an AWS tool does that runs in a later step of the job; `env` over the step's own. */
export function ask(
  job: Job,
  env: Readonly<Record<string, string | undefined>> = {},
  state = stateFile(job),
  helper = HELPER,
): Promise<Helped> {
  const start = performance.now();
  const child = spawn(NODE, [helper, state], {
    env: { ...job.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  return new Promise((resolve) => {
    child.once('close', (code) =>
      resolve({ exitCode: code ?? -1, ...said, durationMs: performance.now() - start }),
    );
  });
}

/** The credentials in an answer. Throws where it is none. */
export function credentialsIn({ stdout, stderr }: Helped): Readonly<Record<string, unknown>> {
  if (stderr !== '') throw new Error(stderr);
  return JSON.parse(stdout);
}

/** The state as an object. */
export function readStateOf(
  job: Job,
  file = stateFile(job),
): { session: Record<string, string> } & Record<string, unknown> {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Makes the session one of an hour that ends in so many seconds: a session that is over, for a negative number. */
export function endsIn(job: Job, seconds: number, file = stateFile(job)): void {
  const state = readStateOf(job, file);
  const fromNow = (plus: number): string => new Date(Date.now() + plus * 1000).toISOString();
  const times = { Obtained: fromNow(seconds - 3600), Expiration: fromNow(seconds) };
  writeFileSync(file, JSON.stringify({ ...state, session: { ...state.session, ...times } }));
}
