import type { Plan } from '../chain/plan.js';
import { isRoleArn, parseArn } from '../core/arn.js';
import type { Claims } from '../core/credentials.js';
import { ActionError, type ErrorCode } from '../core/errors.js';
import { quote, quotedList } from '../core/text.js';
import { textClaim } from '../identity/jwt.js';
import type { Inputs } from '../inputs/inputs.js';
import type { DecisionLog, GuardName } from './journal.js';
import { matchesPattern } from './pattern.js';
import { guardRoleArn } from './role-guard.js';

/** The guards that are set; each undefined one lets everything pass. */
export type Guards = Pick<Inputs, GuardName>;

interface ClaimGuard {
  readonly name: GuardName;
  readonly claim: string;
  readonly code: ErrorCode;
  readonly hint: string;
}

/** The guards on what the token says, in the order in which they are asked. */
const CLAIM_GUARDS = [
  {
    name: 'allowed-repositories',
    claim: 'repository',
    code: 'REPOSITORY_NOT_ALLOWED',
    hint: 'This run belongs to a different repository. No request was sent to AWS.',
  },
  {
    name: 'allowed-refs',
    claim: 'ref',
    code: 'REF_NOT_ALLOWED',
    hint: 'This run is for a different branch or tag. No request was sent to AWS.',
  },
  {
    name: 'allowed-environments',
    claim: 'environment',
    code: 'ENVIRONMENT_NOT_ALLOWED',
    hint: 'A job sets its environment with `environment: NAME`. No request was sent to AWS.',
  },
] as const satisfies readonly ClaimGuard[];

/**
 * Whether the token's own claims say what the author expects of repository, ref and environment. A claim that is absent
 * matches nothing.
 * @throws ActionError REPOSITORY_NOT_ALLOWED, REF_NOT_ALLOWED, ENVIRONMENT_NOT_ALLOWED
 */
export function guardClaims(claims: Claims | undefined, guards: Guards, log: DecisionLog): void {
  for (const { name, claim, code, hint } of CLAIM_GUARDS) {
    const allowed = guards[name];
    if (!allowed) continue;
    const compared = textClaim(claims, claim);
    const hasPassed = allowed.some((pattern) => matchesPattern(compared, pattern));
    log.decide({ name, compared, allowed, hasPassed });
    if (hasPassed) continue;
    const seen = compared === undefined ? 'absent' : quote(compared);
    throw new ActionError(
      code,
      `${name}: the token's ${claim} is ${seen}; allowed: ${quotedList(allowed)}.`,
      {
        hint,
      },
    );
  }
}

/**
 * Whether the role at the end is one the author means, in an account the author means, where its ARN says which: not
 * all servers' ARNs do, and a role may be given by its name.
 * @throws ActionError ACCOUNT_NOT_ALLOWED, ROLE_NOT_ALLOWED
 */
export function guardPlan({ hops }: Pick<Plan, 'hops'>, guards: Guards, log: DecisionLog): void {
  const { roleArn } = hops.at(-1) ?? hops[0];
  const accountId = parseArn(roleArn)?.accountId;
  if (accountId) guardAccount(accountId, guards, log);
  if (isRoleArn(roleArn)) guardRoleArn(roleArn, guards, log);
}

/** Whether a token's claims have to be seen. */
export function guardsClaims(guards: Guards): boolean {
  return CLAIM_GUARDS.some(({ name }) => guards[name] !== undefined);
}

/**
 * Whether an account is one the author means.
 * @throws ActionError ACCOUNT_NOT_ALLOWED
 */
export function guardAccount(accountId: string, guards: Guards, log: DecisionLog): void {
  const allowed = guards['allowed-account-ids'];
  if (!allowed) return;
  const hasPassed = allowed.includes(accountId);
  log.decide({ name: 'allowed-account-ids', compared: accountId || undefined, allowed, hasPassed });
  if (hasPassed) return;
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
