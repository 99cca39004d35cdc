import type { Principal } from '../accounts/accounts.js';
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

/** Whether this is the account itself. */
export const isRoot = ({ arn }: Principal): boolean => arn.endsWith(':root');

/** Throws AccessDenied (403) for a federated user and for root, who assume no roles. */
export function mayAssumeRoles(caller: Caller, roleArn: string): RoleAssumer {
  if (caller.kind === 'federated-user') throw callerDenied(caller.arn, 'sts:AssumeRole', roleArn);
  if (isRoot(caller.principal)) {
    throw new StsError('AccessDenied', 403, 'Roles may not be assumed by root accounts.');
  }
  return caller;
}

/** Throws AccessDenied (403) for temporary credentials of any kind, from which there are no sessions of a user. */
export function requireLongLivedKeys(caller: Caller, operation: string): KeyOwner {
  if (caller.kind === 'user' && !caller.temporary) return caller;
  throw new StsError('AccessDenied', 403, `Cannot call ${operation} with session credentials`);
}

/** How long a session of a user lasts, in seconds; root's is cut rather than refused. */
export function userSessionSeconds(user: Principal, asked: number | undefined): number {
  const seconds = asked ?? DEFAULT_SECONDS;
  return isRoot(user) ? Math.min(ROOT_MAX_SECONDS, seconds) : seconds;
}
