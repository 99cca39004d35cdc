import { answerAbout } from './answer.js';
import type { Bound } from './bound.js';
import type { ConditionAtom } from './condition-atom.js';
import { describeQuestion } from './describe.js';
import {
  type Condition,
  decide,
  GITHUB_ISSUER,
  githubIssuers,
  providersOf,
  type TrustPolicy,
  withUnknownValues,
} from './evaluator.js';
import { compileFormula, type Formula, type Rule } from './formula.js';
import { better, type Case, Inquiry, type Outcome } from './inquiry.js';
import { kindOf, type TokenKind } from './kinds.js';
import { type Answer, type Home, QUESTIONS, type Question, type ReachOptions } from './question.js';
import type { Budget } from './search.js';

const MAX_STATES = 400_000;
const MAX_MS = 2000;

/** A policy that questions are asked about. What is worked out for one question serves the next. */
export class ReachAnalysis {
  readonly #cache = new Map<string, ConditionAtom>();
  readonly #formulas = new Map<string, readonly Formula[]>();

  readonly #policy: TrustPolicy;

  constructor(
    policy: TrustPolicy,
    readonly options: ReachOptions = {},
  ) {
    this.#policy = withUnknownValues(policy);
  }

  /** Undefined where the question cannot be asked of this home, for want of ids, environments or workflows. */
  ask(home: Home, question: Question): Answer | undefined {
    const kind = kindOf(question, home);
    if (kind === undefined) return undefined;
    return answerOf(question, home, this.outcome(home, kind));
  }

  /** What is known about the tokens of several kinds together: whether one of them gets in, and the shortest. */
  askAbout(home: Pick<Home, 'issuer'>, kinds: readonly TokenKind[]): Outcome {
    let best: Outcome = { answer: 'no' };
    for (const kind of kinds) best = better(best, this.outcome(home, kind));
    return best;
  }

