import { evaluateCondition } from '../../src/trust/condition.js';
import { Context } from '../../src/trust/context.js';
import { type ParsedOperator, parseOperator } from '../../src/trust/operator-name.js';
import type { Condition as EvaluableCondition } from '../../src/trust/policy.js';
import { isObject, textsAt } from '../json.js';
import { literally } from './patterns.js';

/** One line of a Condition block. */
export interface Condition {
  /** As written, with its set qualifier and `IfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

export { Context };

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// What the sandbox's policies may use, in this spelling; the evaluator itself knows more.
const SUPPORTED: ReadonlySet<string> = new Set([
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'Bool',
  'Null',
]);

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

/** Throws an Error if the sandbox does not know the operator. */
export function checkOperator(operator: string): void {
  operatorOf(operator);
}

function operatorOf(written: string): ParsedOperator {
  const operator = parseOperator(written);
  const name = written.replace(/^For(AnyValue|AllValues):/, '').replace(/IfExists$/, '');
  if (operator === undefined || !SUPPORTED.has(name))
    throw new Error(`The condition operator "${written}" is not supported`);
  return operator;
}

/** Whether every condition holds. Throws an Error on an operator the sandbox does not know. */
export function conditionsHold(conditions: readonly Condition[], context: Context): boolean {
  return conditions
    .map(evaluable)
    .every((condition) => evaluateCondition(condition, context, '2012-10-17').outcome === 'holds');
}

/** A condition as the evaluator takes it. Throws an Error on an operator the sandbox does not know. */
export function evaluable({ operator, key, values }: Condition): EvaluableCondition {
  return {
    operator: operatorOf(operator),
    key: { text: key, at: NOWHERE },
    values: values.map((text) => ({ text, at: NOWHERE })),
  };
}

/** The accounts file is read as a whole, without positions. */
export const NOWHERE = { line: 1, column: 1 };

/**
 * Replaces `${key}` in a policy's text by the key's value; undefined where the key has no single value, so that
 * the text matches nothing. In a pattern the value's own stars stay literal.
 */
export function expandVariables(text: string, operator: string, context: Context): string | undefined {
  let missing = false;
  // In the pattern operators a star that comes from a value, or from ${*}, is no wildcard.
  const isPattern = operator.endsWith('Like') || operator.startsWith('Arn');
  const literal = (value: string): string => (isPattern ? literally(value) : value);
  const expanded = text.replace(/\$\{([^}]*)\}/g, (_, key: string) => {
    if (key === '*' || key === '?' || key === '$') return literal(key);
    const values = context.get(key);
    const value = values?.length === 1 ? values[0] : undefined;
    if (value === undefined) missing = true;
    return literal(value ?? '');
  });
  return missing ? undefined : expanded;
}
