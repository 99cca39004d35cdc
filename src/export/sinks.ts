import type { Credentials } from '../credentials.js';
import { known } from '../errors.js';
import type { Runner } from '../runner.js';
import { saveUndoRecord } from '../undo.js';
import { environmentSink } from './environment.js';
import { outputsSink } from './outputs.js';
import { type Sink, writeAll } from './sink.js';

/** The inputs that say where the credentials go. */
export interface SinkInputs {
  readonly 'aws-region': string | undefined;
  readonly 'output-credentials': boolean | undefined;
  readonly 'output-env-credentials': boolean | undefined;
  readonly 'aws-profile': string | undefined;
  readonly 'overwrite-aws-profile': boolean | undefined;
  readonly 'refresh-credentials': boolean | undefined;
  readonly 'unset-current-credentials': boolean | undefined;
}

/** What a run ends with. */
export interface Result {
  readonly arn: string;
  readonly accountId: string;
  readonly credentials: Credentials;
  /** They were in the environment already, and stay there as they are. */
  readonly isAmbient: boolean;
  readonly oidcSubject: string | undefined;
}

/** Whether the environment is one of the places: by default it is, unless a profile is that holds the keys itself. */
export function exportsEnvironment(inputs: SinkInputs): boolean {
  const byDefault = inputs['refresh-credentials'] || inputs['aws-profile'] === undefined;
  return inputs['output-env-credentials'] ?? byDefault;
}

/** The name a profile has that nobody named. */
const DEFAULT_PROFILE = 'assume-aws-role';

/** The profile that is to be written, if one is. */
export function profileName(inputs: SinkInputs): string | undefined {
  return inputs['aws-profile'] ?? (inputs['refresh-credentials'] ? DEFAULT_PROFILE : undefined);
}

/**
 * Every place the inputs name, in the order they are written in. Nothing is written yet.
 * @param renewed what writes a profile that renews itself, and stands for credentials that go nowhere else
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export async function sinksOf(
  runner: Runner,
  inputs: SinkInputs,
  { credentials, accountId, arn, oidcSubject, isAmbient }: Result,
  renewed?: readonly Sink[],
): Promise<readonly Sink[]> {
  const region = known(inputs['aws-region']);
  const profile = profileName(inputs);
  const sinks: Sink[] = [...(renewed ?? [])];
  if (profile !== undefined && renewed === undefined) {
    const { profileSink } = await import('./profile.js');
    const overwrite = inputs['overwrite-aws-profile'] ?? false;
    sinks.push(profileSink(runner, { name: profile, overwrite }, region, credentials));
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
        credentials: isAmbient || renewed ? undefined : credentials,
        profile,
        unset: inputs['unset-current-credentials'] ?? false,
        clearsTheWay: renewed !== undefined,
      }),
    );
  }
  return sinks;
}

/** Writes to all of them or to none, with the undo record first. */
export function exportTo(runner: Runner, sinks: readonly Sink[]): void {
  saveUndoRecord(
    runner,
    sinks.flatMap((sink) => sink.undo),
  );
  // With nothing to undo, `post` shall not take another job's section for ours.
  writeAll(sinks, () => saveUndoRecord(runner, []));
}
