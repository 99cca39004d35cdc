import type { Node } from 'yaml';
import {
  type OpenDocument,
  type YamlDocument,
  type YamlNode,
  YamlProblem,
  yamlDocuments,
} from '../../core/yaml-document.js';
import { type JsonMember, type JsonNode, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';

/** CloudFormation's short tags (`!Sub`) by the object they stand for. */
const TAGS: Readonly<Record<string, string>> = { '!Ref': 'Ref', '!Condition': 'Condition' };

/**
 * Reads the documents of a text into the same trees as JSON, with positions. CloudFormation's short forms become the
 * long ones. Where there are several, one that is wrong does not keep the others from being read, and empty ones are
 * left out. Nothing is read behind one that nests too deeply.
 * @throws TrustSyntaxError
 */
export function readYaml(text: string): readonly (JsonNode | TrustSyntaxError)[] {
  const documents = asSyntax(() => yamlDocuments(text, 'core'));
  const [open, ...others] = documents;
  const empty: JsonNode = { kind: 'null', at: { line: 1, column: 1 } };
  if (others.length === 0) return [open === undefined ? empty : rootOf(open)];
  const read = documents.map((one) => {
    try {
      return rootOf(one);
    } catch (error) {
      if (error instanceof TrustSyntaxError) return error;
      throw error;
    }
  });
  return read.filter((one) => one instanceof TrustSyntaxError || one.kind !== 'null');
}

function rootOf(open: OpenDocument): JsonNode {
  return asSyntax(() => {
    const document = open();
    return tree(document, document.root, 0);
  });
}

function asSyntax<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof YamlProblem)) throw error;
    throw new TrustSyntaxError(error.problem, error.at);
  }
}

function tree(document: YamlDocument, written: Node | null, depth: number): JsonNode {
  const node = document.resolve(written);
  const at = document.at(node?.range?.[0] ?? 0);
  const plain = untagged(document, document.look(node, depth), at, depth);
  const tag = node?.tag;
  if (tag === undefined || !tag.startsWith('!')) return plain;
  const name = TAGS[tag] ?? `Fn::${tag.slice(1)}`;
  return { kind: 'object', members: [{ name, at, value: plain }], at };
}

function untagged(document: YamlDocument, seen: YamlNode, at: Position, depth: number): JsonNode {
  switch (seen.kind) {
    case 'list':
      return { kind: 'array', items: seen.items.map((item) => tree(document, item, depth + 1)), at };
    case 'mapping': {
      const members = seen.members.map(
        ({ name, at: where, value }): JsonMember => ({
          name,
          at: where,
          value: tree(document, value, depth + 1),
        }),
      );
      return { kind: 'object', members, at };
    }
    case 'scalar':
      return scalar(seen.value, seen.source, at);
  }
}

/** `Version: 2012-10-17` without quotes stays the text it is; a number keeps its spelling. */
function scalar(value: unknown, source: string | undefined, at: Position): JsonNode {
  if (value === null || value === undefined) return { kind: 'null', at };
  if (typeof value === 'boolean') return { kind: 'boolean', text: String(value), at };
  const kind = typeof value === 'number' ? 'number' : 'string';
  return { kind, text: source ?? String(value), at };
}
