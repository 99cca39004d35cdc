import { type Condition, claimOf, type Statement, type TrustPolicy } from '../../language/policy.js';
import { isGithubIssuer, issuerOfProvider } from '../../oidc/issuer.js';
import { providersOf, withUnknownValues } from '../../reach/evaluator.js';
import { type AtomCache, compileFormula } from '../../reach/formula.js';
import { OWN_FORMS, type TokenKind } from '../../reach/kinds.js';
import { budgetOf, findToken } from '../../reach/reach.js';
import { shapeOf } from '../../reach/shape.js';
import { trustsGithub } from '../statements.js';
import { kindFor, namesRepository, type OpeningKind, templatesOf } from './kinds.js';

import { type Unit, unitsOf } from './unit.js';

/** Tokens of some kind that one unit of a policy lets in. */
export interface Opening extends Unit {
  readonly kind: OpeningKind;
}

/** Such a search is over after a few hundred states; what needs so many more is left undecided. */
const MAX_STATES = 20_000;

/**
 * What all searches for one policy may cost, in states. No policy that IAM takes comes near; of one that is too large
 * for IAM, which is a finding by itself, the rest is left undecided.
 */
const MAX_WORK = 500_000;

/** What it costs to look at one statement, in states. */
const STATEMENT_WORK = 20;

/** What is made for one policy, and what may still be spent on it. */
interface Workshop {
  readonly cache: AtomCache;
  work: number;
}

/** Kinds of tokens that are kept for the next policy. */
const MAX_KINDS = 200;

/** Finds out what policies leave open. What is found for one serves others of the same shape. */
export class Openings {
  readonly #known = new Map<string, readonly OpeningKind[]>();
  readonly #kinds = new Map<string, TokenKind>();

  /** What a policy leaves open to whom it does not name, however its conditions are written. */
  of(policy: TrustPolicy): readonly Opening[] {
    if (!policy.statements.some(trustsGithub)) return [];
    const { statements, version } = withUnknownValues(policy);
    const denies = statements.filter(({ effect }) => effect === 'Deny');
    const workshop: Workshop = { cache: new Map(), work: MAX_WORK };
    return statements.filter(trustsGithub).flatMap((statement) =>
      unitsOf(statement).flatMap((unit) => {
        const asked = { at: policy.at, version, statements: [unit.reduced, ...denies] };
        return this.#kindsOf(unit, asked, workshop).map((kind) => ({ ...unit, kind }));
      }),
    );
  }

  #kindsOf(unit: Unit, policy: TrustPolicy, workshop: Workshop): readonly OpeningKind[] {
    if (workshop.work <= 0) return [];
    const shape = shapeOf(policy)?.key;
    const known = shape === undefined ? undefined : this.#known.get(shape);
    if (known !== undefined) return known;
    const found = openingsOf(unit, (kind) =>
      isOpen(this.#tokensOf(kind, unit, policy), unit, policy, workshop),
    );
    if (shape !== undefined && workshop.work > 0) this.#known.set(shape, found);
    return found;
  }

  /** The same object for the same tokens, so that what is worked out for them serves the next unit. */
  #tokensOf(kind: OpeningKind, unit: Unit, policy: TrustPolicy): TokenKind {
    const tokens = kindFor(kind, unit, policy);
    const key = JSON.stringify(tokens);
    const known = this.#kinds.get(key) ?? tokens;
    if (this.#kinds.size < MAX_KINDS) this.#kinds.set(key, known);
    return known;
  }
}

function issuersOf({ principals }: Statement): readonly string[] {
  return [...new Set(principals.flatMap(({ text }) => issuerOfProvider(text) ?? []).filter(isGithubIssuer))];
}

