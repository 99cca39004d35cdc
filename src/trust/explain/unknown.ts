import { formatList, quote } from '../../core/text.js';
import { isKnownOnlyToAws } from '../evaluate/aws-keys.js';
import type { ConditionResult } from '../evaluate/condition.js';
import { hasUnknownValue } from '../evaluate/evaluate.js';
import type { Reason } from './failure.js';

/** Whether a condition cannot be decided here, for want of what only AWS or a deployment knows. */
export function isUndecided(result: ConditionResult): boolean {
  return hasUnknownValue(result) || unknownKeys(result).length > 0;
}

/** What of a condition only AWS knows: its key, or variables in its values. None where it can be decided here. */
function unknownKeys({ condition, actual, outcome, unresolved }: ConditionResult): readonly string[] {
  // A variable without a value keeps a condition from holding, and lets a negated one hold.
  const isByVariable =
    outcome === (condition.operator.isNegated ? 'holds' : 'unresolved-variable') && actual !== undefined;
  const asked = isByVariable ? unresolved : actual === undefined ? [condition.key.text] : [];
  return asked.filter(isKnownOnlyToAws);
}

/** Why a condition cannot be decided here, where that is so. */
export function whyUndecided(result: ConditionResult): Reason | undefined {
  if (hasUnknownValue(result)) {
    const values = result.condition.values.filter(({ kind }) => kind === 'unknown');
    return {
      id: 'unknown-value',
      why: `Only the deployment knows ${formatList(values.map(({ text }) => quote(text)))}, so whether the condition holds cannot be decided here.`,
    };
  }
  const unknown = unknownKeys(result).map((key) => quote(key));
  if (unknown.length === 0) return undefined;
  return {
    id: 'unknown-here',
    why: `Only AWS knows ${formatList(unknown)}, so whether the condition holds cannot be decided here.`,
  };
}
