import { randomBytes } from 'node:crypto';
import type { Run } from '../github/run.js';
import type { OwnJob, OwnJobs } from './own-jobs.js';

/*
 * act gives the same variables to every job, and evaluates the expressions in them for each. So the bearer says what
 * GitHub would know of the job that asks: each part below is an expression that act fills in.
 */

/** The separator cannot occur in a ref, a name of GitHub's or a SHA; the environment comes last. */
const SEPARATOR = '^';

/** What a job's bearer says, in this order, after the secret and the job's number. */
const FACTS = {
  event: 'github.event_name',
  ref: 'github.ref',
  sha: 'github.sha',
  actor: 'github.actor',
  headRef: 'github.head_ref',
  baseRef: 'github.base_ref',
  runId: 'github.run_id',
  runNumber: 'github.run_number',
  runAttempt: 'github.run_attempt',
  repository: 'github.repository',
  job: 'github.job',
} as const;

/** Pull requests from forks get no token. Without a payload, the repository is the job's own. */
const OF_FORK =
  "github.event_name == 'pull_request' && github.event.pull_request.head.repo.full_name && github.event.pull_request.head.repo.full_name != github.repository";
const OF_DEPENDABOT = "github.actor == 'dependabot[bot]'";

/** The variables for act's jobs, and how to read the bearer that a job then has. */
export interface ActJobs {
  /** For a file of act's `--env-file`. */
  variables(url: string): Readonly<Record<string, string>>;
  /** The run that a bearer speaks of; undefined where it is not one of these. */
  read(bearer: string): Run | undefined;
}

export function actJobs(own: OwnJobs, secret = randomBytes(24).toString('base64url')): ActJobs {
  const tokens = [...own.jobs, ...own.elsewhere.slice(0, 1)].filter((one) => one.whyNoToken === undefined);
  const mayAsk = `!(${OF_FORK}) && !(${OF_DEPENDABOT})`;
  return {
    variables(url) {
      const isKnown = own.jobs.map(isJob).join(' || ') || 'false';
      // Jobs of a workflow in another repository are known by their being in none of these.
      const condition = (job: OwnJob): string => (own.jobs.includes(job) ? isJob(job) : `!(${isKnown})`);
      const bearers = tokens.map((job, number) => `(${condition(job)}) && ${bearer(secret, number, job)}`);
      const some = tokens.map((job) => `(${condition(job)})`).join(' || ') || 'false';
      return {
        ACTIONS_ID_TOKEN_REQUEST_URL: `\${{ ${mayAsk} && (${some}) && ${literal(url)} || '' }}`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: `\${{ ${mayAsk} && (${bearers.join(' || ') || "''"}) || '' }}`,
      };
    },
    read(text) {
      const [given, number = '', ...rest] = text.split(SEPARATOR);
      const job = /^\d+$/.test(number) ? tokens[Number(number)] : undefined;
      if (given !== secret || job === undefined) return undefined;
      const names = Object.keys(FACTS);
      const facts = names.map((name, index) => [name, rest[index] ?? ''] as const);
      return runOf(job, Object.fromEntries(facts), rest.slice(names.length).join(SEPARATOR));
    },
  };
}

function isJob({ workflowName, job }: OwnJob): string {
  return `github.workflow == ${literal(workflowName)} && github.job == ${literal(job)}`;
}

function bearer(secret: string, number: number, { environment }: OwnJob): string {
  const facts = Object.values(FACTS);
  const { pattern, expressions } = formatOf(environment ?? '', facts.length);
  const all = [secret, number, ...facts.map((_, index) => `{${index}}`), pattern].join(SEPARATOR);
  return `format(${[literal(all), ...facts, ...expressions].join(', ')})`;
}

/** `a-${{ b }}` as a pattern of `format`, with the number of its first expression. */
function formatOf(text: string, first: number): { pattern: string; expressions: readonly string[] } {
  const parts = text.split(/\$\{\{(.*?)\}\}/s);
  const expressions = parts.filter((_, index) => index % 2 === 1).map((one) => `(${one.trim()})`);
  const pattern = parts
    .map((part, index) =>
      index % 2 === 1 ? `{${first + (index - 1) / 2}}` : part.replaceAll('{', '{{').replaceAll('}', '}}'),
    )
    .join('');
  return { pattern, expressions };
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

function runOf(job: OwnJob, facts: Readonly<Record<string, string>>, environment: string): Run {
  const filled = Object.fromEntries(Object.entries(facts).filter(([, text]) => text !== ''));
  const { repository = '', ref = '' } = facts;
  const at = (location: string): string => `${repository}/${location}@${ref}`;
  const called = job.location.includes('@') ? withWholeRef(job.location) : at(job.location);
  return {
    ...filled,
    ...(environment === '' ? {} : { environment }),
    workflow: job.started.name,
    workflowRef: at(job.started.location),
    calledWorkflow: called,
  };
}

/** GitHub gives the ref in full; whether a short one is a tag or a branch is guessed by its look. */
function withWholeRef(uses: string): string {
  const [file = '', ref = ''] = uses.split('@');
  if (/^(refs\/|[0-9a-f]{40}$)/.test(ref)) return uses;
  return `${file}@refs/${/^v?\d/.test(ref) ? 'tags' : 'heads'}/${ref}`;
}
