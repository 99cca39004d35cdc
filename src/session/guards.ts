import type { Plan } from '../chain/plan.js';
import { parseArn } from '../core/arn.js';
import type { Claims } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { formatList, quote } from '../core/text.js';
import { textClaim } from '../identity/jwt.js';
import type { Inputs } from '../inputs/inputs.js';

/** The guards that are set; each undefined one lets everything pass. */
export type Guards = Pick<Inputs, 'allowed-account-ids' | 'allowed-refs' | 'allowed-environments'>;

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
 * Whether the role at the end is in an account the author means, where its ARN says which: not all servers' ARNs do.
 * @throws ActionError ACCOUNT_NOT_ALLOWED
 */
export function guardPlan({ hops }: Pick<Plan, 'hops'>, guards: Guards): void {
  const accountId = parseArn((hops.at(-1) ?? hops[0]).roleArn)?.accountId;
  if (accountId) guardAccount(accountId, guards);
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

/** `*` stands for any text, also none; everything else for itself. Takes time in proportion to both lengths. */
export function matchesPattern(text: string | undefined, pattern: string): boolean {
  if (text === undefined) return false;
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === pattern;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let position = head.length;
  const end = text.length - tail.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found < 0 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

function quotedList(items: readonly string[]): string {
  return formatList(
    items.map((item) => quote(item, 80)),
    'or',
  );
}
