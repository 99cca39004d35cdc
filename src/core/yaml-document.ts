import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  type Pair,
  Parser,
  visit,
  YAMLParseError,
} from 'yaml';
import { quote } from './text.js';

/*
 * YAML in time in proportion to its length. The library alone takes much longer for some texts: it compares each key of
 * a mapping with all others, looks for an alias's anchor from the start, draws a picture of each of ten thousand errors,
 * and has no end to how deep a text may nest, until the stack ends (and the process, where a pattern is compiled there).
 * What it is not asked to do here, this file does: unique keys, anchors, and limits on depth and on what aliases unfold to.
 */

/** As large as CloudFormation takes a template (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html). */
const MAX_LENGTH = 1_048_576;
/** So that aliases, which may stand for a thousand, or for themselves, come to an end. */
const MAX_NODES = 100_000;
const MAX_DEPTH = 100;
/** What the parser has open at once, up to three for each level. The library's stack ends from 770 on. */
const MAX_OPEN = 400;
/** Documents in one text. */
const MAX_DOCUMENTS = 1000;

/** Where something stands in a text; both counted from 1. */
export interface YamlPosition {
  readonly line: number;
  readonly column: number;
}

/** A text that is not YAML, or YAML of a kind that is not read here. */
export class YamlProblem extends Error {
  override readonly name = 'YamlProblem';
  constructor(
    readonly problem: string,
    readonly at: YamlPosition,
  ) {
    super(`${problem} (line ${at.line}, column ${at.column})`);
  }
}

/** What a node is; a mapping's keys are unique. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly value: unknown; readonly source: string | undefined }
  | { readonly kind: 'list'; readonly items: readonly Node[] }
  | { readonly kind: 'mapping'; readonly members: readonly YamlMember[] };

export interface YamlMember {
  /** Empty for a key that is a list or a mapping. */
  readonly name: string;
  readonly isText: boolean;
  readonly at: YamlPosition;
  readonly value: Node | null;
}

/** A document that has been read; throws a {@link YamlProblem} for what is wrong, also while it is walked. */
export class YamlDocument {
  readonly root: Node | null;
  readonly #lines: LineCounter;
  readonly #anchors: ReadonlyMap<Alias, Node>;
  readonly #count: { nodes: number };

  /** @param count how many nodes the documents of a text have been read to have */
  constructor(document: Document.Parsed, lines: LineCounter, count: { nodes: number }) {
    this.#lines = lines;
    this.#count = count;
    const [error] = document.errors;
    if (error !== undefined) throw new YamlProblem(error.message.replace(/[.:]$/, ''), this.at(error.pos[0]));
    this.root = document.contents;
    this.#anchors = anchorsOf(document);
  }

