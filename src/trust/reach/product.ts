import type { Automaton } from './automaton.js';
import type { Slot } from './grammar.js';

/** Whether a condition holds; `maybe` where that is not known of all texts of a class. */
export type Truth = 'yes' | 'no' | 'maybe';

/** A condition on one claim, as a question to an automaton. */
export interface Atom {
  readonly slot: Slot;
  readonly automaton: Automaton;
  /** Whether it holds for the texts that end in a state. */
  truth(state: number): Truth;
  /** Whether it holds for tokens without the claim. */
  readonly absent: Truth;
  /** From a state, it holds for no text with fewer further letters. */
  remaining(state: number): number;
}

/** A statement: it applies where all of its conditions hold. */
export interface Conjunction {
  readonly atoms: readonly Atom[];
  /** Something else must hold too, and it is not known whether it does. */
  readonly isDoubtful: boolean;
}

/** The tokens to look for: one statement applies, and none of the others does. */
export interface Query {
  readonly wanted: Conjunction;
  readonly unwanted: readonly Conjunction[];
}

/** What is known of a class of tokens. */
export interface Judgement {
  /** No doubt remains: whatever is not known, the wanted statement applies and the others do not. */
  readonly isCertain: boolean;
  /** The unwanted conjunctions that may apply, by their place in the query. */
  readonly doubtful: readonly number[];
  /** The atoms of the wanted conjunction that may hold. */
  readonly maybes: readonly Atom[];
}

/** A letter of the subject counts as much as so many others, so that the shortest subject is found first. */
export const WEIGHT = 16;

/** What a letter of some claims costs. */
export function weightOf(slots: readonly Slot[]): number {
  return slots.includes('sub') ? WEIGHT : 1;
}

/** Claims that are read by themselves, whatever the subject is made of. */
const INDEPENDENT: readonly Slot[] = ['aud', 'job_workflow_ref', 'workflow', 'actor'];

/** Marks in place of an automaton's state, once the condition is decided. */
const [HOLDS, MAYBE, IRRELEVANT] = [-1, -2, -3];

/** The automata of all conditions side by side. A place of `states` belongs to one condition. */
export class Product {
  readonly #atoms: readonly Atom[];
  /** The conjunction of each place: 0 is the wanted one, from 1 on the unwanted. */
  readonly #groups: readonly number[];
  readonly #places: readonly (readonly number[])[];
  readonly #bySlot = new Map<Slot, number[]>();

