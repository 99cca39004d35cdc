import type { Condition, Statement } from '../language/policy.js';
import { isGuard } from './guards.js';

/** Whether another condition of the statement makes sure that the key is there. */
export function isKeyRequired(statement: Statement, { key }: Condition): boolean {
  return statement.conditions.some((other) => {
    if (other.key.text.toLowerCase() !== key.text.toLowerCase()) return false;
    const isNotNull = other.operator.kind === 'null' && other.values.every(({ text }) => text === 'false');
    return isNotNull || isGuard(other);
  });
}
