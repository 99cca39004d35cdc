import type { JsonMember, JsonNode } from '../../trust/language/json.js';
import { type Position, type TextPart, textFromParts } from '../../trust/language/text.js';

/** The value of a member; undefined where the node is not an object or has no such member. */
export function memberOf(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return membersOf(node).find((member) => member.name === name)?.value;
}

/** An object's members; none where the node is something else. */
export function membersOf(node: JsonNode | undefined): readonly JsonMember[] {
  return node?.kind === 'object' ? node.members : [];
}

/** A list's items; none where the node is something else. */
export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.kind === 'array' ? node.items : [];
}

/** A scalar's text; undefined where the node is something else, or only a deployment knows it. */
export function textOf(node: JsonNode | undefined): string | undefined {
  return node !== undefined && 'text' in node && node.kind !== 'unknown' ? node.text : undefined;
}

/** What is known of a scalar; undefined where the node is something else. */
export function partsOf(node: JsonNode | undefined): readonly TextPart[] | undefined {
  if (node?.kind === 'unknown') return node.parts;
  const text = textOf(node);
  return text === undefined ? undefined : [{ known: text }];
}

/** The text that some parts make. */
export function textNode(parts: readonly TextPart[], at: Position): JsonNode {
  const text = textFromParts(parts, at);
  return text.kind === 'unknown' ? text : { kind: 'string', text: text.text, at };
}

/** A value of which nothing is known but what it is called. */
export function unknownNode(name: string, at: Position): JsonNode {
  return { kind: 'unknown', text: `\${${name}}`, parts: [{ unknown: name }], at };
}

/** Whether nothing in a value is left to a deployment. */
export function isKnown(node: JsonNode): boolean {
  if (node.kind === 'array') return node.items.every(isKnown);
  if (node.kind === 'object') return node.members.every(({ value }) => isKnown(value));
  return node.kind !== 'unknown';
}

/** What of a value is left to a deployment, by name. */
export function unknownNames(node: JsonNode): readonly string[] {
  if (node.kind === 'unknown') return node.parts.flatMap((part) => ('unknown' in part ? part.unknown : []));
  if (node.kind === 'array') return node.items.flatMap(unknownNames);
  return membersOf(node).flatMap(({ value }) => unknownNames(value));
}
