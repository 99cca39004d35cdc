import { objectAt, optionalIntegerAt, optionalObjectAt, textAt } from '../core/json.js';
import type { Run } from '../github/run.js';

const TEXTS = [
  'repository',
  'ref',
  'event',
  'environment',
  'headRef',
  'baseRef',
  'headRepository',
  'actor',
  'triggeringActor',
  'workflow',
  'workflowRef',
  'job',
  'runId',
  'runNumber',
  'runAttempt',
  'sha',
  'calledWorkflow',
] as const;
const FLAGS = ['legacySubject', 'idToken'] as const;
const OTHERS = ['tokenLifetimeSeconds', 'claims'];

/** Reads a run that another process sent. Throws an Error naming what is wrong, unknown names included. */
export function parseRun(value: unknown): Run {
  const run = objectAt(value, 'run');
  const known: readonly string[] = [...TEXTS, ...FLAGS, ...OTHERS];
  const unknown = Object.keys(run).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`run.${unknown} is not known`);
  const texts: { -readonly [Name in (typeof TEXTS)[number]]?: string } = {};
  for (const name of TEXTS) if (run[name] !== undefined) texts[name] = textAt(run[name], `run.${name}`);
  const flags: { -readonly [Name in (typeof FLAGS)[number]]?: boolean } = {};
  for (const name of FLAGS) {
    const flag = run[name];
    if (flag === undefined) continue;
    if (typeof flag !== 'boolean') throw new Error(`run.${name} must be true or false`);
    flags[name] = flag;
  }
  const lifetime = optionalIntegerAt(run.tokenLifetimeSeconds, 'run.tokenLifetimeSeconds');
  return {
    ...texts,
    ...flags,
    ...(lifetime === undefined ? {} : { tokenLifetimeSeconds: lifetime }),
    claims: optionalObjectAt(run.claims, 'run.claims'),
  };
}
