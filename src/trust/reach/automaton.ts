import { type Pattern, PatternTree } from './pattern-tree.js';

/**
 * Reads a text letter by letter. A state stands for all texts that lead to it; whatever the automaton was made from
 * (the values of a condition) treats these texts alike.
 */
export interface Automaton {
  readonly start: number;
  next(state: number, letter: string): number;
  /** The letters that lead somewhere of their own; all others lead to the same state. */
  letters(state: number): readonly string[];
  /** Whether every letter leads back to this state, so that the rest of the text does not matter. */
  isSettled(state: number): boolean;
  /** The marks of the patterns that the text matches, one bit each. */
  marks(state: number): number;
  /** One of the texts that lead here. */
  textOf(state: number): string;
  /** Equal for states whose texts, where they end there, are alike to a condition. */
  classOf(state: number): number;
  /** No text with fewer further letters matches a pattern. */
  remaining(state: number): number;
}

interface State {
  readonly nodes: readonly number[];
  readonly colons: number;
  readonly marks: number;
  readonly text: string;
  readonly remaining: number;
  readonly letters: readonly string[];
  /** By letter; the empty text stands for every letter that is not in `letters`. Undefined until asked for. */
  readonly next: Map<string, number | undefined>;
  isSettled: boolean | undefined;
}

/** Colons of an ARN that divide its parts: IAM compares six parts, the last with all its colons. */
const ARN_COLONS = 5;

/** A letter that no policy names, for texts that stand for a class. */
const NOBODYS_LETTER = '\u{10FFFD}';

/** Patterns side by side, made deterministic as far as they are read. */
export class PatternAutomaton implements Automaton {
  readonly start: number;
  readonly #tree: PatternTree;
  readonly #states: State[] = [];
  readonly #byKey = new Map<string, number>();

  /** With `countsColons`, texts of fewer than six ARN parts are told apart from the others. */
  constructor(
    patterns: readonly Pattern[],
    readonly countsColons = false,
  ) {
    this.#tree = new PatternTree(patterns);
    // By itself, so that the text of every other state is not empty, which is a case of its own to the evaluator.
    this.start = this.#add('start', this.#tree.start(), 0, '');
  }

  next(state: number, letter: string): number {
    const from = this.#state(state);
    const key = from.next.has(letter) ? letter : '';
    const known = from.next.get(key);
    if (known !== undefined) return known;
    const isOther = key === '';
    const colons =
      !isOther && letter === ':' && this.countsColons ? Math.min(from.colons + 1, ARN_COLONS) : from.colons;
    const nodes = this.#tree.step(from.nodes, isOther ? undefined : letter);
    const nodesKey = `${colons}:${nodes.join()}`;
    const found = this.#byKey.get(nodesKey) ?? this.#add(nodesKey, nodes, colons, from.text + letter);
    from.next.set(key, found);
    return found;
  }

  letters(state: number): readonly string[] {
    return this.#state(state).letters;
  }

  isSettled(state: number): boolean {
    const one = this.#state(state);
    one.isSettled ??= one.letters.length === 0 && this.next(state, NOBODYS_LETTER) === state;
    return one.isSettled;
  }

  marks(state: number): number {
    return this.#state(state).marks;
  }

  textOf(state: number): string {
    return this.#state(state).text;
  }

  remaining(state: number): number {
    return this.#state(state).remaining;
  }

  classOf(state: number): number {
    if (state === this.start) return 0;
    const { marks, colons } = this.#state(state);
    return 1 + marks * 2 + (colons === ARN_COLONS ? 1 : 0);
  }

  #state(index: number): State {
    const state = this.#states[index];
    if (state === undefined) throw new RangeError(`no state ${index}`);
    return state;
  }

  #add(key: string, nodes: readonly number[], colons: number, text: string): number {
    const letters = this.#tree.letters(nodes);
    if (this.countsColons && colons < ARN_COLONS) letters.add(':');
    const sorted = [...letters].sort();
    const next = new Map<string, number | undefined>(sorted.map((letter) => [letter, undefined]));
    const { marks, remaining } = this.#tree.summary(nodes);
    const state = { nodes, colons, marks, text, remaining, letters: sorted, next, isSettled: undefined };
    this.#byKey.set(key, this.#states.push(state) - 1);
    return this.#states.length - 1;
  }
}

/** Whole numbers without leading zeros, by how they compare to some others. */
export class NumberAutomaton implements Automaton {
  readonly start = 0;
  readonly #limits: readonly string[];
  readonly #states: {
    readonly text: string;
    readonly signs: readonly number[];
    readonly next: Map<string, number>;
  }[] = [];
  readonly #byKey = new Map<string, number>();

  constructor(limits: readonly number[]) {
    this.#limits = [...new Set(limits)].map(String);
    this.#intern(
      '',
      this.#limits.map(() => 0),
    );
  }

  next(state: number, letter: string): number {
    const from = this.#states[state];
    if (from === undefined) throw new RangeError(`no state ${state}`);
    const known = from.next.get(letter);
    if (known !== undefined) return known;
    const at = from.text.length;
    const signs = this.#limits.map((limit, index) => {
      const sign = from.signs[index] ?? 0;
      const digit = limit[at];
      if (digit === undefined) return 1;
      if (sign !== 0 || letter === digit) return sign;
      return letter < digit ? -1 : 1;
    });
    const found = this.#intern(from.text + letter, signs);
    from.next.set(letter, found);
    return found;
  }

  letters(): readonly string[] {
    return DIGITS;
  }

  isSettled(): boolean {
    return false;
  }

  marks(): number {
    return 0;
  }

  textOf(state: number): string {
    return this.#states[state]?.text ?? '';
  }

  remaining(): number {
    return 0;
  }

  classOf(state: number): number {
    return state;
  }

  /** Texts of one length with the same order among the limits are one class. */
  #intern(text: string, signs: readonly number[]): number {
    const key = `${text.length}:${signs.join()}`;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    this.#states.push({ text, signs, next: new Map() });
    this.#byKey.set(key, this.#states.length - 1);
    return this.#states.length - 1;
  }
}

const DIGITS: readonly string[] = [...'1234567890'];
