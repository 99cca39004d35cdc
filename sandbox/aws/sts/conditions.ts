import { evaluateCondition } from '../../../src/trust/evaluate/condition.js';
import { Context } from '../../../src/trust/evaluate/context.js';
import { parseOperator } from '../../../src/trust/language/operators.js';
import type { Condition as EvaluableCondition } from '../../../src/trust/language/policy.js';
import { isObject, textsAt } from '../../core/json.js';

/** One line of a Condition block. */
export interface Condition {
  /** As written, with its set qualifier and `IfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export { Context };

/** Reads a Condition block. Throws an Error naming the place where it has not IAM's form. */
export function parseConditions(block: unknown, where: string): readonly Condition[] {
  if (block === undefined) return [];
  if (!isObject(block)) throw new Error(`${where} must be an object`);
  return Object.entries(block).flatMap(([operator, keys]) => {
    if (!isObject(keys)) throw new Error(`${where}.${operator} must be an object`);
    return Object.entries(keys).map(([key, values]) => {
      // JSON booleans and numbers are common in hand-written policies, and IAM reads them as text.
      const list: readonly unknown[] = Array.isArray(values) ? values : [values];
      const texts = list.map((item) =>
        typeof item === 'boolean' || typeof item === 'number' ? String(item) : item,
      );
      return { operator, key, values: textsAt(texts, `${where}.${operator}.${key}`) };
    });
  });
}

/** Whether every condition holds. Throws an Error on an operator that IAM does not have. */
export function conditionsHold(conditions: readonly Condition[], context: Context): boolean {
  return conditions
    .map(evaluable)
    .every((condition) => evaluateCondition(condition, context, '2012-10-17').outcome === 'holds');
}

/** A condition as the action's own evaluator takes it; where it stands is not asked for. */
function evaluable({ operator: written, key, values }: Condition): EvaluableCondition {
  const operator = parseOperator(written);
  if (operator === undefined) throw new Error(`The condition operator "${written}" is not supported`);
  const at = { line: 1, column: 1 };
  return { operator, key: { text: key, at }, values: values.map((text) => ({ kind: 'known', text, at })) };
}
