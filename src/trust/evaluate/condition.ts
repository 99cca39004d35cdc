import type { Condition, Text, TrustPolicy } from '../language/policy.js';
import { type Comparison, OPERATORS, type Operator } from './comparisons.js';
import type { Context } from './context.js';
import { substitute } from './variables.js';

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
  | 'unfit-value'
  /** A variable in the policy has no value. */
  | 'unresolved-variable';

/** A condition, what it found in the request, and what came of it. */
export interface ConditionResult {
  readonly condition: Condition;
  readonly actual: readonly string[] | undefined;
  readonly outcome: Outcome;
}

/** Whether one condition holds for a request. */
export function evaluateCondition(
  condition: Condition,
  context: Context,
  version: TrustPolicy['version'],
): ConditionResult {
  const actual = context.get(condition.key.text);
  return { condition, actual, outcome: outcomeOf(condition, actual, context, version) };
}

function outcomeOf(
  { operator: { name, set, ifExists }, values }: Condition,
  actual: readonly string[] | undefined,
  context: Context,
  version: TrustPolicy['version'],
): Outcome {
  if (name === 'Null') return nullOutcome(values, actual === undefined);
  const operator = OPERATORS[name];
  if (actual === undefined) {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html:
    // of no values, all are right and none is, with IfExists or without.
    if (set !== undefined) return set === 'ForAllValues' ? 'holds' : 'absent';
    return ifExists || operator.isNegated ? 'holds' : 'absent';
  }
  if (set === undefined && actual.length > 1) return 'several-values';
  const outcomes = actual.map((value) => compareAll(operator, value, values, context, version));
  const failed = outcomes.find((outcome) => outcome !== 'holds');
  if (set === 'ForAnyValue') return outcomes.includes('holds') ? 'holds' : (failed ?? 'mismatch');
  return failed ?? 'holds';
}

/** The values are alternatives; for a negated operator none of them may match. */
function compareAll(
  operator: Operator,
  actual: string,
  wanted: readonly Text[],
  context: Context,
  version: TrustPolicy['version'],
): Outcome {
  let isUnresolved = false;
  const found = wanted.map(({ text }): Comparison => {
    const pieces = operator.hasVariables ? substitute(text, version, context) : [{ text, isLiteral: false }];
    if (pieces !== undefined) return operator.compare(actual, pieces);
    isUnresolved = true;
    return 'unfit';
  });
  const isUnfit = found.includes('unfit');
  const failed = isUnfit ? (isUnresolved ? 'unresolved-variable' : 'unfit-value') : 'mismatch';
  if (operator.isNegated) return found.every((one) => one === 'differ') ? 'holds' : failed;
  return found.includes('match') ? 'holds' : failed;
}

function nullOutcome(values: readonly Text[], isAbsent: boolean): Outcome {
  const wanted = values.map(({ text }) => text.toLowerCase());
  if (wanted.includes(String(isAbsent))) return 'holds';
  return isAbsent ? 'absent' : 'present';
}
