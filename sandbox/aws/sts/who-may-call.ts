import type { Principal } from '../accounts/accounts.js';
import { isRoot } from '../accounts/root-user.js';
import { callerDenied, StsError } from './errors.js';
import type { Caller } from './sessions.js';

/*
 * Which credentials may make which calls of STS, whatever policies say
 * (docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html).
 */

/** Whoever may assume roles: all but federated users. */
export type RoleAssumer = Exclude<Caller, { readonly kind: 'federated-user' }>;

/** An IAM user or the account's root user, with long-lived keys. */
export type KeyOwner = Extract<Caller, { readonly kind: 'user' }>;

/** Root's sessions last an hour at most (docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html). */
const ROOT_MAX_SECONDS = 3600;
const DEFAULT_SECONDS = 43_200;

/** Whether such credentials never make this call, whoever allows it. */
export function isBarred(caller: Caller, action: string): boolean {
  const [service] = action.split(':');
  if (service === 'iam') return !mayCallIam(caller);
  switch (caller.kind) {
    case 'user':
      return service === 'sts' && caller.issuedAt !== undefined && action !== 'sts:AssumeRole';
    case 'federated-user':
      return service === 'sts';
    case 'session':
      return action === 'sts:GetSessionToken' || action === 'sts:GetFederationToken';
  }
}

/** IAM takes a user's session only if it was made with MFA, and no federated user's. */
export function mayCallIam(caller: Caller): boolean {
  if (caller.kind === 'federated-user') return false;
  return caller.kind === 'session' || caller.issuedAt === undefined || caller.mfaAt !== undefined;
}

/** Throws AccessDenied (403) for a federated user and for root, who assume no roles. */
export function mayAssumeRoles(caller: Caller, roleArn: string): RoleAssumer {
  if (caller.kind === 'federated-user') {
    const error = callerDenied(caller.arn, 'sts:AssumeRole', roleArn);
    error.why = ['Federated users make no call of STS but GetCallerIdentity, whatever policies allow.'];
    throw error;
  }
  if (isRoot(caller.principal)) {
    throw new StsError('AccessDenied', 403, 'Roles may not be assumed by root accounts.');
  }
  return caller;
}

/** Throws AccessDenied (403) for temporary credentials of any kind, from which there are no sessions of a user. */
export function requireLongLivedKeys(caller: Caller, operation: string): KeyOwner {
  if (caller.kind === 'user' && caller.issuedAt === undefined) return caller;
  throw new StsError('AccessDenied', 403, `Cannot call ${operation} with session credentials`);
}

/** How long a session of a user lasts, in seconds; root's is cut rather than refused. */
export function userSessionSeconds(user: Principal, asked: number | undefined): number {
  const seconds = asked ?? DEFAULT_SECONDS;
  return isRoot(user) ? Math.min(ROOT_MAX_SECONDS, seconds) : seconds;
}
