import type { Edge, Graph } from './grammar.js';
import { type Judgement, Product, type Query, WEIGHT, weightOf } from './product.js';

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
export interface Found extends Judgement {
  read(): Reading;
}

type FieldEdge = Extract<Edge, { readonly kind: 'field' }>;

interface Entry {
  readonly node: number;
  /** The field that is being read, and its language's state. */
  readonly field: FieldEdge | undefined;
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
    else {
      const edges = graph.nodes[entry.node] ?? [];
      for (let at = edges.length - 1; at >= 0; at--) {
        const edge = edges[at];
        const reached = edge && follow(entry, edge, graph, product);
        if (reached !== undefined) queue.add(reached);
      }
    }
  }
  return 'done';
}

/** Along an edge, and on to where there is a choice or something to read: only there does the order matter. */
function follow(entry: Entry, first: Edge, graph: Graph, product: Product): Entry | undefined {
  let reached = afterEdge(entry, first, product);
  while (reached !== undefined && reached.field === undefined) {
    const [edge, another] = graph.nodes[reached.node] ?? [];
    if (edge === undefined || another !== undefined) break;
    reached = afterEdge(reached, edge, product);
  }
  return reached;
}

function afterEdge(entry: Entry, edge: Edge, product: Product): Entry | undefined {
  const { cost, states } = entry;
  switch (edge.kind) {
    case 'text': {
      const read = product.readText(states, edge.letters, edge.slots);
      return read && entryAfter(entry, edge, read, cost + edge.letters.length * weightOf(edge.slots));
    }
    case 'field':
      return entryAfter(entry, edge, states, cost);
    case 'end':
    case 'absent': {
      const finished = product.finish(states, edge.slots, edge.kind === 'absent');
      return finished && entryAfter(entry, edge, finished, cost);
    }
    case 'note':
      return entryAfter(entry, edge, states, cost + edge.cost * WEIGHT);
  }
}

/** Written out: there are very many of these, and copies of objects would take most of the time. */
function entryAfter(parent: Entry, edge: Edge, states: readonly number[], cost: number): Entry {
  const field = edge.kind === 'field' ? edge : undefined;
  const inner = field === undefined ? 0 : field.field.language.start;
  return { node: edge.to, field, inner, states, cost, parent, letter: undefined, edge };
}

function expandField(entry: Entry, edge: FieldEdge, product: Product, queue: Queue, budget: Budget): void {
  const { language, slots, escaped } = edge.field;
  const { node, field } = entry;
  const weight = Math.max(weightOf(slots), weightOf(escaped));
  const letters = product.letters(entry.states, slots, escaped);
  for (const letter of language.letters(entry.inner)) letters.add(letter);
  const another = language.another(letters);
  // The newest is taken first, so what is simplest comes last: the end, then a letter that nobody names.
  if (another !== undefined) letters.add(another);
  for (const letter of letters) {
    if (budget.isOver()) return;
    const inner = language.next(entry.inner, letter);
    const states = inner === undefined ? undefined : product.read(entry.states, letter, slots, escaped);
    if (inner !== undefined && states !== undefined) {
      const length = letter === ':' && escaped.length > 0 ? 3 : 1;
      const cost = entry.cost + length * weight;
      queue.add({ node, field, inner, states, cost, parent: entry, letter, edge: undefined });
    }
  }
  const rare = language.end(entry.inner);
  if (rare !== undefined) {
    const { states } = entry;
    const cost = entry.cost + rare * WEIGHT;
    queue.add({
      node,
      field: undefined,
      inner: 0,
      states,
      cost,
      parent: entry,
      letter: undefined,
      edge: undefined,
    });
  }
}

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
