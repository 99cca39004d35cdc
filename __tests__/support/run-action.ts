import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cloud, RecordedRequest, Run } from '../../sandbox/cloud.js';
import { run } from '../../src/action.js';
import type { Clock } from '../../src/core/clock.js';
import { type ActionError, toActionError } from '../../src/core/errors.js';
import type { Runner } from '../../src/platform/runner.js';
import { reportFailure } from '../../src/report/failure.js';
import { fakeClock } from './clock.js';
import { temporaryDirectory } from './files.js';
import { inputVariables, type RecordedRunner, recordedRunner } from './recorded-runner.js';

export interface RunOptions {
  readonly cloud: Cloud;
  /** The workflow run that the job belongs to. */
  readonly run?: Run;
  /** Variables over those of the run. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Waiting takes no time, unless said otherwise. */
  readonly clock?: Clock;
  /** Where home, workspace and command files are; a new directory unless said. */
  readonly directory?: string;
  /** What the step is started as, where it starts another program. */
  readonly program?: Runner['program'];
}

/** What one run of the action did, as seen from outside. */
export interface Outcome extends RecordedRunner {
  /** What it failed with, if it did. */
  readonly error: ActionError | undefined;
  /** Its own requests: token and STS. */
  readonly requests: readonly RecordedRequest[];
  readonly summary: string;
}

// GitHub's toolkit remembers the first path it saw, so all runs of a test file share one page.
const summaryFile = join(temporaryDirectory(), 'summary.md');

/** A run without these would read the settings of the machine it is tested on. */
const NO_METADATA = { AWS_EC2_METADATA_DISABLED: 'true' };

/**
 * Runs the action in this process against a sandbox, as main.ts does. The process's environment is the job's
 * meanwhile, since the AWS SDK and GitHub's toolkit read it by themselves.
 */
export async function runAction(
  inputs: Readonly<Record<string, string>>,
  {
    cloud,
    run: workflowRun,
    env,
    clock = fakeClock(),
    directory = temporaryDirectory(),
    program,
  }: RunOptions,
): Promise<Outcome> {
  const first = cloud.requests.length;
  const eventFile = join(temporaryDirectory(), 'event.json');
  writeFileSync(eventFile, JSON.stringify(cloud.event(workflowRun)));
  writeFileSync(summaryFile, '');
  const before = { ...process.env };
  replaceEnvironment({
    PATH: before['PATH'],
    ...NO_METADATA,
    ...cloud.environment(workflowRun),
    GITHUB_ACTION: '__step_1',
    GITHUB_EVENT_PATH: eventFile,
    GITHUB_STEP_SUMMARY: summaryFile,
    ...inputVariables({ 'aws-region': 'us-east-1', ...inputs }),
    ...env,
  });
  const recorded = recordedRunner(process.env, directory);
  let error: ActionError | undefined;
  try {
    await run({ ...recorded.runner, ...(program && { program }) }, clock);
  } catch (thrown) {
    error = toActionError(thrown);
    await reportFailure(recorded.runner, thrown);
  } finally {
    replaceEnvironment(before);
  }
  const requests = cloud.requests.slice(first).filter(({ action }) => !/^(discovery|jwks)$/.test(action));
  return { ...recorded, error, requests, summary: readFileSync(summaryFile, 'utf8') };
}

function replaceEnvironment(env: Readonly<Record<string, string | undefined>>): void {
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const [name, value] of Object.entries(env)) if (value !== undefined) process.env[name] = value;
}

/** The requests' names in order, such as `GET /token` and `AssumeRole`. */
export function actionsOf(outcome: Outcome): readonly string[] {
  return outcome.requests.map(({ action }) => action);
}

/** The parameters of the only request with this action. Throws where there is none or more. */
export function parametersOf(outcome: Outcome, action: string): Readonly<Record<string, string>> {
  const [request, ...others] = outcome.requests.filter((candidate) => candidate.action === action);
  if (request === undefined || others.length > 0)
    throw new Error(`${others.length + 1} requests of ${action}`);
  return request.params;
}
