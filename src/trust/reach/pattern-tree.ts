/** One symbol of a pattern: a letter, any text, or any one letter; `no-colon` where a colon does not match. */
export type PatternSymbol =
  | { readonly kind: 'letter'; readonly letter: string; readonly ignoreCase: boolean }
  | { readonly kind: 'any-text' | 'any-letter'; readonly noColon: boolean };

/** A pattern and the bit it sets in {@link Automaton.marks}. */
export interface Pattern {
  readonly symbols: readonly PatternSymbol[];
  readonly mark: number;
}

/** Patterns that begin alike are one node, so that a list of a thousand repositories of an owner is soon read. */
interface Node {
  /** The patterns that go through here, all alike in as many symbols as this. */
  readonly patterns: readonly Pattern[];
  readonly depth: number;
  /** Reading goes on here with any letter; `no colon` with any but that. */
  readonly loop: 'none' | 'any' | 'no colon';
  readonly marks: number;
  /** The letters to the nearest end of a pattern. */
  readonly remaining: number;
  /** Made when somebody comes here. */
  children: Children | undefined;
}

interface Children {
  readonly letters: ReadonlyMap<string, number>;
  /** By the letter in lower case. */
  readonly folded: ReadonlyMap<string, number>;
  readonly anyLetter: number | undefined;
  readonly anyLetterButColon: number | undefined;
  readonly anyText: readonly number[];
}

/** Patterns by their symbols. A set of nodes is what has been read of all of them. */
export class PatternTree {
  readonly #nodes: Node[] = [];

  constructor(patterns: readonly Pattern[]) {
    this.#add(patterns, 0, 'none');
  }

  /** Before the first letter. */
  start(): readonly number[] {
    return this.#closure([0]);
  }

  /** After one more letter; undefined is a letter that none of the nodes names. */
  step(nodes: readonly number[], letter: string | undefined): readonly number[] {
    const reached: number[] = [];
    const isColon = letter === ':';
    const folded = letter?.toLowerCase();
    for (const index of nodes) {
      const { loop } = this.#node(index);
      const children = this.#children(index);
      if (loop === 'any' || (loop === 'no colon' && !isColon)) reached.push(index);
      for (const child of [
        letter === undefined ? undefined : children.letters.get(letter),
        folded === undefined ? undefined : children.folded.get(folded),
        children.anyLetter,
        isColon ? undefined : children.anyLetterButColon,
      ]) {
        if (child !== undefined) reached.push(child);
      }
    }
    return this.#closure(reached);
  }

  /** The letters that some of the nodes name. */
  letters(nodes: readonly number[]): Set<string> {
    const found = new Set<string>();
    for (const index of nodes) {
      const { letters, folded, anyLetterButColon } = this.#children(index);
      for (const letter of letters.keys()) found.add(letter);
      for (const letter of folded.keys()) for (const one of casesOf(letter)) found.add(one);
      if (this.#node(index).loop === 'no colon' || anyLetterButColon !== undefined) found.add(':');
    }
    return found;
  }

  summary(nodes: readonly number[]): { readonly marks: number; readonly remaining: number } {
    let marks = 0;
    let remaining = Number.POSITIVE_INFINITY;
    for (const index of nodes) {
      const node = this.#node(index);
      marks |= node.marks;
      remaining = Math.min(remaining, node.remaining);
    }
    return { marks, remaining: Number.isFinite(remaining) ? remaining : 0 };
  }

  #node(index: number): Node {
    const node = this.#nodes[index];
    if (node === undefined) throw new RangeError(`no node ${index}`);
    return node;
  }

  #add(patterns: readonly Pattern[], depth: number, loop: Node['loop']): number {
    let marks = 0;
    let remaining = Number.POSITIVE_INFINITY;
    for (const { symbols, mark } of patterns) {
      if (symbols.length === depth) marks |= mark;
      let letters = 0;
      for (let at = depth; at < symbols.length; at++) if (symbols[at]?.kind !== 'any-text') letters++;
      remaining = Math.min(remaining, letters);
    }
    return this.#nodes.push({ patterns, depth, loop, marks, remaining, children: undefined }) - 1;
  }

  #children(index: number): Children {
    const node = this.#node(index);
    node.children ??= this.#grow(node);
    return node.children;
  }

  #grow({ patterns, depth }: Node): Children {
    const groups = new Map<string, Pattern[]>();
    for (const pattern of patterns) {
      const symbol = pattern.symbols[depth];
      if (symbol === undefined) continue;
      const key = keyOf(symbol);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [pattern]);
      else group.push(pattern);
    }
    const [letters, folded] = [new Map<string, number>(), new Map<string, number>()];
    const anyText: number[] = [];
    const anyLetter: (number | undefined)[] = [undefined, undefined];
    for (const group of groups.values()) {
      const symbol = group[0]?.symbols[depth];
      if (symbol === undefined) continue;
      const isText = symbol.kind === 'any-text';
      const child = this.#add(group, depth + 1, !isText ? 'none' : symbol.noColon ? 'no colon' : 'any');
      if (symbol.kind !== 'letter') {
        if (isText) anyText.push(child);
        else anyLetter[symbol.noColon ? 1 : 0] = child;
      } else if (symbol.ignoreCase) folded.set(symbol.letter.toLowerCase(), child);
      else letters.set(symbol.letter, child);
    }
    return { letters, folded, anyText, anyLetter: anyLetter[0], anyLetterButColon: anyLetter[1] };
  }

  /** With the nodes of any text, which may be none. */
  #closure(nodes: readonly number[]): readonly number[] {
    const all = new Set<number>(nodes);
    for (const index of all) for (const child of this.#children(index).anyText) all.add(child);
    return [...all].sort((one, other) => one - other);
  }
}

function keyOf(symbol: PatternSymbol): string {
  if (symbol.kind !== 'letter') return `${symbol.kind} ${symbol.noColon}`;
  return symbol.ignoreCase ? `fold${symbol.letter.toLowerCase()}` : symbol.letter;
}

/** The Kelvin sign is the one letter outside ASCII whose lower case is within it. */
const KELVIN = '\u212A';

/** A letter in lower case, and those that it is the lower case of. */
function casesOf(letter: string): readonly string[] {
  const cases = [letter, letter.toUpperCase(), ...(letter === 'k' ? [KELVIN] : [])];
  return cases.filter((one) => Array.from(one).length === 1);
}
