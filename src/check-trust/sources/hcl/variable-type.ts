import type { JsonMember, JsonNode } from '../../../trust/language/json.js';
import { membersOf, textOf } from '../nodes.js';
import { evaluateOrUnknown } from './evaluate.js';
import type { Expression } from './expression.js';
import type { Scope } from './scope.js';

/** A value with what the type of its variable fills in: `optional` attributes that it does not have. */
export function withType(value: JsonNode, type: Expression, scope: Scope): JsonNode {
  const [inner, fallback] = type.kind === 'call' ? type.args : [];
  if (type.kind !== 'call' || inner === undefined) return value;
  switch (type.name) {
    case 'optional':
      if (value.kind === 'null' && fallback !== undefined) return evaluateOrUnknown(fallback, scope);
      return value.kind === 'null' ? value : withType(value, inner, scope);
    case 'object':
      return value.kind === 'object' && inner.kind === 'object' ? withAttributes(value, inner, scope) : value;
    case 'list':
    case 'set':
      if (value.kind !== 'array') return value;
      return { ...value, items: value.items.map((item) => withType(item, inner, scope)) };
    case 'map': {
      const members = membersOf(value).map((one) => ({ ...one, value: withType(one.value, inner, scope) }));
      return value.kind === 'object' ? { ...value, members } : value;
    }
    default:
      return value;
  }
}

function withAttributes(
  value: JsonNode & { readonly kind: 'object' },
  type: Expression & { readonly kind: 'object' },
  scope: Scope,
): JsonNode {
  const members = type.items.flatMap(({ key, value: inner }): readonly JsonMember[] => {
    const name = textOf(evaluateOrUnknown(key, scope));
    if (name === undefined) return [];
    const given = value.members.find((one) => one.name === name);
    const at = given?.at ?? value.at;
    return [{ name, at, value: withType(given?.value ?? { kind: 'null', at }, inner, scope) }];
  });
  return { ...value, members };
}
