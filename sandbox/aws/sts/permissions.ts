import { callerKeys } from './caller-keys.js';
import { Context } from './conditions.js';
import { evaluateIdentityPolicy } from './identity-policy.js';
import type { Policy } from './policy.js';
import type { Caller } from './sessions.js';
import { isRoot } from './who-may-call.js';

/**
 * Whether IAM lets a caller do something to a resource of the caller's account that has no policy of its own: what the
 * principal and every session policy allow, and what no rule on temporary credentials forbids.
 * @param now in milliseconds since the epoch
 */
export function isPermitted(caller: Caller, action: string, resource: string, now: number): boolean {
  if (action === 'sts:GetCallerIdentity') return true;
  if (isBarred(caller, action)) return false;
  const context = new Context(callerKeys(caller, now));
  return [...ownPolicies(caller), ...sessionPolicies(caller)].every(
    (policy) => evaluateIdentityPolicy(policy, action, resource, context) === 'allow',
  );
}

// docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_sts-comparison.html, "Restrictions".
function isBarred(caller: Caller, action: string): boolean {
  const [service] = action.split(':');
  switch (caller.kind) {
    case 'user':
      if (!caller.temporary) return false;
      return (
        (service === 'iam' && caller.mfaAt === undefined) ||
        (service === 'sts' && action !== 'sts:AssumeRole')
      );
    case 'federated-user':
      return service === 'iam' || service === 'sts';
    case 'session':
      return action === 'sts:GetSessionToken' || action === 'sts:GetFederationToken';
  }
}

/** None for root, who may do everything. */
function ownPolicies({ principal }: Caller): readonly Policy[] {
  return isRoot(principal) ? [] : [principal.permissions];
}

function sessionPolicies(caller: Caller): readonly Policy[] {
  if (caller.kind === 'federated-user') return [caller.limit];
  const limit = caller.kind === 'session' ? caller.session.limit : undefined;
  return limit === undefined ? [] : [limit];
}
