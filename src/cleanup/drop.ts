import { ActionError } from '../core/errors.js';
import { formatList, quote } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import { type JobRecord, loadJobRecords, replaceJobRecord } from './job-records.js';
import { inheritFiles } from './made-files.js';
import { undo } from './undo.js';

/**
 * Takes back what earlier steps of this action did in the job: all of them, or those that wrote one profile.
 * @throws ActionError INPUT_INVALID for a profile that none of them wrote, FILE_REFUSED where something stays
 */
export async function dropCredentials(runner: Runner): Promise<void> {
  const records = loadJobRecords(runner);
  const profile = runner.input('aws-profile');
  const chosen = profile === '' ? records : records.filter((record) => profilesOf(record).includes(profile));
  if (profile !== '' && chosen.length === 0) throw unknownProfile(profile, records);
  const staying = records.filter((record) => !chosen.includes(record));
  const steps = chosen
    .toReversed()
    .flatMap((record) => record.steps.filter((step) => step.kind !== 'environment'));
  const inherited = inheritVariables(chosen, staying);
  const before = Object.fromEntries(inherited.get(undefined) ?? []);
  const isWhole = await undo(runner, [{ kind: 'environment', before }, ...steps]);
  if (!isWhole) {
    throw new ActionError(
      'FILE_REFUSED',
      'Some of the credentials are still there: see the warnings above.',
      {
        hint: 'Do not run steps in this job that must not have them.',
      },
    );
  }
  for (const heir of staying) {
    const values = inherited.get(heir);
    const changed = inheritFiles(values === undefined ? heir : withVariables(heir, values), chosen);
    if (changed !== heir) replaceJobRecord(changed);
  }
  await undo(
    runner,
    chosen.map(({ file }) => ({ kind: 'record', file })),
  );
  runner.info(
    chosen.length === 0
      ? 'No earlier step of this job left credentials.'
      : `Took back the credentials of ${chosen.length === 1 ? 'one step' : `${chosen.length} steps`}.`,
  );
}

/** A step's variables as they were, by the record that is to hold them; those of no record are the job's from now on. */
type Inheritance = ReadonlyMap<JobRecord | undefined, Map<string, string>>;

/**
 * Each variable as it was before the chosen steps. Where a later step that stays has set it since, that step's record
 * gets the value instead: what it found was left by a step that is gone.
 */
function inheritVariables(chosen: readonly JobRecord[], staying: readonly JobRecord[]): Inheritance {
  const inherited = new Map<JobRecord | undefined, Map<string, string>>([[undefined, new Map()]]);
  for (const record of chosen) {
    for (const [name, value] of variablesOf(record)) {
      const heir = staying.findLast(
        (later) => later.file > record.file && variablesOf(later).some(([other]) => other === name),
      );
      const values = inherited.get(heir) ?? new Map<string, string>();
      inherited.set(heir, values.set(name, value));
    }
  }
  return inherited;
}

function variablesOf({ steps }: JobRecord): readonly (readonly [string, string])[] {
  return steps.flatMap((step) => (step.kind === 'environment' ? Object.entries(step.before) : []));
}

function withVariables({ file, steps }: JobRecord, values: ReadonlyMap<string, string>): JobRecord {
  const changed = steps.map((step) =>
    step.kind === 'environment'
      ? { ...step, before: { ...step.before, ...Object.fromEntries(values) } }
      : step,
  );
  return { file, steps: changed };
}

function profilesOf({ steps }: JobRecord): readonly string[] {
  const sections = steps.flatMap((step) => (step.kind === 'section' ? [step.section] : []));
  return [...new Set(sections.map((section) => section.replace(/^profile /, '')))];
}

function unknownProfile(profile: string, records: readonly JobRecord[]): ActionError {
  const names = [...new Set(records.flatMap(profilesOf))].map((name) => quote(name));
  return new ActionError(
    'INPUT_INVALID',
    `aws-profile: no earlier step of this job wrote the profile ${quote(profile)}.`,
    {
      hint: `${names.length === 0 ? 'None wrote a profile.' : `Written were ${formatList(names)}.`} Nothing was changed.`,
    },
  );
}
