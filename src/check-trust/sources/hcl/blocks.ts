import type { JsonNode } from '../../../trust/language/json.js';
import { unknownNode } from '../nodes.js';
import type { Body } from './body.js';
import { evaluateOrUnknown } from './evaluate.js';
import { entriesOf, type Scope } from './scope.js';

/** The names of the blocks within a block, by its own name. */
export type Nesting = Readonly<Record<string, readonly string[]>>;

/** A block's attributes and nested blocks as one object, the nested ones as lists of objects. */
export function blockValue(
  body: Body,
  type: string,
  nesting: Nesting,
  scope: Scope,
  at: JsonNode['at'],
): JsonNode {
  const nested = nesting[type] ?? [];
  const attributes = [...body.attributes]
    .filter(([name]) => !nested.includes(name) && name !== 'dynamic')
    .map(([name, expression]) => ({ name, at: expression.at, value: evaluateOrUnknown(expression, scope) }));
  const blocks = nested.flatMap((name) => {
    const items = blockValues(body, name, nesting, scope);
    if (items.length === 0) return [];
    const place = items[0]?.at ?? at;
    const unknown = items.find(({ kind }) => kind === 'unknown');
    const value: JsonNode = unknown ?? { kind: 'array', items, at: place };
    return [{ name, at: place, value }];
  });
  return { kind: 'object', members: [...attributes, ...blocks], at };
}

/** The blocks of a type in a body, `dynamic` ones included; one unknown item for those whose number is not known. */
export function blockValues(body: Body, type: string, nesting: Nesting, scope: Scope): readonly JsonNode[] {
  const plain = body.blocks(type).map((block) => blockValue(block.body, type, nesting, scope, block.at));
  const dynamic = body.blocks('dynamic', 1).filter(({ labels }) => labels[0] === type);
  return [
    ...plain,
    ...dynamic.flatMap(({ body: outer, at }) => {
      const source = outer.attributes.get('for_each');
      const [content] = outer.blocks('content');
      if (source === undefined || content === undefined) return [];
      const each = entriesOf(evaluateOrUnknown(source, scope));
      if (each === undefined) return [unknownNode(source.source, at)];
      const iterator = outer.attributes.get('iterator')?.source ?? type;
      return each.map(([key, value]) => {
        const members = [
          { name: 'key', at, value: key.kind === 'number' ? value : key },
          { name: 'value', at, value },
        ];
        const names = new Map([...scope.names, [iterator, { kind: 'object', members, at } as const]]);
        return blockValue(content.body, type, nesting, { ...scope, names }, content.at);
      });
    }),
  ];
}
