import { compileGrammar, type Graph, type Part, type Slot } from './grammar.js';
import type { TokenKind } from './kinds.js';

/** The grammars of one kind of tokens, by their templates, and as far as conditions are about them. */
export class Grammars {
  readonly #parts = new Map<string, Part>();
  readonly #graphs = new Map<string, Graph>();

  constructor(readonly kind: TokenKind) {}

  graph(name: string, relevant: ReadonlySet<Slot>, make: (kind: TokenKind) => Part): Graph {
    const key = `${name} ${[...relevant].sort().join()}`;
    const part = this.#parts.get(name) ?? make(this.kind);
    const graph = this.#graphs.get(key) ?? compileGrammar(part, relevant);
    this.#parts.set(name, part);
    this.#graphs.set(key, graph);
    return graph;
  }
}

const KNOWN = new WeakMap<TokenKind, Grammars>();

/** Made once for all policies that are asked about a kind, and gone with it. */
export function grammarsOf(kind: TokenKind): Grammars {
  const known = KNOWN.get(kind) ?? new Grammars(kind);
  KNOWN.set(kind, known);
  return known;
}
