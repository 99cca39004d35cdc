import { type JsonMember, type JsonNode, TrustSyntaxError } from './json.js';
import type { Text } from './text.js';

/** The members of an object by the element they are, whatever case they were written in. */
export type Elements = ReadonlyMap<string, JsonMember>;

/**
 * An object's members by element name. `refused` says why a name is not one of them.
 * @throws TrustSyntaxError on anything but an object, an unknown name, or one that is there in two spellings
 */
export function elementsOf(
  node: JsonNode,
  what: string,
  names: readonly string[],
  refused: Readonly<Record<string, string>> = {},
): Elements {
  if (node.kind !== 'object') throw new TrustSyntaxError(`${what} must be an object`, node.at);
  const elements = new Map<string, JsonMember>();
  for (const member of node.members) {
    const sameName = (name: string): boolean => name.toLowerCase() === member.name.toLowerCase();
    const name = names.find(sameName);
    if (name === undefined) {
      const reason = Object.entries(refused).find(([other]) => sameName(other))?.[1];
      throw new TrustSyntaxError(reason ?? `${what} has no element "${member.name}"`, member.at);
    }
    if (elements.has(name)) throw new TrustSyntaxError(`${name} is used twice`, member.at);
    elements.set(name, member);
  }
  return elements;
}

/** One text. Throws a TrustSyntaxError on anything else. */
export function onlyText(node: JsonNode, name: string): Text {
  if (node.kind === 'unknown') return node;
  if (node.kind === 'string') return { kind: 'known', text: node.text, at: node.at };
  throw new TrustSyntaxError(`${name} must be text`, node.at);
}

/** One text or a list of texts. Throws a TrustSyntaxError on anything else. */
export function textsOf(node: JsonNode, name: string): readonly Text[] {
  const texts = (node.kind === 'array' ? node.items : [node]).map((item) => onlyText(item, name));
  if (texts.length === 0) throw new TrustSyntaxError(`${name} is empty`, node.at);
  return texts;
}

/** As {@link textsOf}; numbers and booleans count as their text, as IAM takes them in conditions. May be empty. */
export function scalarsOf(node: JsonNode, name: string): readonly Text[] {
  return (node.kind === 'array' ? node.items : [node]).map((item) => {
    if (item.kind === 'unknown') return item;
    if (item.kind === 'string' || item.kind === 'number' || item.kind === 'boolean') {
      return { kind: 'known', text: item.text, at: item.at };
    }
    throw new TrustSyntaxError(`${name} must be text, or a list of texts`, item.at);
  });
}
