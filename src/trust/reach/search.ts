import type { Automaton } from './automaton.js';
import type { Edge, Graph, Slot } from './grammar.js';

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

/** How much a search may cost. It is shared by all searches for one answer. */
export interface Budget {
  /** States left. */
  states: number;
  /** Whether the time is up. Asked now and then. */
  isOver(): boolean;
}

/** What was read on the way to a token. */
export interface Reading {
  /** By the field's name; of a field that was read several times, each text. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly notes: readonly { readonly name: string; readonly value: string }[];
}

/** A class of tokens that was found. */
export interface Found {
  /** No doubt remains: whatever is not known, the statement applies and the others do not. */
  readonly isCertain: boolean;
  /** The unwanted conjunctions that may apply, by their place in the query. */
  readonly doubtful: readonly number[];
  /** The atoms of the wanted conjunction that may hold. */
  readonly maybes: readonly Atom[];
  read(): Reading;
}

/** Marks in place of an automaton's state, once the condition is decided. */
const [HOLDS, MAYBE, IRRELEVANT] = [-1, -2, -3];

interface Entry {
  readonly node: number;
  /** The field that is being read, and its language's state. */
  readonly field: Extract<Edge, { readonly kind: 'field' }> | undefined;
  readonly inner: number;
  readonly states: readonly number[];
  readonly cost: number;
  readonly parent: Entry | undefined;
  /** What led here: a letter of a field, or an edge. */
  readonly letter: string | undefined;
  readonly edge: Edge | undefined;
}

/**
 * Finds tokens of a grammar, those with the fewest letters first, and hands each class of them to `visit` until that
 * says to stop. `limit` means that the budget ran out before all was seen.
 */
export function search(
  graph: Graph,
  query: Query,
  budget: Budget,
  visit: (found: Found) => 'stop' | 'go on',
): 'done' | 'limit' {
  const product = new Product(query);
  const start = product.start();
  if (start === undefined) return 'done';
  const queue = new Queue(({ cost, states }) => cost + product.remaining(states));
  const seen = new Set<string>();
  queue.add({
    node: graph.start,
    field: undefined,
    inner: 0,
    states: start,
    cost: 0,
    parent: undefined,
    letter: undefined,
    edge: undefined,
  });
  for (let entry = queue.take(); entry !== undefined; entry = queue.take()) {
    const key = `${entry.node},${entry.field?.id ?? ''},${entry.inner},${entry.states.join()}`;
    if (seen.has(key)) continue;
    seen.add(key);
    budget.states -= product.size;
    if (budget.states < 0 || budget.isOver()) return 'limit';
    if (entry.field === undefined && entry.node === 0) {
      const { states } = entry;
      const last = entry;
      if (visit({ ...product.judge(states), read: () => readingOf(last) }) === 'stop') return 'done';
      continue;
    }
    if (entry.field !== undefined) expandField(entry, entry.field, product, queue, budget);
    else for (const edge of graph.nodes[entry.node]?.toReversed() ?? []) follow(entry, edge, product, queue);
  }
  return 'done';
}

function follow(entry: Entry, edge: Edge, product: Product, queue: Queue): void {
  const next = { ...entry, parent: entry, edge, letter: undefined };
  switch (edge.kind) {
    case 'text': {
      let states: readonly number[] | undefined = entry.states;
      for (const letter of edge.letters) states = states && product.read(states, letter, edge.slots, []);
      const cost = entry.cost + edge.letters.length * weightOf(edge.slots);
      if (states !== undefined) queue.add({ ...next, node: edge.to, states, cost });
      return;
    }
    case 'field':
      queue.add({ ...next, node: edge.to, field: edge, inner: edge.field.language.start });
      return;
    case 'end':
    case 'absent': {
      const states = product.finish(entry.states, edge.slots, edge.kind === 'absent');
      if (states !== undefined) queue.add({ ...next, node: edge.to, states });
      return;
    }
    case 'note':
      queue.add({ ...next, node: edge.to, cost: entry.cost + edge.cost * WEIGHT });
  }
}

function expandField(
  entry: Entry,
  edge: Extract<Edge, { readonly kind: 'field' }>,
  product: Product,
  queue: Queue,
  budget: Budget,
): void {
  const { language, slots, escaped } = edge.field;
  const next = { ...entry, parent: entry, edge: undefined };
  const letters = product.letters(entry.states, slots, escaped);
  for (const letter of language.letters(entry.inner)) letters.add(letter);
  const another = language.another(letters);
  // The newest is taken first, so what is simplest comes last: the end, then a letter that nobody names.
  for (const letter of another === undefined ? letters : [...letters, another]) {
    if (budget.isOver()) return;
    const inner = language.next(entry.inner, letter);
    const states = inner === undefined ? undefined : product.read(entry.states, letter, slots, escaped);
    if (inner !== undefined && states !== undefined) {
      const length = letter === ':' && escaped.length > 0 ? 3 : 1;
      queue.add({
        ...next,
        inner,
        states,
        letter,
        cost: entry.cost + length * weightOf([...slots, ...escaped]),
      });
    }
  }
  const rare = language.end(entry.inner);
  if (rare !== undefined) {
    const cost = entry.cost + rare * WEIGHT;
    queue.add({ ...next, field: undefined, inner: 0, letter: undefined, cost });
  }
}

/** A letter of the subject counts as much as so many others, so that the shortest subject is found first. */
const WEIGHT = 16;

function weightOf(slots: readonly Slot[]): number {
  return slots.includes('sub') ? WEIGHT : 1;
}

/** Claims that are read by themselves, whatever the subject is made of. */
const INDEPENDENT: readonly Slot[] = ['aud', 'job_workflow_ref', 'workflow', 'actor'];

function readingOf(last: Entry): Reading {
  const way: Entry[] = [];
  for (let entry: Entry | undefined = last; entry !== undefined; entry = entry.parent) way.push(entry);
  const fields = new Map<string, string[]>();
  const notes: { readonly name: string; readonly value: string }[] = [];
  for (const { edge, field, letter } of way.reverse()) {
    if (edge?.kind === 'note') notes.push({ name: edge.name, value: edge.value });
    if (edge?.kind === 'field') {
      const { name } = edge.field;
      fields.set(name, [...(fields.get(name) ?? []), '']);
    }
    if (field !== undefined && letter !== undefined) {
      const texts = fields.get(field.field.name);
      if (texts !== undefined) texts[texts.length - 1] += letter;
    }
  }
  return { fields, notes };
}

/** The automata of all conditions side by side. A place of `states` belongs to one condition. */
class Product {
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
    const next = [...states];
    for (const slot of slots) if (!this.#advance(next, slot, letter)) return undefined;
    for (const slot of escaped) {
      for (const one of letter === ':' ? '%3A' : [letter]) {
        if (!this.#advance(next, slot, one)) return undefined;
      }
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
    const next = [...states];
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

  judge(states: readonly number[]): Pick<Found, 'isCertain' | 'doubtful' | 'maybes'> {
    const maybes = this.#atoms.filter((_, place) => states[place] === MAYBE && this.#groups[place] === 0);
    const doubtful = this.query.unwanted.flatMap((_, index) => {
      const places = this.#places[index + 1] ?? [];
      return places.some((place) => states[place] === IRRELEVANT) ? [] : [index];
    });
    const isCertain = maybes.length === 0 && !this.query.wanted.isDoubtful && doubtful.length === 0;
    return { isCertain, maybes, doubtful };
  }
}

/** Entries by what a token through them costs at least; of those that cost the same, the newest, which is nearest. */
class Queue {
  readonly #byCost: Entry[][] = [];
  #cost = 0;

  constructor(readonly estimate: (entry: Entry) => number) {}

  add(entry: Entry): void {
    const cost = Math.max(this.estimate(entry), this.#cost);
    const list = this.#byCost[cost];
    if (list === undefined) this.#byCost[cost] = [entry];
    else list.push(entry);
  }

  take(): Entry | undefined {
    for (; this.#cost < this.#byCost.length; this.#cost++) {
      const found = this.#byCost[this.#cost]?.pop();
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
