import { isObject, textsAt } from '../json.js';
import { literally, matchesArnPattern, matchesPattern } from './patterns.js';

/** One line of a Condition block. */
export interface Condition {
  /** As written, with its set qualifier and `IfExists`. */
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** What is known about a request, by condition key. Keys are case-insensitive, values are not. */
export class Context {
  readonly #values = new Map<string, readonly string[]>();

  constructor(entries: Iterable<readonly [string, string | readonly string[] | undefined]> = []) {
    for (const [key, value] of entries) {
      if (value === undefined) continue;
      this.#values.set(key.toLowerCase(), typeof value === 'string' ? [value] : value);
    }
  }

  /** The key's values; undefined where the request does not have the key at all. */
  get(key: string): readonly string[] | undefined {
    return this.#values.get(key.toLowerCase());
  }
}

type Test = (actual: string, wanted: string) => boolean;

interface Operator {
  readonly test: Test;
  /** Negated operators hold when no wanted value matches, and when the key is absent. */
  readonly negated: boolean;
}

const equals: Test = (actual, wanted) => actual === wanted;
const equalsIgnoreCase: Test = (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase();
const like: Test = (actual, wanted) => matchesPattern(wanted, actual);
const numeric =
  (compare: (actual: number, wanted: number) => boolean): Test =>
  (actual, wanted) =>
    /^-?\d+(?:\.\d+)?$/.test(wanted) && compare(Number(actual), Number(wanted));
const arnLike: Test = (actual, wanted) => matchesArnPattern(wanted, actual);

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', { test: equals, negated: false }],
  ['StringNotEquals', { test: equals, negated: true }],
  ['StringEqualsIgnoreCase', { test: equalsIgnoreCase, negated: false }],
  ['StringNotEqualsIgnoreCase', { test: equalsIgnoreCase, negated: true }],
  ['StringLike', { test: like, negated: false }],
  ['StringNotLike', { test: like, negated: true }],
  ['ArnEquals', { test: arnLike, negated: false }],
  ['ArnLike', { test: arnLike, negated: false }],
  ['ArnNotEquals', { test: arnLike, negated: true }],
  ['ArnNotLike', { test: arnLike, negated: true }],
  ['NumericEquals', { test: numeric((a, b) => a === b), negated: false }],
  ['NumericNotEquals', { test: numeric((a, b) => a === b), negated: true }],
  ['NumericLessThan', { test: numeric((a, b) => a < b), negated: false }],
  ['NumericLessThanEquals', { test: numeric((a, b) => a <= b), negated: false }],
  ['NumericGreaterThan', { test: numeric((a, b) => a > b), negated: false }],
  ['NumericGreaterThanEquals', { test: numeric((a, b) => a >= b), negated: false }],
  ['Bool', { test: equalsIgnoreCase, negated: false }],
]);

interface ParsedOperator {
  readonly name: string;
  readonly set: string | undefined;
  readonly ifExists: boolean;
}

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
  const { name, ifExists, set } = splitOperator(operator);
  const known = name === 'Null' ? !ifExists && set === undefined : OPERATORS.has(name);
  if (!known) throw new Error(`The condition operator "${operator}" is not supported`);
}

/** Whether every condition holds. Throws an Error on an operator the sandbox does not know. */
export function conditionsHold(conditions: readonly Condition[], context: Context): boolean {
  for (const condition of conditions) checkOperator(condition.operator);
  return conditions.every((condition) => holds(condition, context));
}

function splitOperator(operator: string): ParsedOperator {
  const match = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/.exec(operator);
  return { name: match?.[2] ?? operator, set: match?.[1], ifExists: match?.[3] !== undefined };
}

function holds(condition: Condition, context: Context): boolean {
  const { name, set, ifExists } = splitOperator(condition.operator);
  const actual = context.get(condition.key);
  if (name === 'Null')
    return condition.values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const operator = OPERATORS.get(name);
  if (operator === undefined)
    throw new Error(`The condition operator "${condition.operator}" is not supported`);
  if (actual === undefined || actual.length === 0) {
    // An absent key: a ForAllValues is true of nothing at all, which is what makes it dangerous in an Allow.
    if (set === 'ForAllValues' || ifExists) return true;
    return set === undefined && operator.negated;
  }
  const wanted = condition.values.flatMap((value) => expandVariables(value, name, context) ?? []);
  const one = (value: string): boolean =>
    wanted.some((text) => operator.test(value, text)) !== operator.negated;
  if (set === 'ForAllValues') return actual.every(one);
  if (set === 'ForAnyValue') return actual.some(one);
  return operator.negated ? actual.every(one) : actual.some(one);
}

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
