import { anyTemplateGrammar, keysRead } from './any-subject.js';
import { boundAutomaton } from './bound.js';
import type { Doubt } from './condition-atom.js';
import { type Claims, issuerKind, type Keys, type TrustPolicy } from './evaluator.js';
import type { Rule } from './formula.js';
import type { Graph, Slot } from './grammar.js';
import { type Grammars, grammarsOf } from './grammars.js';
import type { TokenKind } from './kinds.js';
import type { Atom, Query } from './product.js';
import type { GithubToken, SubjectTemplate, UnknownReason } from './question.js';
import { type Budget, type Found, search } from './search.js';
import { tokenGrammar } from './subject-grammar.js';
import { findKeys } from './suppose.js';
import { isOfKind, isPlausible, keysOf, tokenOf } from './token.js';

/** What came of a search, without the words. */
export type Outcome =
  | { readonly answer: 'no' }
  | { readonly answer: 'yes'; readonly token: GithubToken; readonly statement: number }
  | {
      readonly answer: 'depends';
      readonly token: GithubToken;
      readonly statement: number;
      readonly keys: readonly string[];
      readonly suppose: Keys;
    }
  | { readonly answer: 'unknown'; readonly reason: UnknownReason; readonly what?: string | undefined };

/** The tokens to look for in one policy, or in two. */
export interface Case {
  readonly wanted: readonly Rule[];
  readonly unwanted: readonly Rule[];
  readonly issuer: string;
  /** The evaluator's word: the statement that lets a token in, undefined where it stays out. */
  accepts(claims: Claims, keys: Keys): number | undefined;
  /** Where values for the keys that only AWS knows are found. */
  readonly policies: readonly TrustPolicy[];
  /** Whether the policy's provider is the issuer's is not known. */
  readonly isDoubtful: boolean;
}

/** Tokens that are tried before the search gives up on a case that the automata cannot decide alone. */
const MAX_TRIES = 64;

/** Templates that are tried where the subject may be made of anything. */
const LIKELY_TEMPLATES: readonly SubjectTemplate[] = [
  ['job_workflow_ref'],
  ['context'],
  ['environment'],
  ['repository_owner'],
];

/** Looks for tokens of one kind. */
export class Inquiry {
  readonly #grammars: Grammars;

  constructor(
    readonly kind: TokenKind,
    readonly budget: Budget,
  ) {
    this.#grammars = grammarsOf(kind);
  }

  /** The best that can be said: a token that gets in, else one that may, else what is in the way, else none. */
  run(one: Case): Outcome {
    const query = queryOf(one, this.kind);
    const relevant = relevantOf(query);
    if (!this.kind.isForeign) return this.#exact(one, query, relevant, this.kind.templates);
    if (!relevant.has('sub')) return this.#exact(one, query, relevant, ['default']);
    const wide = this.#anyTemplate(query, relevant);
    if (wide.answer !== 'found') return wide;
    const own = this.#exact(one, query, relevant, this.kind.templates);
    if (own.answer === 'yes') return own;
    const templates: readonly SubjectTemplate[] = [wide.keys, ...LIKELY_TEMPLATES];
    let best: Outcome = own;
    for (const template of templates) {
      best = better(best, this.#exact(one, query, relevant, [template]));
      if (best.answer === 'yes') return best;
    }
    return best.answer === 'no' ? { answer: 'unknown', reason: 'template', what: wide.keys.join() } : best;
  }

  /** Whether there is certainly no such token; quicker than {@link run}, which also finds out what there is. */
  isEmpty(one: Case): boolean {
    const query = queryOf(one, this.kind);
    const relevant = relevantOf(query);
    if (this.kind.isForeign && relevant.has('sub')) return this.#anyTemplate(query, relevant).answer === 'no';
    const templates = this.#formsFor(one.issuer, this.kind.isForeign ? ['default'] : this.kind.templates);
    let isFound = false;
    const end = search(this.#templateGraph(templates, relevant), query, this.budget, () => {
      isFound = true;
      return 'stop';
    });
    return end === 'done' && !isFound;
  }

