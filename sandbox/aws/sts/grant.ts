import type { Role } from '../accounts/accounts.js';
import { validationError } from './errors.js';
import { type Session, sessionArn, sessionUserId, type TemporaryKeys } from './sessions.js';
import type { Elements } from './xml.js';

// docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html "Role chaining"
const CHAINED_MAX_SECONDS = 3600;
const DEFAULT_SECONDS = 3600;

/**
 * How long the new session lasts, in seconds. Throws a ValidationError where more was asked for than the role,
 * or a chain of roles, allows.
 */
export function sessionLifetimeSeconds(role: Role, asked: number | undefined, chained: boolean): number {
  const seconds = asked ?? DEFAULT_SECONDS;
  if (chained && seconds > CHAINED_MAX_SECONDS) {
    throw validationError(
      'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.',
    );
  }
  if (seconds > role.maxSessionSeconds) {
    throw validationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.');
  }
  return role.sessionSeconds ?? seconds;
}

/** The parts of the answer that every way of assuming a role gives. */
export function sessionElements(session: Session, packedPolicySize: number | undefined): Elements {
  const { role, name } = session;
  return {
    AssumedRoleUser: { AssumedRoleId: sessionUserId(role, name), Arn: sessionArn(role, name) },
    Credentials: credentialElements(session),
    PackedPolicySize: packedPolicySize,
    SourceIdentity: session.sourceIdentity,
  };
}

/** The `Credentials` of an answer. */
export function credentialElements({
  accessKeyId,
  secretAccessKey,
  sessionToken,
  expiresAt,
}: TemporaryKeys): Elements {
  return {
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    // AWS gives whole seconds, without milliseconds.
    Expiration: new Date(expiresAt).toISOString().replace(/\.\d+/, ''),
  };
}
