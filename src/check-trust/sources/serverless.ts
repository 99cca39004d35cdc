import type { JsonNode } from '../../trust/language/json.js';
import type { TextPart } from '../../trust/language/text.js';
import { itemsOf, memberOf, membersOf, partsOf, textNode, textOf, unknownNode } from './nodes.js';
import { UNDEPLOYED } from './undeployed.js';

/** Whether a document is a serverless.yml. */
export function isServerless(document: JsonNode): boolean {
  return memberOf(document, 'service') !== undefined && memberOf(document, 'provider') !== undefined;
}

/** What variables stand for when nothing is given to the command. */
const CONSTANTS: Readonly<Record<string, string>> = {
  'sls:stage': 'dev',
  'aws:accountId': UNDEPLOYED.accountId,
  'aws:region': UNDEPLOYED.region,
};

/** `${self:custom.x, 'default'}`. One without such a colon, or with two, is left to CloudFormation. */
const VARIABLE = /\$\{((?:[a-zA-Z]+(?::(?!:)|\())(?:[^${}]|\$\{[^{}]*\})*)\}/;

const MAX_DEPTH = 30;

/**
 * The templates of CloudFormation that a serverless.yml has in `resources`, with its variables replaced
 * (https://www.serverless.com/framework/docs/providers/aws/guide/variables). A part that is another file is unknown.
 */
export function serverlessTemplates(document: JsonNode): readonly JsonNode[] {
  const resources = memberOf(document, 'resources');
  if (resources === undefined) return [];
  const resolved = new Variables(document).resolve(resources, 0);
  return resolved.kind === 'array' ? resolved.items : [resolved];
}

/** Variables within variables come to much in a few lines. */
const MAX_VALUES = 20_000;

class Variables {
  #count = 0;

  constructor(readonly document: JsonNode) {}

  resolve(node: JsonNode, depth: number): JsonNode {
    if (node.kind === 'array')
      return { ...node, items: itemsOf(node).map((item) => this.resolve(item, depth)) };
    if (node.kind === 'object') {
      const members = node.members.map((one) => ({ ...one, value: this.resolve(one.value, depth) }));
      return { ...node, members };
    }
    return node.kind === 'string' ? this.#text(node.text, node, depth) : node;
  }

  /** A text that is one variable is its value, of whatever kind. */
  #text(text: string, node: JsonNode, depth: number): JsonNode {
    const found = VARIABLE.exec(text);
    if (found === null) return text === textOf(node) ? node : { kind: 'string', text, at: node.at };
    const [whole, inner = ''] = found;
    const value = this.#value(inner, node, depth + 1) ?? unknownNode(inner, node.at);
    if (whole === text) return value;
    const after = this.#text(text.slice(found.index + whole.length), node, depth + 1);
    const parts: readonly TextPart[] = [
      ...(found.index === 0 ? [] : [{ known: text.slice(0, found.index) }]),
      ...(partsOf(value) ?? [{ unknown: inner }]),
      ...(partsOf(after) ?? []),
    ];
    return textNode(
      parts.filter((part) => !('known' in part) || part.known !== ''),
      node.at,
    );
  }

  /** What is before the first comma, otherwise what is after it. */
  #value(written: string, node: JsonNode, depth: number): JsonNode | undefined {
    if (depth > MAX_DEPTH || ++this.#count > MAX_VALUES) return undefined;
    // A variable within a variable is replaced first.
    const inside = this.#text(written, node, depth);
    const text = textOf(inside);
    if (text === undefined) return undefined;
    const [, address = '', fallback] = /^([^,]*)(?:,(.*))?$/s.exec(text) ?? [];
    const name = address.trim();
    const known = CONSTANTS[name];
    if (known !== undefined) return { kind: 'string', text: known, at: node.at };
    if (name.startsWith('self:')) {
      const path = name
        .slice('self:'.length)
        .split('.')
        .filter((part) => part !== '');
      const found = path.reduce<JsonNode | undefined>(member, this.document);
      if (found !== undefined) return this.resolve(found, depth + 1);
    }
    return fallback === undefined ? undefined : this.#fallback(fallback.trim(), node, depth);
  }

  #fallback(text: string, node: JsonNode, depth: number): JsonNode | undefined {
    const [, , quoted] = /^(['"])(.*)\1$/s.exec(text) ?? [];
    if (quoted !== undefined) return { kind: 'string', text: quoted, at: node.at };
    if (/^(true|false)$/.test(text)) return { kind: 'boolean', text, at: node.at };
    if (/^\d+$/.test(text)) return { kind: 'number', text, at: node.at };
    return this.#value(text, node, depth + 1);
  }
}

function member(node: JsonNode | undefined, name: string): JsonNode | undefined {
  return node?.kind === 'array'
    ? node.items[Number(name)]
    : membersOf(node).find((one) => one.name === name)?.value;
}
