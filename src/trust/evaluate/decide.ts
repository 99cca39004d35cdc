import { holdsWithoutKey, type Operator } from '../language/operators.js';
import type { Condition, Statement } from '../language/policy.js';
import type { Match } from './comparisons.js';

/*
 * What a policy means once it is known what matches what. Nothing here looks at a request, so that an analysis of all
 * requests decides by the same rules as the evaluation of one.
 */

/** Why a condition does not hold, or that it does. */
export type Outcome =
  | 'holds'
  /** The request does not have the key. */
  | 'absent'
  /** `Null: true`, and the request has the key. */
  | 'present'
  /** No value matches; for a negated operator, one does. */
  | 'mismatch'
  /** Several values, and an operator without ForAnyValue or ForAllValues. */
  | 'several-values'
  /** A value is not of the operator's kind. */
  | 'type-mismatch'
  /** A variable in the policy has no value. */
  | 'unresolved-variable'
  /** It depends on a value that only a deployment knows. */
  | 'unknown-value';

/** Whether something is so, as far as that can be told. */
export type Truth = 'yes' | 'no' | 'unknown';

/**
 * Whether a condition holds. `matches` has a list for each value that the request has for the key: what that value and
 * each of the condition's values are to each other. Undefined where the request does not have the key.
 */
export function outcomeOf(
  condition: Pick<Condition, 'operator' | 'values'>,
  matches: readonly (readonly Match[])[] | undefined,
): Outcome {
  const { operator } = condition;
  if (operator.kind === 'null') return nullOutcome(condition, matches === undefined);
  if (matches === undefined) return holdsWithoutKey(operator) ? 'holds' : 'absent';
  if (operator.set === undefined && matches.length > 1) return 'several-values';
  const outcomes = matches.map((one) => valueOutcome(operator, one));
  const isOneEnough = operator.set === 'ForAnyValue';
  const failed = outcomes.find((one) => one !== 'holds' && one !== 'unknown-value');
  const isUnknown = outcomes.includes('unknown-value');
  if (isOneEnough && outcomes.includes('holds')) return 'holds';
  if (isUnknown && (isOneEnough || failed === undefined)) return 'unknown-value';
  return failed ?? (isOneEnough ? 'mismatch' : 'holds');
}

/**
 * The values are alternatives; for a negated operator none of them may match. A variable without a value matches
 * nothing, so that a negated operator holds
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html).
 */
function valueOutcome({ isNegated }: Operator, matches: readonly Match[]): Outcome {
  if (matches.includes('match')) return isNegated ? 'mismatch' : 'holds';
  if (isNegated && matches.includes('type-mismatch')) return 'type-mismatch';
  if (matches.includes('unknown')) return 'unknown-value';
  if (isNegated) return 'holds';
  if (matches.includes('no-value')) return 'unresolved-variable';
  return matches.includes('type-mismatch') ? 'type-mismatch' : 'mismatch';
}

function nullOutcome({ values }: Pick<Condition, 'values'>, isAbsent: boolean): Outcome {
  const wants = (is: boolean): boolean => values.some((one) => one.text.toLowerCase() === String(is));
  if (wants(isAbsent)) return 'holds';
  if (values.some(({ kind }) => kind === 'unknown')) return 'unknown-value';
  return isAbsent ? 'absent' : 'present';
}

/** A statement applies where its action, its principal and all of its conditions match. */
export function allOf(parts: readonly Truth[]): Truth {
  if (parts.includes('no')) return 'no';
  return parts.includes('unknown') ? 'unknown' : 'yes';
}

/** What a trust policy says: `none` is the implicit refusal; `unknown` where it depends on what is not known here. */
export type TrustDecision = 'allow' | 'deny' | 'none' | 'unknown';

/**
 * A Deny that applies wins, otherwise an Allow that applies is needed
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 */
export function decide(
  statements: readonly { readonly effect: Statement['effect']; readonly applies: Truth }[],
): TrustDecision {
  const has = (effect: Statement['effect'], applies: Truth): boolean =>
    statements.some((one) => one.effect === effect && one.applies === applies);
  if (has('Deny', 'yes')) return 'deny';
  if (has('Allow', 'yes')) return has('Deny', 'unknown') ? 'unknown' : 'allow';
  return has('Allow', 'unknown') ? 'unknown' : 'none';
}
