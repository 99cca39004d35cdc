import { mkdtempSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ActionError } from '../../src/core/errors.js';
import { runnerProcess, startInBackground } from '../../src/platform/background.js';
import type { Environment, Runner } from '../../src/platform/runner.js';
import { failWith } from '../../src/report/failure-text.js';
import { listOf, readSubjectTemplate } from '../command/options.js';
import { isObject, type JsonObject, objectAt, optionalObjectAt, textAt } from '../core/json.js';
import { type Run, resolveRun } from '../github/run.js';
import { overridden, readOverrides } from '../workflows/overrides.js';
import { OPTIONS_VARIABLE } from './background.js';
import { jobRun } from './job-run.js';

const MAX_START_MS = 30_000;
const MAX_END_MS = 5_000;

/** Starts the sandbox and tells later steps where it is. Returns the exit code. */
export async function runStep(runner: Runner): Promise<number> {
  // Also where this fails: the same program is the post, and must not start anything then.
  runner.saveState('isPost', 'true');
  try {
    refuseGithubsOwn(runner.env);
    const run = readRun(runner);
    const story = join(mkdtempSync(join(runner.env.RUNNER_TEMP || tmpdir(), 'sandbox-')), 'story.jsonl');
    const started = startSandbox(runner, run, story);
    announce(runner, started, run, story);
    return 0;
  } catch (thrown) {
    failWith(runner, thrown);
    return 1;
  }
}

/** The runner gives every action GitHub's own address over anything else that sets the variable. */
function refuseGithubsOwn({ ACTIONS_ID_TOKEN_REQUEST_URL: url = '' }: Environment): void {
  if (url === '' || /^http:\/\/127\.0\.0\.1[:/]/.test(url)) return;
  throw new ActionError(
    'INPUT_INVALID',
    "The job has permissions: id-token: write, so its steps would get GitHub's tokens and not the sandbox's.",
    { hint: 'Remove the permission from this job. The sandbox gives tokens without it.' },
  );
}

function readRun(runner: Runner): Run {
  return inputs(() => {
    const run = jobRun(runner.env, {
      environment: runner.input('environment'),
      idToken: runner.input('id-token'),
      legacySubject: readSubjectTemplate(runner.input('subject-template')),
    });
    return overridden(run, readOverrides(linesOf(runner.input('claims'))));
  });
}

function inputs<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ActionError('INPUT_INVALID', `${error instanceof Error ? error.message : String(error)}.`);
  }
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function startSandbox(runner: Runner, run: Run, story: string): JsonObject {
  const options = {
    policies: listOf(runner.input('policies')),
    roles: linesOf(runner.input('roles')),
    accounts: listOf(runner.input('accounts')),
    directory: runner.env.GITHUB_WORKSPACE || '.',
    run,
    story,
    runner: runnerProcess(),
  };
  const { node, script } = runner.program;
  const inherited = Object.entries(runner.env).filter(([name]) => !/^(INPUT|STATE)_/i.test(name));
  const env = { ...Object.fromEntries(inherited), [OPTIONS_VARIABLE]: JSON.stringify(options) };
  const started = startInBackground(node, [script, '--start'], env, MAX_START_MS);
  if (started.stdout !== '') return objectAt(JSON.parse(started.stdout), 'the answer of the sandbox');
  const isMissing = /^no file matches | cannot be read$/.test(started.why);
  throw new ActionError('INPUT_INVALID', `The sandbox did not start: ${started.why}.`, {
    ...(isMissing && { hint: 'Was the repository checked out before this step (actions/checkout)?' }),
  });
}

function announce(runner: Runner, started: JsonObject, run: Run, story: string): void {
  const page = textAt(started.page, 'page');
  const variables = Object.entries(optionalObjectAt(started.variables, 'variables')).map(
    ([name, value]) => [name, String(value)] as const,
  );
  runner.saveState('sandbox', JSON.stringify({ pid: started.pid, page, story }));
  for (const [name, value] of variables) if (name.endsWith('_TOKEN')) runner.mask(value);
  runner.exportVariables(new Map(variables));
  runner.setOutputs(
    new Map([
      ['page', page],
      ['story', story],
    ]),
  );
  const roles: readonly unknown[] = Array.isArray(started.roles) ? started.roles : [];
  for (const role of roles) if (isObject(role)) runner.info(`role  ${role.arn}  (${role.source})`);
  for (const remark of Array.isArray(started.remarks) ? started.remarks : []) runner.info(`note  ${remark}`);
  runner.info(`page  ${page}/`);
  const may = resolveRun(run).mayRequestToken;
  runner.info(
    may
      ? 'Later steps of this job get their tokens and sessions from the sandbox.'
      : 'This job gets no token, as on GitHub: it has no permission id-token: write, or is of a fork or of Dependabot.',
  );
}

/** Ends the sandbox, and shows what happened in it. */
export async function runPost(runner: Runner): Promise<number> {
  const state = runner.state('sandbox');
  if (state === '') return 0;
  try {
    const { pid, page, story } = objectAt(JSON.parse(state), 'state');
    await endProcess(Number(pid), textAt(page, 'page'));
    for (const line of readFileSync(`${textAt(story, 'story')}.txt`, 'utf8').split('\n')) runner.info(line);
    return 0;
  } catch (thrown) {
    failWith(runner, thrown);
    return 1;
  }
}

/** An id may be somebody else's by now: the process counts as the sandbox as long as its port is served. */
async function endProcess(pid: number, page: string): Promise<void> {
  const port = Number(new URL(page).port);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!(await accepts(port))) return;
    kill(pid, signal);
    for (const end = performance.now() + MAX_END_MS; performance.now() < end; await sleep(50))
      if (!(await accepts(port))) return;
  }
}

function kill(pid: number, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    if (pid > 1) process.kill(pid, signal);
  } catch {
    // It has ended in this very moment.
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', done(true)).once('error', done(false));
  });
}
