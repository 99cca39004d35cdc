import { type JsonMember, type JsonNode, readJson, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position, TextPart } from '../../trust/language/text.js';
import { textNode } from './nodes.js';

/** Characters for private use, which no policy has: they stand around the number of what is unknown. */
const [BEFORE, AFTER] = ['\uE000', '\uE001'];

/**
 * Reads JSON of which some parts are known only at the deployment, within texts or in place of whole values.
 * @throws TrustSyntaxError
 */
export function readPartlyKnownJson(parts: readonly TextPart[]): JsonNode {
  const names: string[] = [];
  const text = parts
    .map((part) => ('known' in part ? part.known : `${BEFORE}${names.push(part.unknown) - 1}${AFTER}`))
    .join('');
  if (names.length === 0) return readJson(text);
  return withUnknowns(readJson(withQuotes(text)), names);
}

/** The text of a value as `jsonencode` would write it, without its exact order and escapes. */
export function encodeJson(node: JsonNode): readonly TextPart[] {
  switch (node.kind) {
    case 'object':
      return enclosed(
        '{}',
        node.members.map(({ name, value }) => [{ known: `${JSON.stringify(name)}:` }, ...encodeJson(value)]),
      );
    case 'array':
      return enclosed('[]', node.items.map(encodeJson));
    case 'unknown':
      return [{ known: '"' }, ...node.parts.map(escaped), { known: '"' }];
    case 'string':
      return [{ known: JSON.stringify(node.text) }];
    default:
      return [{ known: node.kind === 'null' ? 'null' : node.text }];
  }
}

function enclosed(brackets: string, items: readonly (readonly TextPart[])[]): readonly TextPart[] {
  const inner = items.flatMap((item, index) => (index === 0 ? item : [{ known: ',' }, ...item]));
  return [{ known: brackets[0] ?? '' }, ...inner, { known: brackets[1] ?? '' }];
}

function escaped(part: TextPart): TextPart {
  return 'known' in part ? { known: JSON.stringify(part.known).slice(1, -1) } : part;
}

/** What is unknown outside quotes is a value of its own. */
function withQuotes(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|\uE000\d+\uE001/gs, (found) =>
    found.startsWith('"') ? found : `"${found}"`,
  );
}

function withUnknowns(node: JsonNode, names: readonly string[]): JsonNode {
  const inText = (text: string, at: Position): JsonNode => {
    const parts = text.split(/\uE000(\d+)\uE001/).map((piece, index) => {
      return index % 2 === 0 ? { known: piece } : { unknown: names[Number(piece)] ?? '' };
    });
    return textNode(
      parts.filter((part) => !('known' in part) || part.known !== ''),
      at,
    );
  };
  switch (node.kind) {
    case 'object': {
      const members = node.members.map(
        ({ name, at, value }): JsonMember => ({
          name: shownText(inText(name, at)),
          at,
          value: withUnknowns(value, names),
        }),
      );
      const [twice] = members.filter(
        ({ name }, index) => members.findIndex((one) => one.name === name) < index,
      );
      if (twice !== undefined) throw new TrustSyntaxError(`the name "${twice.name}" is used twice`, twice.at);
      return { ...node, members };
    }
    case 'array':
      return { ...node, items: node.items.map((item) => withUnknowns(item, names)) };
    case 'string':
      return node.text.includes(BEFORE) ? inText(node.text, node.at) : node;
    default:
      return node;
  }
}

function shownText(node: JsonNode): string {
  return 'text' in node ? node.text : '';
}
