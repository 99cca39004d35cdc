import type { KeyObject } from 'node:crypto';
import type { Circumstances } from '../access/condition-keys.js';
import type { Directory } from '../accounts/accounts.js';
import type { Trail } from '../cloudtrail/trail.js';
import type { MfaDevices } from '../mfa/devices.js';
import { authorizeAssumeRole } from './authorize.js';
import { validationError } from './errors.js';
import { sessionElements, sessionLifetimeSeconds } from './grant.js';
import { packedSizePercent } from './packed-size.js';
import { type Parameters, readAssumeRole } from './parameters.js';
import { readSessionPolicies } from './session-policies.js';
import { combineTags } from './session-tags.js';
import type { Caller, Sessions } from './sessions.js';
import type { BuiltInProvider } from './web-token.js';
import { mayAssumeRoles } from './who-may-call.js';
import type { Elements } from './xml.js';

/** What the STS operations work on. */
export interface StsState {
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly mfa: MfaDevices;
  /** Where every call is recorded. */
  readonly trail: Trail;
  /** Cognito identity pools, which every account may trust without a provider of its own. */
  readonly cognito: BuiltInProvider;
  /** Where an issuer of tokens is reached, if that is not the address it has in its tokens. */
  readonly addressOf?: (issuer: string) => string;
  /** What verifies the assertions of every SAML provider. */
  readonly samlKey: () => Promise<KeyObject>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** AssumeRole, for a caller whose signature was verified. Throws the StsError AWS would answer. */
export function assumeRole(
  state: StsState,
  signer: Caller,
  raw: Parameters,
  circumstances: Circumstances,
): Elements {
  const parameters = readAssumeRole(raw);
  const caller = mayAssumeRoles(signer, parameters.roleArn);
  const limit = readSessionPolicies(parameters, parameters.roleArn, state.directory);
  const calling = caller.kind === 'session' ? caller.session : undefined;
  const inherited = (calling?.tags ?? []).filter(({ transitive }) => transitive);
  const tags = combineTags(parameters.tags, parameters.transitiveTagKeys, inherited);
  const mfaAt = state.mfa.authenticate(caller.kind === 'user' ? caller.principal : undefined, parameters);
  const sourceIdentity = keepSourceIdentity(calling?.sourceIdentity, parameters.sourceIdentity);
  const role = authorizeAssumeRole(state.directory.roles.get(parameters.roleArn), {
    caller,
    parameters,
    tags,
    sourceIdentity,
    mfaAt,
    circumstances,
  });
  // AWS takes a user's session for a role's here: both are temporary credentials, and share the limit of an hour.
  const isChained = caller.issuedAt !== undefined;
  const seconds = sessionLifetimeSeconds(role, parameters.durationSeconds, isChained);
  const packed = packedSizePercent({ ...parameters, tags });
  const session = state.sessions.issue({
    role,
    name: parameters.sessionName,
    tags,
    sourceIdentity,
    limit,
    federatedProvider: undefined,
    issuedAt: state.now(),
    expiresAt: state.now() + seconds * 1000,
  });
  return sessionElements(session, packed);
}

// docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html: once set, it stays.
function keepSourceIdentity(inherited: string | undefined, sent: string | undefined): string | undefined {
  if (inherited !== undefined && sent !== undefined && sent !== inherited) {
    throw validationError('The source identity is already set for this assume role session');
  }
  return sent ?? inherited;
}
