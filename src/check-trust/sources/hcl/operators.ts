import type { JsonNode } from '../../../trust/language/json.js';
import { isKnown, membersOf, textOf } from '../nodes.js';
import { EvaluationError, isNumber, truthOf } from './values.js';

/** What a binary operator makes of two values; undefined where it is not known. */
export function compare(operator: string, left: JsonNode, right: () => JsonNode): JsonNode | undefined {
  const { at } = left;
  const truth = (is: boolean | undefined): JsonNode | undefined =>
    is === undefined ? undefined : { kind: 'boolean', text: String(is), at };
  if (operator === '&&' || operator === '||') {
    const settles = operator === '||';
    const first = truthOf(left);
    if (first === settles) return truth(settles);
    const second = truthOf(right());
    if (second === settles) return truth(settles);
    return truth(first === undefined || second === undefined ? undefined : !settles);
  }
  const other = right();
  if (operator === '==' || operator === '!=') {
    const same = isSame(left, other);
    return truth(same === undefined ? undefined : same === (operator === '=='));
  }
  return arithmetic(operator, left, other);
}

/** Whether two values are equal; undefined where what is unknown decides. */
export function isSame(left: JsonNode, right: JsonNode): boolean | undefined {
  if (left.kind === 'unknown' || right.kind === 'unknown')
    return differsInKnownPart(left, right) ? false : undefined;
  if (left.kind === 'array' && right.kind === 'array') {
    return left.items.length === right.items.length && everySame(left.items, right.items);
  }
  if (left.kind === 'object' && right.kind === 'object') {
    const value = (name: string): JsonNode | undefined =>
      membersOf(right).find((one) => one.name === name)?.value;
    if (left.members.length !== right.members.length) return false;
    const others = left.members.map(({ name }) => value(name));
    const known = others.filter((one) => one !== undefined);
    return (
      known.length === others.length &&
      everySame(
        left.members.map((one) => one.value),
        known,
      )
    );
  }
  return left.kind === right.kind && textOf(left) === textOf(right);
}

function everySame(left: readonly JsonNode[], right: readonly JsonNode[]): boolean | undefined {
  const all = left.map((item, index) => isSame(item, right[index] ?? item));
  if (all.includes(false)) return false;
  return all.includes(undefined) ? undefined : true;
}

/** A text of which some part is known and not empty is neither empty nor null. */
function differsInKnownPart(left: JsonNode, right: JsonNode): boolean {
  const [unknown, other] = left.kind === 'unknown' ? [left, right] : [right, left];
  if (unknown.kind !== 'unknown') return false;
  const hasText = unknown.parts.some((part) => 'known' in part && part.known !== '');
  return hasText && (other.kind === 'null' || textOf(other) === '');
}

function arithmetic(operator: string, left: JsonNode, right: JsonNode): JsonNode | undefined {
  if (!isKnown(left) || !isKnown(right)) return undefined;
  const [a, b] = [numberOf(left), numberOf(right)];
  const results: Readonly<Record<string, number | boolean>> = {
    '+': a + b,
    '-': a - b,
    '*': a * b,
    '/': a / b,
    '%': a % b,
    '<': a < b,
    '<=': a <= b,
    '>': a > b,
    '>=': a >= b,
  };
  const result = results[operator];
  if (result === undefined) return undefined;
  if (typeof result === 'number' && !Number.isFinite(result)) throw new EvaluationError('division by zero');
  return { kind: typeof result === 'boolean' ? 'boolean' : 'number', text: String(result), at: left.at };
}

export function numberOf(node: JsonNode): number {
  const text = textOf(node);
  if (text === undefined || !isNumber(text)) throw new EvaluationError('not a number');
  return Number(text);
}
