import type { Plan } from '../chain/plan.js';
import { isRoleArn, parseArn } from '../core/arn.js';
import type { Claims } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { quote, quotedList } from '../core/text.js';
import { textClaim } from '../identity/jwt.js';
import type { Inputs } from '../inputs/inputs.js';
import { matchesPattern } from './pattern.js';
import { guardRoleArn } from './role-guard.js';

/** The guards that are set; each undefined one lets everything pass. */
export type Guards = Pick<
  Inputs,
  'allowed-account-ids' | 'allowed-role-arns' | 'allowed-refs' | 'allowed-environments'
>;

/**
 * Whether the token's own claims say what the author expects of ref and environment. A claim that is absent matches
 * nothing.
 * @throws ActionError REF_NOT_ALLOWED, ENVIRONMENT_NOT_ALLOWED
 */
export function guardClaims(claims: Claims | undefined, guards: Guards): void {
  const ref = textClaim(claims, 'ref');
  const refs = guards['allowed-refs'];
  if (refs && !refs.some((pattern) => matchesPattern(ref, pattern))) {
    throw new ActionError(
      'REF_NOT_ALLOWED',
      `allowed-refs: the token's ref is ${ref === undefined ? 'absent' : quote(ref)}; allowed: ${quotedList(refs)}.`,
      { hint: 'This run is for a different branch or tag. No request was sent to AWS.' },
    );
  }
  const environment = textClaim(claims, 'environment');
  const environments = guards['allowed-environments'];
  if (environments && !environments.some((pattern) => matchesPattern(environment, pattern))) {
    throw new ActionError(
      'ENVIRONMENT_NOT_ALLOWED',
      `allowed-environments: the token's environment is ${environment === undefined ? 'absent' : quote(environment)}; allowed: ${quotedList(environments)}.`,
      { hint: 'A job sets its environment with `environment: NAME`. No request was sent to AWS.' },
    );
  }
}

/**
 * Whether the role at the end is one the author means, in an account the author means, where its ARN says which: not
 * all servers' ARNs do, and a role may be given by its name.
 * @throws ActionError ACCOUNT_NOT_ALLOWED, ROLE_NOT_ALLOWED
 */
export function guardPlan({ hops }: Pick<Plan, 'hops'>, guards: Guards): void {
  const { roleArn } = hops.at(-1) ?? hops[0];
  const accountId = parseArn(roleArn)?.accountId;
  if (accountId) guardAccount(accountId, guards);
  if (isRoleArn(roleArn)) guardRoleArn(roleArn, guards);
}

/** Whether a token's claims have to be seen. */
export function guardsClaims(guards: Guards): boolean {
  return guards['allowed-refs'] !== undefined || guards['allowed-environments'] !== undefined;
}

/**
 * Whether an account is one the author means.
 * @throws ActionError ACCOUNT_NOT_ALLOWED
 */
export function guardAccount(accountId: string, guards: Guards): void {
  const allowed = guards['allowed-account-ids'];
  if (!allowed || allowed.includes(accountId)) return;
  if (accountId === '') {
    throw new ActionError(
      'ACCOUNT_NOT_ALLOWED',
      `allowed-account-ids: the server does not name the account of the credentials; allowed: ${quotedList(allowed)}.`,
      { hint: 'Nothing was exported. This guard cannot be checked with a server that names no accounts.' },
    );
  }
  throw new ActionError(
    'ACCOUNT_NOT_ALLOWED',
    `allowed-account-ids: the account is ${quote(accountId)}; allowed: ${quotedList(allowed)}.`,
    { hint: 'Nothing was exported. Check that this is the right role for this environment.' },
  );
}
