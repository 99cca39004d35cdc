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
}

/** One symbol of a pattern: a letter, any text, or any one letter; `no-colon` where a colon does not match. */
export type PatternSymbol =
  | { readonly kind: 'letter'; readonly letter: string; readonly ignoreCase: boolean }
  | { readonly kind: 'any-text' | 'any-letter'; readonly noColon: boolean };

/** A pattern and the bit it sets in {@link Automaton.marks}. */
export interface Pattern {
  readonly symbols: readonly PatternSymbol[];
  readonly mark: number;
}

type Position = PatternSymbol | { readonly kind: 'end'; readonly mark: number };

interface State {
  readonly positions: readonly number[];
  readonly colons: number;
  readonly marks: number;
  readonly text: string;
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
  readonly #positions: Position[] = [];
  readonly #states: State[] = [];
  readonly #byKey = new Map<string, number>();

  /** With `countsColons`, texts of fewer than six ARN parts are told apart from the others. */
  constructor(
    patterns: readonly Pattern[],
    readonly countsColons = false,
  ) {
    const starts: number[] = [];
    for (const { symbols, mark } of patterns) {
      starts.push(this.#positions.length);
      for (const symbol of symbols) this.#positions.push(symbol);
      this.#positions.push({ kind: 'end', mark });
    }
    // By itself, so that the text of every other state is not empty, which is a case of its own to the evaluator.
    this.start = this.#add('start', this.#closure(starts), 0, '');
  }

  next(state: number, letter: string): number {
    const from = this.#state(state);
    const key = from.next.has(letter) ? letter : '';
    const known = from.next.get(key);
    if (known !== undefined) return known;
    const isOther = key === '';
    const colons =
      !isOther && letter === ':' && this.countsColons ? Math.min(from.colons + 1, ARN_COLONS) : from.colons;
    const found = this.#intern(this.#step(from, isOther ? undefined : letter), colons, from.text + letter);
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

  #state(index: number): State {
    const state = this.#states[index];
    if (state === undefined) throw new RangeError(`no state ${index}`);
    return state;
  }

  /** The positions after a letter; undefined is a letter that none of the positions names. */
  #step({ positions }: State, letter: string | undefined): readonly number[] {
    const reached: number[] = [];
    for (const position of positions) {
      const symbol = this.#positions[position];
      if (symbol === undefined || symbol.kind === 'end') continue;
      if (symbol.kind === 'letter') {
        if (letter !== undefined && isLetter(symbol, letter)) reached.push(position + 1);
      } else if (!(symbol.noColon && letter === ':')) {
        reached.push(symbol.kind === 'any-text' ? position : position + 1);
      }
    }
    return this.#closure(reached);
  }

  /** With the positions after every `any-text`, which may be nothing. */
  #closure(positions: readonly number[]): readonly number[] {
    const all = new Set<number>();
    for (const first of positions) {
      let position = first;
      while (!all.has(position)) {
        all.add(position);
        if (this.#positions[position]?.kind !== 'any-text') break;
        position++;
      }
    }
    return [...all].sort((one, other) => one - other);
  }

  #intern(positions: readonly number[], colons: number, text: string): number {
    const key = `${colons}:${positions.join()}`;
    return this.#byKey.get(key) ?? this.#add(key, positions, colons, text);
  }

  #add(key: string, positions: readonly number[], colons: number, text: string): number {
    const letters = this.#lettersOf(positions, colons);
    let marks = 0;
    for (const position of positions) {
      const symbol = this.#positions[position];
      if (symbol?.kind === 'end') marks |= symbol.mark;
    }
    const next = new Map<string, number | undefined>(letters.map((letter) => [letter, undefined]));
    const index = this.#states.push({ positions, colons, marks, text, letters, next, isSettled: undefined });
    this.#byKey.set(key, index - 1);
    return index - 1;
  }

  #lettersOf(positions: readonly number[], colons: number): readonly string[] {
    const letters = new Set<string>();
    if (this.countsColons && colons < ARN_COLONS) letters.add(':');
    for (const position of positions) {
      const symbol = this.#positions[position];
      if (symbol === undefined || symbol.kind === 'end') continue;
      if (symbol.kind === 'letter') for (const letter of casesOf(symbol)) letters.add(letter);
      else if (symbol.noColon) letters.add(':');
    }
    return [...letters].sort();
  }
}

function isLetter(
  { letter, ignoreCase }: Extract<PatternSymbol, { readonly kind: 'letter' }>,
  actual: string,
): boolean {
  return letter === actual || (ignoreCase && letter.toLowerCase() === actual.toLowerCase());
}

/** The Kelvin sign is the one letter outside ASCII whose lower case is within it. */
const KELVIN = '\u212A';

function casesOf({
  letter,
  ignoreCase,
}: Extract<PatternSymbol, { readonly kind: 'letter' }>): readonly string[] {
  if (!ignoreCase) return [letter];
  const cases = [letter, letter.toLowerCase(), letter.toUpperCase(), ...(/k/i.test(letter) ? [KELVIN] : [])];
  return cases.filter((one) => Array.from(one).length === 1);
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