/** What is open, without what follows from it. */
function openingsOf(unit: Unit, ask: (kind: OpeningKind) => boolean): readonly OpeningKind[] {
  const found: OpeningKind[] = [];
  const look = (kind: OpeningKind): boolean => {
    const isFound = !isClosedByText(kind, unit) && ask(kind);
    if (isFound) found.push(kind);
    return isFound;
  };
  const isOpenToAll = look('stranger');
  const isOpenToOthers = isOpenToAll || look('other-repository');
  // Where nothing but the whole statement is to blame, one finding says it all.
  if (!isOpenToAll || unit.text.startsWith('repo:') || /^[*?]/.test(unit.text)) look('pull-request');
  if (isOpenToAll) return found;
  if (!isOpenToOthers && namesRepository(unit)) look('recycled-name');
  // A workflow at one commit, tag or branch decides itself what it does for whom.
  if (hasFixedWorkflow(unit.reduced)) return found;
  if (!look('branch')) look('tag');
  if (isAboutEnvironment(unit)) look('branch-in-environment');
  return found;
}

function isOpen(tokens: TokenKind, unit: Unit, policy: TrustPolicy, workshop: Workshop): boolean {
  return issuersOf(unit.reduced).some((issuer) => {
    const address = `https://${issuer}`;
    const providers = providersOf(policy, address);
    workshop.work -= STATEMENT_WORK * policy.statements.length;
    if (workshop.work <= 0) return false;
    const formulas = providers.map((one) => compileFormula(policy, address, one, providers, workshop.cache));
    const budget = budgetOf({ maxStates: MAX_STATES });
    const { answer } = findToken(formulas, tokens, budget);
    workshop.work -= MAX_STATES - budget.states;
    return answer === 'yes' || answer === 'depends';
  });
}

/** A subject that names one repository, with ids or without, and then what kind of run it is. */
const NAMED_SUBJECT = /^repo:[\w-]+(?:@(\d+))?\/[\w.-]+(?:@(\d+))?:(.*)$/s;

/** Whether the value of the subject rules something out at first sight, which saves most searches. */
function isClosedByText(kind: OpeningKind, unit: Unit): boolean {
  const { condition, text } = unit;
  if (condition === undefined || claimOf(condition) !== 'sub' || condition.operator.kind !== 'string')
    return false;
  const [, ownerId, repositoryId, run] = NAMED_SUBJECT.exec(text) ?? [];
  if (run === undefined || text.includes('${')) return false;
  if (kind === 'stranger' || kind === 'other-repository') return true;
  if (kind === 'recycled-name') return ownerId !== undefined || repositoryId !== undefined;
  // A customised subject may go on with anything.
  if (templatesOf(unit) !== OWN_FORMS) return false;
  const isExact = !condition.operator.takesPatterns;
  const [start = ''] = isExact ? [run] : run.split(/[*?]/, 1);
  // Nothing is open where the text names the one branch or tag.
  if ((kind === 'branch' || kind === 'tag') && start === run && /^ref:refs\/(heads|tags)\/./.test(run))
    return true;
  return STARTS[kind].every((one) => !start.startsWith(one) && !one.startsWith(start));
}

/** What the subject's end begins with for each kind of run. */
const STARTS = {
  'pull-request': ['pull_request'],
  branch: ['ref:refs/heads/'],
  tag: ['ref:refs/tags/'],
  'branch-in-environment': ['environment:'],
} as const;

function hasFixedWorkflow({ conditions }: Statement): boolean {
  const isFixed = (one: Condition): boolean =>
    claimOf(one) === 'job_workflow_ref' &&
    one.operator.kind === 'string' &&
    !one.operator.isNegated &&
    !one.operator.ifExists &&
    one.operator.set !== 'ForAllValues' &&
    one.values.every(
      ({ text }) => /@[^*?]+$/.test(text) && (!one.operator.takesPatterns || /^[^*?/]/.test(text)),
    );
  return conditions.some(isFixed);
}

function isAboutEnvironment({ reduced, text }: Unit): boolean {
  return (
    /(^|:)environment:/.test(text) ||
    reduced.conditions.some((one) => claimOf(one) === 'environment' && !one.operator.isNegated)
  );
}
