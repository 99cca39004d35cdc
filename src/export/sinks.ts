import type { Credentials } from '../credentials.js';
import { known } from '../errors.js';
import type { Runner } from '../runner.js';
import { saveUndoRecord } from '../undo.js';
import { environmentSink, previousSecrets } from './environment.js';
import { outputsSink } from './outputs.js';
import { profileSink, replacedSecrets } from './profile.js';
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

/** Writes the result to every place the inputs name, all or nothing, with the undo record first. */
export function exportResult(runner: Runner, inputs: SinkInputs, result: Result): void {
  const { credentials, accountId, arn, oidcSubject } = result;
  const { 'aws-profile': profile } = inputs;
  const region = known(inputs['aws-region']);
  const sinks: Sink[] = [];
  if (profile !== undefined) {
    for (const secret of replacedSecrets(runner, profile)) maskAsRecorded(runner, secret);
    const overwrite = inputs['overwrite-aws-profile'] ?? false;
    sinks.push(profileSink(runner, { name: profile, overwrite }, region, credentials));
  }
  const outputCredentials = inputs['output-credentials'] ? credentials : undefined;
  const { expiration } = credentials;
  sinks.push(
    outputsSink(runner, { accountId, arn, expiration, oidcSubject, credentials: outputCredentials }),
  );
  if (exportsEnvironment(inputs)) {
    for (const secret of previousSecrets(runner)) maskAsRecorded(runner, secret);
    sinks.push(
      environmentSink(runner, {
        region,
        credentials: result.isAmbient ? undefined : credentials,
        profile,
        unset: inputs['unset-current-credentials'] ?? false,
      }),
    );
  }
  saveUndoRecord(
    runner,
    sinks.flatMap((sink) => sink.undo),
  );
  writeAll(sinks);
}

/** Hides a secret as it is, and as it stands in the undo record, which is JSON. */
function maskAsRecorded(runner: Runner, secret: string): void {
  runner.mask(secret);
  runner.mask(JSON.stringify(secret).slice(1, -1));
}
