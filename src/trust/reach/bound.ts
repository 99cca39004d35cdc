import { type Automaton, PatternAutomaton } from './automaton.js';
import type { PatternSymbol } from './pattern-tree.js';

/** What a field is limited to beside its own rules. `*` and `?` in a pattern are wildcards. */
export type Bound =
  | { readonly kind: 'free' }
  | { readonly kind: 'is'; readonly text: string }
  | {
      readonly kind: 'inside' | 'outside';
      readonly patterns: readonly string[];
      readonly ignoreCase: boolean;
    }
  | { readonly kind: 'accepted'; readonly acceptor: Acceptor };

/** Says which texts are meant, letter by letter. */
export interface Acceptor {
  readonly start: number;
  next(state: number, letter: string): number;
  /** The letters that lead somewhere of their own; all others lead to the same state. */
  letters(state: number): readonly string[];
  accepts(state: number): boolean;
}

/** The symbols of a text in which `*` and `?` are wildcards. */
export function wildcardSymbols(text: string, ignoreCase: boolean): readonly PatternSymbol[] {
  return Array.from(text, (letter): PatternSymbol => {
    if (letter === '*') return { kind: 'any-text', noColon: false };
    return letter === '?' ? { kind: 'any-letter', noColon: false } : { kind: 'letter', letter, ignoreCase };
  });
}

/** Reads a text against the patterns of a bound. */
export function boundAutomaton(patterns: readonly string[], ignoreCase: boolean): Automaton {
  return new PatternAutomaton(
    patterns.map((pattern) => ({ symbols: wildcardSymbols(pattern, ignoreCase), mark: 1 })),
  );
}

/** Whether a text keeps to a bound. */
export function isWithin(bound: Bound, text: string): boolean {
  if (bound.kind === 'free') return true;
  if (bound.kind === 'is') return text === bound.text;
  const acceptor = acceptorOf(bound);
  const end = Array.from(text).reduce((state, letter) => acceptor.next(state, letter), acceptor.start);
  return acceptor.accepts(end);
}

/** The texts of a bound that does not allow all, nor just one. */
export function acceptorOf(bound: Exclude<Bound, { readonly kind: 'is' | 'free' }>): Acceptor {
  if (bound.kind === 'accepted') return bound.acceptor;
  const automaton = boundAutomaton(bound.patterns, bound.ignoreCase);
  const isInside = bound.kind === 'inside';
  return {
    start: automaton.start,
    next: (state, letter) => automaton.next(state, letter),
    letters: (state) => automaton.letters(state),
    accepts: (state) => (automaton.marks(state) !== 0) === isInside,
  };
}

/** Numbers pairs of states, so that two automata read as one. */
export class Pairs {
  readonly #pairs: (readonly [number, number])[] = [];
  readonly #byKey = new Map<string, number>();

  intern(first: number, second: number): number {
    const key = `${first},${second}`;
    const known = this.#byKey.get(key) ?? this.#pairs.push([first, second]) - 1;
    this.#byKey.set(key, known);
    return known;
  }

  of(state: number): readonly [number, number] {
    const pair = this.#pairs[state];
    if (pair === undefined) throw new RangeError(`no pair ${state}`);
    return pair;
  }
}

/** The texts that keep to both bounds; undefined where these are none, as far as that is easily seen. */
export function bothBounds(one: Bound, other: Bound): Bound | undefined {
  if (one.kind === 'free') return other;
  if (other.kind === 'free') return one;
  if (one.kind === 'is') return isWithin(other, one.text) ? one : undefined;
  if (other.kind === 'is') return isWithin(one, other.text) ? other : undefined;
  const [first, second] = [acceptorOf(one), acceptorOf(other)];
  const pairs = new Pairs();
  return {
    kind: 'accepted',
    acceptor: {
      start: pairs.intern(first.start, second.start),
      next: (state, letter) => {
        const [left, right] = pairs.of(state);
        return pairs.intern(first.next(left, letter), second.next(right, letter));
      },
      letters: (state) => {
        const [left, right] = pairs.of(state);
        return [...first.letters(left), ...second.letters(right)];
      },
      accepts: (state) => {
        const [left, right] = pairs.of(state);
        return first.accepts(left) && second.accepts(right);
      },
    },
  };
}
