import { authorizeCaller } from '../access/access.js';
import { type Circumstances, callerKeys, requestKeys, resourceKeys } from '../access/condition-keys.js';
import type { Caller } from './sessions.js';
import { isBarred } from './who-may-call.js';

/**
 * Whether IAM lets a caller do something to a resource of the caller's account that has no policy of its own: what all
 * policies allow, and what no rule on temporary credentials forbids.
 */
export function isPermitted(
  caller: Caller,
  action: string,
  resource: string,
  { now, network }: Pick<Circumstances, 'now' | 'network'>,
): boolean {
  if (action === 'sts:GetCallerIdentity') return true;
  if (isBarred(caller, action)) return false;
  const { account } = caller.principal;
  const circumstances = { now, network, region: undefined, userAgent: undefined };
  const keys = [...requestKeys(circumstances), ...callerKeys(caller, now), ...resourceKeys(account)];
  const decided = authorizeCaller(caller, { action, resource, account, policy: undefined, keys, network });
  return decided.decision === 'allow';
}