  /** A token of a kind that stays out, by whichever of the providers the policy names for its issuer. */
  keptOut(home: Home, kind: TokenKind): Outcome {
    const formulas = issuersFor(home, this.#policy).flatMap((issuer) => this.#formulasFor(issuer));
    let best: Outcome | undefined;
    for (const formula of formulas) {
      const found = findKeptOut(formula, kind, budgetOf(this.options));
      if (found.answer === 'no') return found;
      best = best === undefined ? found : better(best, found);
    }
    return best ?? { answer: 'unknown', reason: 'deployment' };
  }

  /** What the policy makes of tokens of a kind, which need not be that of a question. */
  outcome(home: Pick<Home, 'issuer'>, kind: TokenKind): Outcome {
    const budget = budgetOf(this.options);
    const formulas = issuersFor(home, this.#policy).flatMap((issuer) => this.#formulasFor(issuer));
    const strangers = withoutNamedIds(kind, formulas);
    const found = findToken(formulas, strangers ?? kind, budget);
    if (strangers === undefined || found.answer === 'yes') return found;
    // An id that the policy names may be the home's own, which is not known here.
    const open = findToken(formulas, kind, budget);
    const isNarrower = found.answer === 'no' && (open.answer === 'yes' || open.answer === 'depends');
    return isNarrower
      ? { answer: 'unknown', reason: 'ids' }
      : open.answer === 'no'
        ? open
        : better(found, open);
  }

  #formulasFor(issuer: string): readonly Formula[] {
    const known = this.#formulas.get(issuer);
    if (known !== undefined) return known;
    const providers = providersOf(this.#policy, issuer);
    const formulas = providers.map((one) =>
      compileFormula(this.#policy, issuer, one, providers, this.#cache),
    );
    this.#formulas.set(issuer, formulas);
    return formulas;
  }
}

/** Whether some token of a question's kind can assume the role; see {@link ReachAnalysis.ask}. */
export function reach(
  policy: TrustPolicy,
  home: Home,
  question: Question,
  options: ReachOptions = {},
): Answer | undefined {
  return new ReachAnalysis(policy, options).ask(home, question);
}

/** The answers to all questions that can be asked of a home. */
export function reachAll(policy: TrustPolicy, home: Home, options: ReachOptions = {}): readonly Answer[] {
  const analysis = new ReachAnalysis(policy, options);
  return QUESTIONS.flatMap((question) => analysis.ask(home, question) ?? []);
}

/** The issuers whose tokens a question is about. */
export function issuersFor({ issuer }: Pick<Home, 'issuer'>, policy: TrustPolicy): readonly string[] {
  if (issuer !== undefined) return [issuer];
  const named = githubIssuers(policy);
  return named.length === 0 ? [GITHUB_ISSUER] : named;
}

/** Asking for the time costs more than reading a letter does. */
const LETTERS_PER_LOOK = 16;

/** What one answer may cost. */
export function budgetOf({ now, maxMs = MAX_MS, maxStates = MAX_STATES }: ReachOptions): Budget {
  if (now === undefined) return { states: maxStates, isOver: () => false };
  const until = now() + maxMs;
  let looks = 0;
  let isOver = false;
  return {
    states: maxStates,
    isOver: () => {
      isOver ||= looks++ % LETTERS_PER_LOOK === 0 && now() > until;
      return isOver;
    },
  };
}

/** Statements that are searched after one that lets a token in, for one that lets in a shorter one. */
const MAX_FURTHER = 8;

/** The best that can be said about the tokens of a kind, for all of the formulas together. */
export function findToken(formulas: readonly Formula[], kind: TokenKind, budget: Budget): Outcome {
  const inquiry = new Inquiry(kind, budget);
  let best: Outcome = { answer: 'no' };
  let further = 0;
  for (const formula of formulas) {
    const { outline } = formula;
    if (outline !== undefined && inquiry.isEmpty({ ...caseOf(formula, outline), unwanted: [] })) continue;
    for (const rule of formula.allows) {
      if (best.answer === 'yes' && ++further > MAX_FURTHER) return best;
      if (budget.states < 0 || budget.isOver()) {
        return better(best, { answer: 'unknown', reason: budget.states < 0 ? 'states' : 'time' });
      }
      best = better(best, inquiry.run(caseOf(formula, rule)));
    }
  }
  return best;
}

const EVERYBODY: Rule = { statements: [], atoms: [], doubts: [] };

/** What no statement allows, and what one denies. */
function findKeptOut(formula: Formula, kind: TokenKind, budget: Budget): Outcome {
  const { policy, provider, issuer, allows, denies } = formula;
  const inquiry = new Inquiry(kind, budget);
  const cases = [[EVERYBODY, allows], ...denies.map((deny) => [deny, []] as const)] as const;
  let best: Outcome = { answer: 'no' };
  for (const [wanted, unwanted] of cases) {
    const found = inquiry.run({
      wanted: [wanted],
      unwanted,
      issuer,
      policies: [policy],
      isDoubtful: provider.isDoubtful,
      accepts: (claims, keys) =>
        allowingStatement(policy, provider.arn, claims, keys) === undefined ? 0 : undefined,
    });
    best = better(best, found);
    if (best.answer === 'yes') return best;
  }
  return best;
}

function caseOf({ policy, provider, issuer, denies }: Formula, rule: Formula['allows'][number]): Case {
  return {
    wanted: [rule],
    unwanted: denies,
    issuer,
    policies: [policy],
    isDoubtful: provider.isDoubtful,
    accepts: (claims, keys) => allowingStatement(policy, provider.arn, claims, keys),
  };
}

/** The first statement that lets a token in; undefined where the policy keeps it out. */
export function allowingStatement(
  ...[policy, provider, claims, keys]: Parameters<typeof decide>
): number | undefined {
  const { decision, statements } = decide(policy, provider, claims, keys);
  if (decision !== 'allow') return undefined;
  return statements.find(({ applies, statement }) => applies && statement.effect === 'Allow')?.statement
    .number;
}

/**
 * The same kind without the ids that the policy names, where the home's own are not known. Undefined where that makes
 * no difference.
 */
function withoutNamedIds(kind: TokenKind, formulas: readonly Formula[]): TokenKind | undefined {
  if (!kind.isForeign) return undefined;
  const named = [
    ...new Set(
      formulas.flatMap(({ policy }) => policy.statements.flatMap(({ conditions }) => idsNamed(conditions))),
    ),
  ];
  if (named.length === 0) return undefined;
  const without = (bound: Bound): Bound =>
    bound.kind === 'free' ? { kind: 'outside', patterns: named, ignoreCase: false } : bound;
  // The owner of another repository of one's own may well be the one that the policy names.
  const ownerId = kind.owner.kind === 'is' ? kind.ownerId : without(kind.ownerId);
  const repositoryId = without(kind.repositoryId);
  if (ownerId === kind.ownerId && repositoryId === kind.repositoryId) return undefined;
  return { ...kind, repositoryId, ownerId };
}

/** The ids of owners and repositories in a policy's values, also where they stand in a subject. */
export function idsNamed(conditions: readonly Condition[]): readonly string[] {
  return conditions.flatMap(({ key, values }) => {
    const isId = /_id$/i.test(key.text);
    return values.flatMap(({ text }) => text.match(isId ? /[1-9]\d*/g : /(?<=@|_id:)[1-9]\d*/g) ?? []);
  });
}

function answerOf(question: Question, home: Home, outcome: Outcome): Answer {
  return { question, ...answerAbout(describeQuestion(question, home), outcome) };
}
