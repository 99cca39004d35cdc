import { type Condition, claimOf } from '../language/policy.js';

/** Whether a condition is only true of a request that has the key, with a value that is listed. */
export function isGuard({ operator }: Condition): boolean {
  const { kind, isNegated, ifExists, set } = operator;
  return kind !== 'null' && !isNegated && !ifExists && set !== 'ForAllValues';
}

/** Whether a condition asks for a key that has one of its values, and none of these is open. */
export function isClosedGuard(condition: Condition): boolean {
  return isGuard(condition) && condition.values.every(({ text }) => !isOpen(text, condition));
}

/** Whether a value is a pattern that every text matches, or every one of a length. */
function isOpen(text: string, { operator }: Condition): boolean {
  return operator.takesPatterns && /^[*?]+$/.test(text);
}

/**
 * Whether a condition limits a claim that every token has, which makes IfExists and ForAllValues mean the same as the
 * plain operator.
 */
export function guardsValue(condition: Condition, claim: string): boolean {
  const { kind, isNegated } = condition.operator;
  return (
    claimOf(condition) === claim &&
    kind !== 'null' &&
    !isNegated &&
    condition.values.every(({ text }) => !isOpen(text, condition))
  );
}

/** Whether a pattern of subjects is open before it names an owner. */
export function isAnyOwner(text: string): boolean {
  const [start = ''] = text.split(/[*?]/);
  return start !== text && 'repo:'.startsWith(start);
}
