import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { type JsonMember, type JsonNode, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';

/** CloudFormation's short tags (`!Sub`) by the object they stand for. */
const TAGS: Readonly<Record<string, string>> = { '!Ref': 'Ref', '!Condition': 'Condition' };

/** So that aliases, which may stand for a thousand, or for themselves, come to an end. */
const MAX_NODES = 100_000;
const MAX_DEPTH = 100;

/**
 * Reads YAML into the same tree as JSON, with positions. CloudFormation's short forms become the long ones.
 * @throws TrustSyntaxError
 */
export function readYaml(text: string): JsonNode {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, logLevel: 'error', uniqueKeys: true });
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    const [problem = ''] = error.message.split('\n');
    throw new TrustSyntaxError(problem, at(error.pos[0]));
  }
  return new Tree(document, at).of(document.contents, 0);
}

class Tree {
  #nodes = 0;

  constructor(
    readonly document: Document.Parsed,
    readonly at: (offset: number) => Position,
  ) {}

  of(node: Node | null, depth: number): JsonNode {
    const where = this.at(node?.range?.[0] ?? 0);
    if (++this.#nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new TrustSyntaxError('the document is too large, or nested too deeply', where);
    }
    if (node === null) return { kind: 'null', at: where };
    if (isAlias(node)) return this.of(node.resolve(this.document) ?? null, depth + 1);
    const plain = this.#untagged(node, where, depth);
    const tag = node.tag;
    if (tag === undefined || !tag.startsWith('!')) return plain;
    const name = TAGS[tag] ?? `Fn::${tag.slice(1)}`;
    return { kind: 'object', members: [{ name, at: where, value: plain }], at: where };
  }

  #untagged(node: Node, where: Position, depth: number): JsonNode {
    if (isSeq<Node>(node)) {
      return { kind: 'array', items: node.items.map((item) => this.of(item, depth + 1)), at: where };
    }
    if (isMap<Node, Node | null>(node)) {
      const members = node.items.map(
        ({ key, value }): JsonMember => ({
          name: isScalar(key) ? String(key.value) : '',
          at: this.at(key.range?.[0] ?? 0),
          value: this.of(value, depth + 1),
        }),
      );
      return { kind: 'object', members, at: where };
    }
    return isScalar(node) ? scalar(node.value, node.source, where) : { kind: 'null', at: where };
  }
}

/** `Version: 2012-10-17` without quotes stays the text it is; a number keeps its spelling. */
function scalar(value: unknown, source: string | undefined, at: Position): JsonNode {
  if (value === null || value === undefined) return { kind: 'null', at };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), at };
  const kind = typeof value === 'number' ? 'number' : 'string';
  return { kind, text: source ?? String(value), at };
}
