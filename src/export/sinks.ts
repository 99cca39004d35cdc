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

/** Whether the environment is one of the places: by default it is, unless a profile is. */
export function exportsEnvironment(inputs: SinkInputs): boolean {
  return inputs['output-env-credentials'] ?? inputs['aws-profile'] === undefined;
}

/**
 * Every place the inputs name, in the order they are written in. Nothing is written yet.
 * @throws ActionError PROFILE_EXISTS, FILE_REFUSED
 */
export async function sinksOf(
  runner: Runner,
  inputs: SinkInputs,
  { credentials, accountId, arn, oidcSubject, isAmbient }: Result,
): Promise<readonly Sink[]> {
  const region = known(inputs['aws-region']);
  const profile = inputs['aws-profile'];
  const sinks: Sink[] = [];
  if (profile !== undefined) {
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
        credentials: isAmbient ? undefined : credentials,
        profile,
        unset: inputs['unset-current-credentials'] ?? false,
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
  writeAll(sinks);
}