  at(offset: number): YamlPosition {
    const { line, col } = this.#lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  /** The node itself, or the one that an alias stands for. */
  resolve(node: Node | null): Node | null {
    if (!isAlias(node)) return node;
    const target = this.#anchors.get(node);
    if (target !== undefined) return target;
    throw new YamlProblem(
      `there is no anchor for the alias ${quote(node.source, 60)}`,
      this.at(node.range?.[0] ?? 0),
    );
  }

  /** What a resolved node is. Each look counts, since aliases may make many of one. */
  look(node: Node | null, depth: number): YamlNode {
    const at = this.at(node?.range?.[0] ?? 0);
    if (++this.#count.nodes > MAX_NODES || depth > MAX_DEPTH) {
      throw new YamlProblem(
        'the document is too large, or nested too deeply, also by what an alias unfolds to',
        at,
      );
    }
    if (isSeq<Node>(node)) return { kind: 'list', items: node.items };
    if (isMap<Node, Node | null>(node)) return { kind: 'mapping', members: this.#members(node.items) };
    return isScalar(node)
      ? { kind: 'scalar', value: node.value, source: node.source }
      : { kind: 'scalar', value: null, source: undefined };
  }

  #members(pairs: readonly Pair<Node, Node | null>[]): readonly YamlMember[] {
    const names = new Set<string>();
    return pairs.map(({ key: written, value }) => {
      const at = this.at(written.range?.[0] ?? 0);
      const key = this.resolve(written);
      const isText = isScalar(key) || key === null;
      const name = isScalar(key) ? String(key.value ?? '') : '';
      if (names.has(name)) {
        throw new YamlProblem(`Map keys must be unique, and ${quote(name, 60)} stands here twice`, at);
      }
      names.add(name);
      return { name, isText, at, value };
    });
  }
}

/** Opens a document; throws a {@link YamlProblem} for one with an error in it. */
export type OpenDocument = () => YamlDocument;

/**
 * The documents of a text, none for one without any. Throws a {@link YamlProblem} for a text that is too long.
 * @param schema `failsafe` leaves every scalar the text it is: `1.10`, `010`, `no`
 */
export function yamlDocuments(text: string, schema: 'failsafe' | 'core'): readonly OpenDocument[] {
  if (text.length > MAX_LENGTH) throw atStart(`YAML of more than ${MAX_LENGTH} characters is not read`);
  // Counted before they are parsed, which takes seconds for a megabyte of markers.
  const markers = text.match(/^(?:---|\.\.\.)(?=\s|$)/gm)?.length ?? 0;
  if (markers > MAX_DOCUMENTS) throw atStart(`more than ${MAX_DOCUMENTS} YAML documents are not read`);
  const lines = new LineCounter();
  const options = {
    schema,
    lineCounter: lines,
    logLevel: 'error',
    prettyErrors: false,
    uniqueKeys: false,
  } as const;
  const reading: Reading = { lines, tooDeepAt: undefined };
  const documents = withoutTraces(() => [...new Composer(options).compose(tokensOf(text, reading))]);
  const last = documents.at(-1);
  if (last !== undefined && reading.tooDeepAt !== undefined) addProblem(last, reading.tooDeepAt);
  const count = { nodes: 0 };
  return documents.map((document) => () => new YamlDocument(document, lines, count));
}

interface Reading {
  readonly lines: LineCounter;
  /** Where a document nests too deeply: nothing is read from there on. */
  tooDeepAt: number | undefined;
}

/** What the text is made of, as the library's own parser has it. */
function* tokensOf(text: string, reading: Reading): Generator<CST.Token, void> {
  const parser = new Parser(reading.lines.addNewLine);
  reading.lines.addNewLine(0);
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme);
    if (parser.stack.length > MAX_OPEN) {
      reading.tooDeepAt = parser.offset - lexeme.length;
      break;
    }
  }
  yield* parser.end();
}

/** In the order of the text: what is wrong before that may be why it looks deep. */
function addProblem({ errors }: Document.Parsed, offset: number): void {
  errors.unshift(new YAMLParseError([offset, offset + 1], 'RESOURCE_EXHAUSTION', 'it is nested too deeply'));
  errors.sort((one, other) => one.pos[0] - other.pos[0]);
}

/** The library makes an error of each mistake, a hundred thousand of some texts; their traces take most of the time. */
function withoutTraces<Result>(work: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return work();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function atStart(problem: string): YamlProblem {
  return new YamlProblem(problem, { line: 1, column: 1 });
}

/** Text as lists, objects and strings, each scalar as it is written. */
export function plainYaml(text: string): unknown {
  const document = onlyDocument(text);
  return document === undefined ? null : plainNode(document, document.root);
}

/** The one document of a text, undefined for a text without any. Scalars stay the text they are. */
export function onlyDocument(text: string): YamlDocument | undefined {
  const [open, ...others] = yamlDocuments(text, 'failsafe');
  const document = open?.();
  if (others.length > 0) throw atStart('there are several YAML documents, and one is expected');
  return document;
}

/** A node of a document as lists, objects and strings. */
export function plainNode(document: YamlDocument, node: Node | null, depth = 0): unknown {
  const seen = document.look(document.resolve(node), depth);
  if (seen.kind === 'list') return seen.items.map((item) => plainNode(document, item, depth + 1));
  if (seen.kind === 'scalar') return seen.value;
  return Object.fromEntries(
    seen.members.map(({ name, isText, at, value }) => {
      if (!isText) throw new YamlProblem('a key is a list or a mapping; text is expected', at);
      return [name, plainNode(document, value, depth + 1)];
    }),
  );
}

/** The node that each alias stands for: the last one before it with that anchor. */
function anchorsOf(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const named = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Node(_, node) {
      if (isAlias(node)) {
        const target = named.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if ('anchor' in node && typeof node.anchor === 'string') named.set(node.anchor, node);
    },
  });
  return targets;
}
