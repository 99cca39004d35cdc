import type { JsonNode } from '../../../trust/language/json.js';
import type { Expression } from './expression.js';
import type { ReadFile } from './functions.js';
import { EvaluationError, sortedMembers } from './values.js';

/** What the names in an expression stand for. */
export interface Scope {
  /** `each`, `count` and the names of `for`. */
  readonly names: ReadonlyMap<string, JsonNode>;
  /**
   * What a name and the attributes after it stand for, and how many of these were needed. A key that is not known is
   * undefined.
   */
  reference(root: string, steps: readonly (string | undefined)[], whole: Expression): Reference | undefined;
  readonly readFile: ReadFile;
  readonly budget: Budget;
}

/** So that nothing goes on for ever. */
export interface Budget {
  /** How many expressions may still be evaluated. */
  left: number;
  /** How many names are being looked up, one within the other. */
  depth: number;
}

export interface Reference {
  readonly value: JsonNode;
  readonly used: number;
}

/** A key and a value for each item of a collection; undefined where it is not known. */
export function entriesOf(collection: JsonNode): readonly (readonly [JsonNode, JsonNode])[] | undefined {
  const { at } = collection;
  if (collection.kind === 'array') {
    return collection.items.map(
      (item, index) => [{ kind: 'number', text: String(index), at }, item] as const,
    );
  }
  if (collection.kind === 'object') {
    return sortedMembers(collection).map(({ name, value }) => [
      { kind: 'string', text: name, at: value.at },
      value,
    ]);
  }
  if (collection.kind === 'unknown') return undefined;
  throw new EvaluationError('not a list or a map');
}

/** A scope in which the names of a `for` are one of the entries. */
export function withNames(
  scope: Scope,
  names: readonly string[],
  [key, value]: readonly [JsonNode, JsonNode],
): Scope {
  const [first = '', second] = names;
  const own: readonly (readonly [string, JsonNode])[] =
    second === undefined
      ? [[first, value]]
      : [
          [first, key],
          [second, value],
        ];
  return { ...scope, names: new Map([...scope.names, ...own]) };
}
