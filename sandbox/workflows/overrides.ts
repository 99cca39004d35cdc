import { quote } from '../../src/core/text.js';
import type { Run } from '../github/run.js';

/** What a job's tokens say instead of what the sandbox would make them say. */
export interface Override {
  /** Undefined for all jobs. */
  readonly job: string | undefined;
  readonly claim: string;
  readonly value: string;
}

/** Claims that others follow from, above all the subject, by the field of a run. */
const FIELDS = new Map<string, keyof Run>([
  ['actor', 'actor'],
  ['base_ref', 'baseRef'],
  ['environment', 'environment'],
  ['event_name', 'event'],
  ['head_ref', 'headRef'],
  ['job_workflow_ref', 'calledWorkflow'],
  ['ref', 'ref'],
  ['repository', 'repository'],
  ['run_attempt', 'runAttempt'],
  ['run_id', 'runId'],
  ['run_number', 'runNumber'],
  ['sha', 'sha'],
  ['workflow', 'workflow'],
  ['workflow_ref', 'workflowRef'],
]);

/** Reads `NAME=VALUE` and, for a terminal, `JOB:NAME=VALUE`. Throws an Error that says what is allowed. */
export function readOverrides(lines: readonly string[]): readonly Override[] {
  return lines.map((line) => {
    const [, job, claim = '', value = ''] = /^(?:([A-Za-z_][\w-]*):)?([a-z][a-z_]*)=(.*)$/s.exec(line) ?? [];
    if (claim === '')
      throw new Error(
        `claims: got ${quote(line)}; allowed: NAME=VALUE or JOB:NAME=VALUE, with the name of a claim`,
      );
    return { job, claim, value };
  });
}

/** The run with the overrides for its job; an empty value takes a claim away. */
export function overridden(run: Run, overrides: readonly Override[]): Run {
  const own = overrides.filter(({ job }) => job === undefined || job === run.job);
  const fields = own.flatMap(({ claim, value }) => {
    const field = FIELDS.get(claim);
    return field === undefined ? [] : [[field, value === '' ? undefined : value] as const];
  });
  const claims = own
    .filter(({ claim }) => !FIELDS.has(claim))
    .map(({ claim, value }) => [claim, value === '' ? undefined : value] as const);
  return { ...run, ...Object.fromEntries(fields), claims: { ...run.claims, ...Object.fromEntries(claims) } };
}