  #templateGraph(templates: readonly SubjectTemplate[], relevant: ReadonlySet<Slot>): Graph {
    return this.#grammars.graph(JSON.stringify(templates), relevant, (kind) => tokenGrammar(kind, templates));
  }

  #anyTemplate(
    query: Query,
    relevant: ReadonlySet<Slot>,
  ):
    | Exclude<Outcome, { answer: 'yes' | 'depends' }>
    | { readonly answer: 'found'; readonly keys: readonly string[] } {
    let keys: readonly string[] | undefined;
    const end = search(
      this.#grammars.graph('any', relevant, anyTemplateGrammar),
      query,
      this.budget,
      (found) => {
        keys = keysRead(found.read());
        return 'stop';
      },
    );
    if (end === 'limit') return this.#limit();
    return keys === undefined ? { answer: 'no' } : { answer: 'found', keys };
  }

  #exact(
    one: Case,
    query: Query,
    relevant: ReadonlySet<Slot>,
    templates: readonly SubjectTemplate[],
  ): Outcome {
    let best: Outcome = { answer: 'no' };
    let tries = 0;
    const forms = this.#formsFor(one.issuer, templates);
    const graph = this.#templateGraph(forms, relevant);
    const [first] = forms;
    const keys = first === undefined ? undefined : keysOf(first);
    const end = search(graph, query, this.budget, (found) => {
      const judged = this.#judge(one, found, keys);
      best = better(best, judged);
      // One token tells as much as the next where a value is not known at all.
      tries += judged.answer === 'unknown' && judged.reason === 'deployment' ? MAX_TRIES / 4 : 1;
      return best.answer === 'yes' || tries >= MAX_TRIES ? 'stop' : 'go on';
    });
    return end === 'limit' && best.answer === 'no' ? this.#limit() : best;
  }

  /** GitHub Enterprise Server has no immutable subjects. */
  #formsFor(issuer: string, templates: readonly SubjectTemplate[]): readonly SubjectTemplate[] {
    return issuerKind(issuer) === 'ghes' ? templates.filter((one) => one !== 'immutable') : templates;
  }

  #limit(): Outcome & { readonly answer: 'unknown' } {
    return { answer: 'unknown', reason: this.budget.states < 0 ? 'states' : 'time' };
  }

  /** Nothing is said of a token that the evaluator does not say too. */
  #judge(one: Case, found: Found, keys: readonly string[] | undefined): Outcome {
    const reading = found.read();
    const guess = reading.notes.find(({ name }) => name === 'guess');
    if (guess !== undefined) return { answer: 'unknown', reason: 'template', what: guess.value };
    const { kind } = this;
    const token = tokenOf({ reading, kind, keys, issuer: one.issuer });
    if (!isPlausible(token)) return { answer: 'unknown', reason: 'names' };
    if (!isOfKind(token, kind)) return { answer: 'unknown', reason: 'template' };
    const doubts = found.isCertain ? [] : doubtsOf(one, found);
    const deployment = doubts.find((doubt) => doubt.kind === 'deployment');
    if (deployment !== undefined || one.isDoubtful) {
      return { answer: 'unknown', reason: 'deployment', what: deployment?.what };
    }
    const open = doubts.filter((doubt) => doubt.kind === 'aws');
    if (open.length > 0) return supposed(one, token, open);
    const statement = one.accepts(token, []);
    if (statement !== undefined) return { answer: 'yes', token, statement };
    return { answer: 'unknown', reason: found.isCertain ? 'template' : 'condition', what: doubts[0]?.what };
  }
}

const RANKS: readonly Outcome['answer'][] = ['no', 'unknown', 'depends', 'yes'];

/** The one that says more; of two that say the same, the shorter subject, else the first. */
export function better(first: Outcome, second: Outcome): Outcome {
  const order = RANKS.indexOf(second.answer) - RANKS.indexOf(first.answer);
  if (order !== 0) return order > 0 ? second : first;
  if (!('token' in first) || !('token' in second)) return first;
  const length = ({ token }: { readonly token: GithubToken }): number => Object.values(token).join('').length;
  return length(second) < length(first) ? second : first;
}

function supposed(one: Case, token: GithubToken, open: readonly Doubt[]): Outcome {
  const texts = [...Object.values(token), ...(token['repository'] ?? '').split('/')];
  const numbers = new Set([...one.wanted, ...one.unwanted].flatMap(({ statements }) => statements));
  const accepts = (keys: Keys): boolean => one.accepts(token, keys) !== undefined;
  for (const policy of one.policies) {
    const suppose = findKeys(policy, numbers, texts, accepts);
    if (suppose === undefined) continue;
    const statement = one.accepts(token, suppose) ?? 0;
    const keys = [...new Set(open.map(({ what }) => what))];
    return { answer: 'depends', token, statement, keys, suppose };
  }
  return { answer: 'unknown', reason: 'condition', what: open[0]?.what };
}

/** What a class of tokens that was found depends on. */
function doubtsOf({ wanted, unwanted }: Case, { maybes, doubtful }: Found): readonly Doubt[] {
  const rules = [...wanted, ...doubtful.flatMap((index) => unwanted[index] ?? [])];
  const atoms = [...wanted, ...unwanted].flatMap((rule) => rule.atoms);
  return [
    ...rules.flatMap(({ doubts }) => doubts),
    ...atoms.filter((atom) => maybes.includes(atom)).flatMap(({ doubts }) => doubts),
    ...doubtful.flatMap((index) => unwanted[index]?.atoms.flatMap(({ doubts }) => doubts) ?? []),
  ];
}

/** What the wanted statements need, and what they have in common with unwanted ones left out there. */
function queryOf({ wanted, unwanted }: Case, kind: TokenKind): Query {
  const needed = new Set<Atom>(wanted.flatMap(({ atoms }) => atoms));
  const given = new Set(wanted.flatMap(({ doubts }) => doubts.map(({ id }) => id)));
  const limit = workflowAtom(kind);
  return {
    wanted: {
      atoms: [...(limit === undefined ? [] : [limit]), ...needed],
      isDoubtful: wanted.some(({ doubts }) => doubts.length > 0),
    },
    unwanted: unwanted.map(({ atoms, doubts }) => ({
      atoms: atoms.filter((atom) => !needed.has(atom)),
      isDoubtful: doubts.some(({ id }) => !given.has(id)),
    })),
  };
}

/** The question's own limit on the called workflow. */
function workflowAtom({ workflow }: TokenKind): Atom | undefined {
  if (workflow.kind === 'free' || workflow.kind === 'accepted') return undefined;
  const patterns = workflow.kind === 'is' ? [workflow.text] : workflow.patterns;
  const automaton = boundAutomaton(patterns, false);
  const isOutside = workflow.kind === 'outside';
  return {
    slot: 'job_workflow_ref',
    automaton,
    absent: isOutside ? 'yes' : 'no',
    remaining: () => 0,
    truth: (state) => ((automaton.marks(state) === 0) === isOutside ? 'yes' : 'no'),
  };
}

/** The claims that some condition is about. */
function relevantOf({ wanted, unwanted }: Query): ReadonlySet<Slot> {
  return new Set([wanted, ...unwanted].flatMap(({ atoms }) => atoms.map(({ slot }) => slot)));
}
