import type { JsonNode } from './json.js';

/** The characters of a document without white space between them; of what is unknown, only what is known of it. */
export function sizeOf(node: JsonNode): number {
  switch (node.kind) {
    case 'object': {
      const members = node.members.map(({ name, value }) => quotedSize(name) + 1 + sizeOf(value));
      return listSize(members);
    }
    case 'array':
      return listSize(node.items.map(sizeOf));
    case 'string':
      return quotedSize(node.text);
    case 'number':
    case 'boolean':
      return node.text.length;
    case 'null':
      return 4;
    case 'unknown':
      return node.parts.reduce((sum, part) => sum + ('known' in part ? part.known.length : 0), 2);
  }
}

/** With the brackets and commas around them. */
function listSize(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 2 + Math.max(sizes.length - 1, 0));
}

function quotedSize(text: string): number {
  return JSON.stringify(text).length;
}
