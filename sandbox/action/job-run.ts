import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRecord } from '../../src/core/json.js';
import type { Environment } from '../../src/platform/runner.js';
import type { Run } from '../github/run.js';
import { type OwnJob, readOwnJobs } from '../workflows/own-jobs.js';

/** What the step's inputs say about the job's tokens. */
export interface JobInputs {
  readonly environment: string;
  readonly idToken: string;
  readonly legacySubject: boolean;
}

/** The run of this job as its environment, its event and its workflow file tell it. Throws an Error naming an input. */
export function jobRun(env: Environment, inputs: JobInputs): Run {
  const own = ownJobOf(env);
  const { GITHUB_REPOSITORY: repository = '', GITHUB_REF: ref = '' } = env;
  const at = (location: string): string => `${repository}/${location}@${ref}`;
  const environment = environmentOf(own, inputs.environment);
  return {
    ...factsOf(env),
    ...headOf(env.GITHUB_EVENT_PATH),
    ...(own && {
      workflow: own.started.name,
      workflowRef: env.GITHUB_WORKFLOW_REF || at(own.started.location),
      calledWorkflow: at(own.location),
    }),
    ...(environment && { environment }),
    legacySubject: inputs.legacySubject,
    idToken: mayAsk(env, own, inputs.idToken),
    claims: idsOf(env),
  };
}

const VARIABLES: readonly (readonly [keyof Run, string])[] = [
  ['repository', 'GITHUB_REPOSITORY'],
  ['ref', 'GITHUB_REF'],
  ['event', 'GITHUB_EVENT_NAME'],
  ['headRef', 'GITHUB_HEAD_REF'],
  ['baseRef', 'GITHUB_BASE_REF'],
  ['actor', 'GITHUB_ACTOR'],
  ['triggeringActor', 'GITHUB_TRIGGERING_ACTOR'],
  ['workflow', 'GITHUB_WORKFLOW'],
  ['workflowRef', 'GITHUB_WORKFLOW_REF'],
  ['job', 'GITHUB_JOB'],
  ['runId', 'GITHUB_RUN_ID'],
  ['runNumber', 'GITHUB_RUN_NUMBER'],
  ['runAttempt', 'GITHUB_RUN_ATTEMPT'],
  ['sha', 'GITHUB_SHA'],
];

function factsOf(env: Environment): Run {
  return Object.fromEntries(VARIABLES.flatMap(([field, name]) => (env[name] ? [[field, env[name]]] : [])));
}

const IDS = {
  repository_id: 'GITHUB_REPOSITORY_ID',
  repository_owner_id: 'GITHUB_REPOSITORY_OWNER_ID',
  actor_id: 'GITHUB_ACTOR_ID',
} as const;

function idsOf(env: Environment): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(IDS).flatMap(([claim, name]) => (env[name] ? [[claim, env[name]]] : [])),
  );
}

/** The repository that a pull request comes from. */
function headOf(eventPath: string | undefined): Run {
  try {
    const event: unknown = JSON.parse(readFileSync(eventPath ?? '', 'utf8'));
    const head = memberOf(memberOf(memberOf(event, 'pull_request'), 'head'), 'repo');
    const name = memberOf(head, 'full_name');
    return typeof name === 'string' ? { headRepository: name } : {};
  } catch {
    return {}; // An event without a payload, as act has it unless it is given one.
  }
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

/** The job in the workflow files of the checkout; undefined where there is none. */
function ownJobOf({
  GITHUB_WORKSPACE: workspace = '',
  GITHUB_WORKFLOW,
  GITHUB_JOB,
}: Environment): OwnJob | undefined {
  try {
    const folder = join(workspace, '.github', 'workflows');
    const files = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    const { jobs } = readOwnJobs(
      files.sort().map((name) => `.github/workflows/${name}`),
      workspace,
    );
    const own = jobs.filter(({ job }) => job === GITHUB_JOB);
    // GitHub names the workflow that was started, act the one that the job stands in.
    return (
      own.find(({ workflowName }) => workflowName === GITHUB_WORKFLOW) ??
      own.find(({ started }) => started.name === GITHUB_WORKFLOW)
    );
  } catch {
    return undefined; // Nothing was checked out.
  }
}

function environmentOf(own: OwnJob | undefined, given: string): string | undefined {
  if (given !== '' || own?.environment === undefined) return given;
  if (!own.environment.includes('${{')) return own.environment;
  throw new Error(
    `environment: the job ${own.job} names its environment by an expression, which a step cannot evaluate; allowed: the same expression here, environment: ${own.environment}`,
  );
}

/**
 * act gives a job what it asks for, so the workflow file decides. On GitHub, a job with the permission would be given
 * GitHub's own tokens instead of the sandbox's (step.ts), so there it cannot decide.
 */
function mayAsk({ ACT }: Environment, own: OwnJob | undefined, given: string): boolean {
  if (!['', 'write', 'none'].includes(given))
    throw new Error(`id-token: got ${JSON.stringify(given)}; allowed: write or none`);
  if (given !== '') return given === 'write';
  return ACT === 'true' ? own?.whyNoToken === undefined : true;
}
