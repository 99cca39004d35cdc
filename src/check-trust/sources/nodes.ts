import type { JsonMember, JsonNode } from '../../trust/language/json.js';

/** The value of a member; undefined where the node is no object or has no such member. */
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

/** A scalar's text. */
export function textOf(node: JsonNode | undefined): string | undefined {
  return node !== undefined && 'text' in node ? node.text : undefined;
}
