import type { Truth } from '../evaluate/decide.js';
import type { Principal } from '../evaluate/principals.js';
import { anyOf, type Layer } from './layer.js';

/** What a resource's policy makes superfluous, within one account. */
export interface DirectGrant {
  /** The caller's own policies need not allow it. */
  readonly insteadOfIdentity: Truth;
  /** Nor do the permissions boundary and the session policies. */
  readonly insteadOfLimits: Truth;
}

/** Nothing: another account, or no policy. */
export const NO_GRANT: DirectGrant = { insteadOfIdentity: 'no', insteadOfLimits: 'no' };

/**
 * What an Allow in a resource's policy is enough for depends on how it names the caller
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics-single-account.html,
 * the table "resource-based policies and implicit denies in other policy types"). The ARN of the user or of the session,
 * and `*`, grant by themselves. The ARN of a role still leaves its boundary and its session policies to allow it. The account
 * leaves everything to the caller's policies.
 */
export function directGrant(own: Layer, caller: Principal): DirectGrant {
  const isRoleSession = caller.type === 'AWS' && caller.arn.includes(':assumed-role/');
  if (own.isUnknown) return { insteadOfIdentity: 'unknown', insteadOfLimits: 'unknown' };
  const allows = own.statements.filter(({ statement }) => statement.effect === 'Allow');
  const named = allows.filter(({ namedAs }) => namedAs !== 'account');
  const unlimited = named.filter(({ namedAs }) => !isRoleSession || namedAs !== 'principal');
  return {
    insteadOfIdentity: anyOf(named.map(({ applies }) => applies)),
    insteadOfLimits: anyOf(unlimited.map(({ applies }) => applies)),
  };
}
