import type { StsState } from './assume-role.js';
import { credentialElements } from './grant.js';
import { type Parameters, readSessionToken } from './parameters.js';
import type { Caller } from './sessions.js';
import { requireLongLivedKeys, userSessionSeconds } from './who-may-call.js';
import type { Elements } from './xml.js';

/**
 * GetSessionToken: temporary credentials of the IAM user who signed, with the user's permissions and, where a
 * code was sent, with MFA. It takes no permission and long-lived keys
 * (docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html). Throws the StsError AWS would answer.
 */
export function getSessionToken(state: StsState, caller: Caller, raw: Parameters): Elements {
  const parameters = readSessionToken(raw);
  const { principal: user } = requireLongLivedKeys(caller, 'GetSessionToken');
  const mfaAt = state.mfa.authenticate(user, parameters);
  const issuedAt = state.now();
  const expiresAt = issuedAt + userSessionSeconds(user, parameters.durationSeconds) * 1000;
  return { Credentials: credentialElements(state.sessions.issueUser({ user, mfaAt, issuedAt, expiresAt })) };
}