  constructor(readonly query: Query) {
    const all = [query.wanted, ...query.unwanted];
    this.#atoms = all.flatMap(({ atoms }) => atoms);
    this.#groups = all.flatMap(({ atoms }, group) => atoms.map(() => group));
    const places: number[][] = all.map(() => []);
    this.#groups.forEach((group, place) => {
      places[group]?.push(place);
    });
    this.#places = places;
    this.#atoms.forEach(({ slot }, place) => {
      const places = this.#bySlot.get(slot);
      if (places === undefined) this.#bySlot.set(slot, [place]);
      else places.push(place);
    });
  }

  /** What a state costs of the budget: one, and more where there are many conditions. */
  get size(): number {
    return 1 + (this.#atoms.length >> 5);
  }

  /** Undefined where nothing can be found. */
  start(): readonly number[] | undefined {
    if (this.query.unwanted.some(({ atoms, isDoubtful }) => atoms.length === 0 && !isDoubtful))
      return undefined;
    return this.#atoms.map(({ automaton }) => automaton.start);
  }

  letters(states: readonly number[], slots: readonly Slot[], escaped: readonly Slot[]): Set<string> {
    const letters = new Set<string>();
    for (const slot of slots) this.#addLetters(states, slot, letters);
    for (const slot of escaped) {
      this.#addLetters(states, slot, letters);
      letters.add(':');
    }
    return letters;
  }

  #addLetters(states: readonly number[], slot: Slot, letters: Set<string>): void {
    for (const place of this.#bySlot.get(slot) ?? []) {
      const state = states[place] ?? IRRELEVANT;
      if (state < 0) continue;
      for (const letter of this.#atoms[place]?.automaton.letters(state) ?? []) letters.add(letter);
    }
  }

  /** Undefined where no token that is wanted begins like this. */
  read(
    states: readonly number[],
    letter: string,
    slots: readonly Slot[],
    escaped: readonly Slot[],
  ): readonly number[] | undefined {
    const next = states.slice();
    for (const slot of slots) if (!this.#advance(next, slot, letter)) return undefined;
    for (const slot of escaped) {
      for (const one of letter === ':' ? '%3A' : [letter]) {
        if (!this.#advance(next, slot, one)) return undefined;
      }
    }
    return next;
  }

  /** The same for a whole text, none of whose letters is escaped. */
  readText(
    states: readonly number[],
    letters: readonly string[],
    slots: readonly Slot[],
  ): readonly number[] | undefined {
    const next = states.slice();
    for (const letter of letters) {
      for (const slot of slots) if (!this.#advance(next, slot, letter)) return undefined;
    }
    return next;
  }

  #advance(states: number[], slot: Slot, letter: string): boolean {
    for (const place of this.#bySlot.get(slot) ?? []) {
      const state = states[place] ?? IRRELEVANT;
      const atom = this.#atoms[place];
      if (state < 0 || atom === undefined) continue;
      const next = atom.automaton.next(state, letter);
      states[place] = next;
      if (atom.automaton.isSettled(next) && !this.#decide(states, place, atom.truth(next))) return false;
    }
    return true;
  }

  /** Claims that are complete, or absent. Undefined where no token that is wanted is like this. */
  finish(
    states: readonly number[],
    slots: readonly Slot[],
    isAbsent: boolean,
  ): readonly number[] | undefined {
    if (slots.length === 0) return states;
    const next = states.slice();
    for (const slot of slots) {
      for (const place of this.#bySlot.get(slot) ?? []) {
        const state = next[place] ?? IRRELEVANT;
        const atom = this.#atoms[place];
        if (state < 0 || atom === undefined) continue;
        if (!this.#decide(next, place, isAbsent ? atom.absent : atom.truth(state))) return undefined;
      }
    }
    return next;
  }

  /** False where that leaves nothing to look for. */
  #decide(states: number[], place: number, truth: Truth): boolean {
    const group = this.#groups[place] ?? 0;
    if (group === 0) {
      states[place] = truth === 'maybe' ? MAYBE : HOLDS;
      return truth !== 'no';
    }
    const places = this.#places[group] ?? [];
    if (truth === 'no') {
      for (const each of places) states[each] = IRRELEVANT;
      return true;
    }
    states[place] = truth === 'maybe' ? MAYBE : HOLDS;
    const applies = places.every((each) => states[each] === HOLDS);
    return !applies || this.query.unwanted[group - 1]?.isDoubtful === true;
  }

  /** At least as much is to be read before all that is wanted holds, by weight. */
  remaining(states: readonly number[]): number {
    let subject = 0;
    let others = 0;
    for (const place of this.#places[0] ?? []) {
      const [atom, state] = [this.#atoms[place], states[place] ?? IRRELEVANT];
      if (atom === undefined || state < 0) continue;
      if (atom.slot === 'sub') subject = Math.max(subject, atom.remaining(state));
      else if (INDEPENDENT.includes(atom.slot)) others += atom.remaining(state);
    }
    return subject * WEIGHT + others;
  }

  judge(states: readonly number[]): Judgement {
    const maybes = this.#atoms.filter((_, place) => states[place] === MAYBE && this.#groups[place] === 0);
    const doubtful = this.query.unwanted.flatMap((_, index) => {
      const places = this.#places[index + 1] ?? [];
      return places.some((place) => states[place] === IRRELEVANT) ? [] : [index];
    });
    const isCertain = maybes.length === 0 && !this.query.wanted.isDoubtful && doubtful.length === 0;
    return { isCertain, maybes, doubtful };
  }
}
