import type { Credentials } from '../core/credentials.js';
import type { Runner } from '../platform/runner.js';
import type { Sink } from './sink.js';

/** What the step hands to steps that name it. Secrets only where `output-credentials` asks for them. */
export interface Outputs {
  readonly accountId: string;
  readonly arn: string;
  readonly expiration?: Date | undefined;
  readonly oidcSubject?: string | undefined;
  readonly credentials?: Credentials | undefined;
}

/** Sets the step's outputs. The runner forgets them with the job, so there is nothing to undo. */
export function outputsSink(
  runner: Runner,
  { accountId, arn, expiration, oidcSubject, credentials }: Outputs,
): Sink {
  const outputs = new Map([
    ['aws-account-id', accountId],
    ['authenticated-arn', arn],
  ]);
  if (expiration) outputs.set('aws-expiration', expiration.toISOString());
  if (oidcSubject !== undefined) outputs.set('oidc-subject', oidcSubject);
  if (credentials) {
    outputs.set('aws-access-key-id', credentials.accessKeyId);
    outputs.set('aws-secret-access-key', credentials.secretAccessKey);
    if (credentials.sessionToken) outputs.set('aws-session-token', credentials.sessionToken);
  }
  return { undo: [], write: () => runner.setOutputs(outputs) };
}
