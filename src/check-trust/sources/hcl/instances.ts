import type { JsonNode } from '../../../trust/language/json.js';
import type { Position } from '../../../trust/language/text.js';
import { textOf, unknownNode } from '../nodes.js';
import type { Block } from './body.js';
import { evaluateOrUnknown } from './evaluate.js';
import type { Expression } from './expression.js';
import { entriesOf, type Scope } from './scope.js';
import { EvaluationError } from './values.js';

/** One of the instances that `count` or `for_each` makes of a block. */
export interface Instance {
  /** As in an address: `[0]`, `["key"]`; empty without `count` and `for_each`, and where their number is not known. */
  readonly index: string;
  readonly scope: Scope;
}

/** What makes the scope of an instance. */
interface Owner {
  scope(names?: ReadonlyMap<string, JsonNode>): Scope;
}

/** More instances of one block are not looked at. */
const MAX_INSTANCES = 500;

/** The instances of a block with `count` or `for_each`. */
export function instancesOf(owner: Owner, { body, at }: Pick<Block, 'body' | 'at'>): readonly Instance[] {
  const forEach = body.attributes.get('for_each');
  if (forEach !== undefined) return eachOf(owner, forEach);
  const count = body.attributes.get('count');
  const number = Number((count && textOf(evaluateOrUnknown(count, owner.scope()))) ?? Number.NaN);
  if (Number.isNaN(number)) return unknownInstances(owner, at);
  const length = Math.min(Math.max(number, 0), MAX_INSTANCES);
  return Array.from({ length }, (_, index) => {
    const names = named('count', at, { index: { kind: 'number', text: String(index), at } });
    return { index: `[${index}]`, scope: owner.scope(names) };
  });
}

function eachOf(owner: Owner, forEach: Expression): readonly Instance[] {
  const entries = entriesIn(evaluateOrUnknown(forEach, owner.scope()));
  if (entries === undefined) return unknownInstances(owner, forEach.at);
  return entries.slice(0, MAX_INSTANCES).map(([key, value]) => {
    const index = 'text' in key ? `["${key.text}"]` : '';
    return { index, scope: owner.scope(named('each', forEach.at, { key, value })) };
  });
}

/** The items of a set are their own keys. */
function entriesIn(collection: JsonNode): readonly (readonly [JsonNode, JsonNode])[] | undefined {
  if (collection.kind === 'array') return collection.items.map((item) => [item, item]);
  try {
    return entriesOf(collection);
  } catch (error) {
    if (error instanceof EvaluationError) return undefined;
    throw error;
  }
}

/** One instance of which nothing is known. */
export function unknownInstances(owner: Owner, at: Position): readonly Instance[] {
  const each = { key: unknownNode('each.key', at), value: unknownNode('each.value', at) };
  const count = { index: unknownNode('count.index', at) };
  return [
    { index: '', scope: owner.scope(new Map([...named('each', at, each), ...named('count', at, count)])) },
  ];
}

function named(
  name: string,
  at: Position,
  members: Readonly<Record<string, JsonNode>>,
): ReadonlyMap<string, JsonNode> {
  const all = Object.entries(members).map(([one, value]) => ({ name: one, at, value }));
  return new Map([[name, { kind: 'object', members: all, at }]]);
}
