import { formatList, quote } from '../../core/text.js';
import type { ConditionResult } from '../evaluate/condition.js';
import type { Outcome } from '../evaluate/decide.js';
import { prefixOf } from '../language/policy.js';
import type { FailedCondition, Failure, Reason, TokenContext } from './failure.js';
import { fixForAbsent } from './mistakes/absent-key.js';
import { MISTAKES } from './mistakes/all.js';
import { fixByAdding } from './mistakes/no-value.js';
import { withStarNote } from './mistakes/star-in-equals.js';
import { tokenTags } from './mistakes/token-tags.js';
import { whyUndecided } from './unknown.js';

/** A condition that does not hold, with the first reason that fits. */
export function explainCondition(result: ConditionResult, token: TokenContext): Failure {
  const { key, values } = result.condition;
  const failed: FailedCondition = {
    ...result,
    prefix: prefixOf(result.condition),
    claim: key.text.slice(key.text.lastIndexOf(':') + 1),
    wanted: values.map(({ text }) => text),
  };
  return failureOf(result, firstReason(failed, token));
}

/** A condition of a Deny that applies, which is what keeps the caller out. */
export function explainHeld(result: ConditionResult): Failure {
  const isAbsent = result.actual === undefined;
  return failureOf(result, {
    id: 'denied',
    why: isAbsent ? 'This condition is also true when the key is absent.' : 'The condition is true.',
    fix:
      result.condition.operator.isNegated && !isAbsent
        ? fixByAdding(result)
        : 'If the caller may have the role, change this condition so that it is false.',
  });
}

function failureOf(
  { condition: { key, operator, values }, actual }: ConditionResult,
  reason: Reason,
): Failure {
  return {
    ...reason,
    part: 'condition',
    at: key.at,
    operator: operator.written,
    key: key.text,
    wanted: values.map(({ text }) => text),
    got: actual,
  };
}

function firstReason(failed: FailedCondition, token: TokenContext): Reason {
  // What only AWS knows of most callers, everybody knows of a token from GitHub.
  const undecided = tokenTags(failed, token) ?? whyUndecided(failed);
  if (undecided !== undefined) return undecided;
  const { outcome, condition } = failed;
  // Without a token there is nothing to say of its claims.
  const isOfToken = outcome === 'absent' && token.issuer !== '';
  const isPositive = outcome === 'mismatch' && !condition.operator.isNegated;
  for (const diagnose of isOfToken || isPositive ? MISTAKES : []) {
    const reason = diagnose(failed, token);
    if (reason !== undefined) return withStarNote(reason, failed);
  }
  const fix = fixFor(failed);
  const plain = { id: outcome, why: whyFor(failed), ...(fix !== undefined && { fix }) };
  return outcome === 'mismatch' ? withStarNote(plain, failed) : plain;
}

/** What to do where no well-known mistake fits. */
function fixFor(failed: FailedCondition): string | undefined {
  const { operator, key } = failed.condition;
  switch (failed.outcome) {
    case 'mismatch':
      if (operator.isNegated)
        return 'If the caller may have the role, remove the matching value from the list.';
      return operator.kind === 'string' || operator.kind === 'arn' ? fixByAdding(failed) : undefined;
    case 'several-values':
      return `Write ${operator.isNegated ? 'ForAllValues' : 'ForAnyValue'}:${operator.written}.`;
    case 'absent':
      return fixForAbsent(key.text);
    default:
      return undefined;
  }
}

function whyFor(failed: FailedCondition): string {
  const { operator } = failed.condition;
  const reasons: Readonly<Record<Outcome, string>> = {
    holds: 'The condition is true.',
    absent: 'The request does not have this key.',
    present: 'The key must be absent, but the request has it.',
    mismatch: operator.isNegated
      ? `The value must not be in the list, and ${gotText(failed)} is.`
      : `${gotText(failed)} is not among the values that the policy wants.`,
    'several-values':
      'The key has several values, so the operator needs ForAnyValue: or ForAllValues: before it.',
    'type-mismatch': `${operator.name} cannot compare one of these values: it is of another type.`,
    'unresolved-variable': `The policy variable ${formatList(
      failed.unresolved.map((one) => quote(one)),
      'or',
    )} has no value in this request, so nothing matches it.`,
    'unknown-value': 'A value is known only at deploy time.',
  };
  return reasons[failed.outcome];
}

function gotText({ actual }: ConditionResult): string {
  return formatList((actual ?? []).map((one) => quote(one, 120)));
}
