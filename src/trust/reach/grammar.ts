import type { Language } from './language.js';

/** The claims that conditions can be about, in the order of no matter. */
export const SLOTS = [
  'sub',
  'aud',
  'actor',
  'actor_id',
  'enterprise_id',
  'environment',
  'job_workflow_ref',
  'ref',
  'repository',
  'repository_id',
  'repository_owner_id',
  'workflow',
] as const;

/** A claim while a token is read. */
export type Slot = (typeof SLOTS)[number];

/** How tokens are made: what is read, one after the other, and which claims each piece belongs to. */
export type Part =
  | { readonly kind: 'text'; readonly text: string; readonly slots: readonly Slot[] }
  | FieldPart
  /** These claims are complete. */
  | { readonly kind: 'end'; readonly slots: readonly Slot[] }
  /** The token does not have these claims. */
  | { readonly kind: 'absent'; readonly slots: readonly Slot[] }
  /** A choice that was made, for whoever writes the token; what it costs keeps rare choices for last. */
  | { readonly kind: 'note'; readonly name: string; readonly value: string; readonly cost: number }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Part[] }
  /** The part at least once, with the text between. */
  | { readonly kind: 'repeat'; readonly part: Part; readonly between: Part };

/** A text that the token's maker is free in. */
export interface FieldPart {
  readonly kind: 'field';
  readonly name: string;
  readonly language: Language;
  readonly slots: readonly Slot[];
  /** Claims in which a colon of the field is `%3A`. */
  readonly escaped: readonly Slot[];
  /** Read it also where no condition is about it, since it is limited by the question. */
  readonly isBound: boolean;
}

export type Edge =
  | {
      readonly kind: 'text';
      readonly letters: readonly string[];
      readonly slots: readonly Slot[];
      to: number;
    }
  | { readonly kind: 'field'; readonly field: FieldPart; readonly id: number; to: number }
  | { readonly kind: 'end' | 'absent'; readonly slots: readonly Slot[]; to: number }
  | {
      readonly kind: 'note';
      readonly name: string;
      readonly value: string;
      readonly cost: number;
      to: number;
    };

/** A grammar as a graph: the edges of each node. Node 0 is the end of every token. */
export interface Graph {
  readonly nodes: readonly (readonly Edge[])[];
  readonly start: number;
}

/** Makes the graph of a grammar, leaving out what no condition is about. */
export function compileGrammar(part: Part, relevant: ReadonlySet<Slot>): Graph {
  const nodes: Edge[][] = [[]];
  let fields = 0;
  const node = (...edges: Edge[]): number => nodes.push(edges) - 1;
  const among = (slots: readonly Slot[]): readonly Slot[] => slots.filter((slot) => relevant.has(slot));

  const compile = (one: Part, to: number): number => {
    switch (one.kind) {
      case 'text': {
        const slots = among(one.slots);
        if (slots.length === 0 || one.text === '') return to;
        return node({ kind: 'text', letters: Array.from(one.text), slots, to });
      }
      case 'field': {
        const field = { ...one, slots: among(one.slots), escaped: among(one.escaped) };
        const isRead = field.slots.length + field.escaped.length > 0 || one.isBound;
        return isRead ? node({ kind: 'field', field, id: fields++, to }) : to;
      }
      case 'end':
      case 'absent': {
        const slots = among(one.slots);
        return slots.length === 0 ? to : node({ kind: one.kind, slots, to });
      }
      case 'note':
        return node({ kind: 'note', name: one.name, value: one.value, cost: one.cost, to });
      case 'sequence':
        return one.parts.reduceRight((after, before) => compile(before, after), to);
      case 'choice': {
        const starts = one.parts.map((each) => compile(each, to));
        return node(...starts.map((start): Edge => ({ kind: 'end', slots: [], to: start })));
      }
      case 'repeat': {
        const again = node();
        const start = compile(one.part, again);
        const edges = [to, compile(one.between, start)];
        nodes[again]?.push(...edges.map((next): Edge => ({ kind: 'end', slots: [], to: next })));
        return start;
      }
    }
  };
  return { start: compile(part, 0), nodes };
}
