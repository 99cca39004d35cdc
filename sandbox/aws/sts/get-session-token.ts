import type { StsState } from './assume-role.js';
import { StsError } from './errors.js';
import { credentialElements } from './grant.js';
import { type Parameters, readSessionToken } from './parameters.js';
import type { Caller } from './sessions.js';
import type { Elements } from './xml.js';

const DEFAULT_SECONDS = 43200;

/**
 * GetSessionToken: temporary credentials of the IAM user who signed, with the user's permissions and, where a
 * code was sent, with MFA. It takes no permission and long-lived keys
 * (docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html). Throws the StsError AWS would answer.
 */
export function getSessionToken(state: StsState, caller: Caller, raw: Parameters): Elements {
  const parameters = readSessionToken(raw);
  if (caller.issuedAt !== undefined) {
    throw new StsError('AccessDenied', 403, 'Cannot call GetSessionToken with session credentials');
  }
  const mfaAt = state.mfa.authenticate(caller.principal, parameters);
  const seconds = parameters.durationSeconds ?? DEFAULT_SECONDS;
  const issuedAt = state.now();
  const expiresAt = issuedAt + seconds * 1000;
  const grant = { user: caller.principal, mfaAt, issuedAt, expiresAt };
  return { Credentials: credentialElements(state.sessions.issueUser(grant)) };
}
