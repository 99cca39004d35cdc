import { recordStep, writeJobRecord } from '../cleanup/job-record.js';
import { saveUndoRecord } from '../cleanup/save-record.js';
import type { Clock } from '../core/clock.js';
import type { Credentials } from '../core/credentials.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Runner } from '../platform/runner.js';
import { environmentSink } from './environment.js';
import { checkExportable } from './exportable.js';
import { outputsSink } from './outputs.js';
import type { Profile } from './profile.js';
import { type Sink, writeAll } from './sink.js';

/** The inputs that say where the credentials go. */
type SinkInputs = ProfileInputs &
  Pick<
    Inputs,
    'run' | 'aws-region' | 'output-credentials' | 'output-env-credentials' | 'unset-current-credentials'
  >;
type ProfileInputs = Pick<Inputs, 'aws-profile' | 'overwrite-aws-profile' | 'refresh-credentials'>;

/** What tools get instead of credentials: a way to new ones, and the variables that lead there. */
export interface Renewed {
  readonly sinks: readonly Sink[];
  readonly variables?: ReadonlyMap<string, string>;
}

/** What a run ends with. */
export interface Result {
  readonly arn: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  /** They were in the environment already, and stay there as they are. */
  readonly isFromEnvironment: boolean;
  readonly oidcSubject: string | undefined;
  /** The roles that were assumed, in order. */
  readonly roleArns: readonly string[];
}

/** Whether the environment is one of the places: by default it is, unless a profile is that holds the keys itself. */
export function exportsEnvironment(
  inputs: Pick<Inputs, 'refresh-credentials' | 'aws-profile' | 'output-env-credentials'>,
): boolean {
  const byDefault = inputs['refresh-credentials'] || inputs['aws-profile'] === undefined;
  return inputs['output-env-credentials'] ?? byDefault;
}

/** The default name of a profile. */
const DEFAULT_PROFILE = 'assume-aws-role';

/** The profile that is to be written, if one is. */
export function selectProfile(inputs: ProfileInputs): Profile | undefined {
  const name = inputs['aws-profile'] ?? (inputs['refresh-credentials'] ? DEFAULT_PROFILE : undefined);
  return name === undefined ? undefined : { name, overwrite: inputs['overwrite-aws-profile'] ?? false };
}

/**
 * Every place the inputs name, in the order they are written in. Nothing is written yet.
 * None where a script gets the credentials: then nobody else does.
 * @param renewed what stands for credentials that go nowhere else, such as a profile that renews itself
 * @throws ActionError ANSWER_UNEXPECTED, PROFILE_EXISTS, FILE_REFUSED
 */
export async function selectSinks(
  runner: Runner,
  inputs: SinkInputs,
  { credentials, accountId, arn, oidcSubject, isFromEnvironment }: Result,
  renewed?: Renewed,
): Promise<readonly Sink[]> {
  checkExportable(credentials);
  if (inputs.run !== undefined) return [];
  const region = inputs['aws-region'];
  const profile = selectProfile(inputs);
  const sinks: Sink[] = [...(renewed?.sinks ?? [])];
  if (profile !== undefined && renewed === undefined) {
    const { profileSinks } = await import('./profile.js');
    sinks.push(...profileSinks(runner, profile, region, credentials));
  }
  const outputCredentials = inputs['output-credentials'] ? credentials : undefined;
  const { expiration } = credentials;
  sinks.push(
    outputsSink(runner, { accountId, arn, expiration, oidcSubject, credentials: outputCredentials }),
  );
  if (exportsEnvironment(inputs)) {
    sinks.push(
      environmentSink(runner, {
        region,
        credentials: isFromEnvironment || renewed ? undefined : credentials,
        profile: profile?.name,
        hasDefaultProfile: profile !== undefined && (await import('./profile.js')).hasDefaultProfile(runner),
        unset: inputs['unset-current-credentials'] ?? false,
        clearOverridingVariables: renewed !== undefined,
        ...(renewed?.variables && { others: renewed.variables }),
      }),
    );
  }
  return sinks;
}

/**
 * Writes to all of them or to none, with the undo record first, and with one for later steps last.
 * @param remainingMs of the step's time, the longest that the step waits for another process's lock
 * @throws ActionError FILE_REFUSED, PROFILE_EXISTS, RUNNER_FILE_UNWRITABLE
 */
export function exportTo(
  {
    runner,
    clock,
    remainingMs,
  }: { readonly runner: Runner; readonly clock: Pick<Clock, 'now'>; remainingMs(): number },
  sinks: readonly Sink[],
): void {
  const steps = sinks.flatMap((sink) => sink.undo);
  const record = steps.length > 0 ? recordStep(runner, clock.now()) : undefined;
  saveUndoRecord(runner, record ? [record, ...steps] : steps);
  writeAll(sinks, remainingMs, (leftovers) => {
    for (const { why } of leftovers) {
      runner.warning(`Not taken back: ${formatReason(why)} The clean-up at the end of the job tries again.`);
    }
    const left = new Set(leftovers.map(({ sink }) => sink));
    // What is not there any more, `post` shall not look for: another job's section might look like ours.
    saveUndoRecord(
      runner,
      sinks.filter((sink) => left.has(sink)).flatMap((sink) => sink.undo),
    );
  });
  if (record) writeJobRecord(runner, record, steps);
}

function formatReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
