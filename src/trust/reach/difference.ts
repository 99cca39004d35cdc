import type { ConditionAtom } from './condition-atom.js';
import { describeReason, describeToken } from './describe.js';
import { type Provider, providersOf, type TrustPolicy, withUnknownValues } from './evaluator.js';
import { compileFormula, type Formula, type Rule } from './formula.js';
import { better, type Case, Inquiry, type Outcome } from './inquiry.js';
import { homeTokens, kindOf, type RunContext, type TokenKind } from './kinds.js';
import type { GithubToken, Home, ReachOptions, UnknownReason } from './question.js';
import { allowingStatement, budgetOf, issuersFor } from './reach.js';
import { intendedScope, otherOwners, otherRepositories, ownOutside } from './scope.js';
import type { Budget } from './search.js';

/** Whether one policy lets in a token that another one keeps out. `because` is a sentence for people. */
export type Change = { readonly because: string } & (
  | { readonly answer: 'no' }
  | { readonly answer: 'yes' | 'depends'; readonly witness: GithubToken; readonly statement: number }
  | { readonly answer: 'unknown'; readonly reason: UnknownReason }
);

/** What a change to a policy does, each way with a token that shows it. */
export interface Difference {
  /** Whom the new policy lets in and the old one did not. */
  readonly gained: Change;
  /** Whom the old policy let in and the new one does not. */
  readonly lost: Change;
}

interface Words {
  readonly nobody: string;
  readonly verb: string;
}

const GAINED: Words = { nobody: 'Nobody else gets in.', verb: 'gets in now' };
const LOST: Words = { nobody: 'Nobody is locked out.', verb: 'does not get in any more' };

/** Compares two policies over all tokens: those of the home, of other repositories of its owner, and of other owners. */
export function reachDifference(
  before: TrustPolicy,
  after: TrustPolicy,
  home: Home,
  options: ReachOptions = {},
): Difference {
  const [old, fresh] = [withUnknownValues(before), withUnknownValues(after)];
  return {
    gained: changeOf(beyond(fresh, old, home, budgetOf(options)), GAINED),
    lost: changeOf(beyond(old, fresh, home, budgetOf(options)), LOST),
  };
}

/** Tokens of some kinds, to be compared together. */
export interface Group {
  readonly kinds: readonly TokenKind[];
  /** They are those that the role is for. */
  readonly isIntended?: boolean | undefined;
  /** Compared only where no other group has changed. */
  readonly isRest?: boolean | undefined;
}

/** All tokens, in groups that people tell apart. Without a home, whose they are makes no difference. */
export function changeGroups(home: Home | undefined, isForIntended: boolean): readonly Group[] {
  if (home === undefined) return [...byRun(otherOwners([])), { kinds: otherOwners([]), isRest: true }];
  const recycled = kindOf('recycled-name', home);
  const foreign: readonly Group[] = [
    { kinds: otherRepositories([home]) },
    { kinds: recycled === undefined ? [] : [recycled] },
    { kinds: otherOwners([home]) },
  ];
  const own = homeTokens(home);
  // A template that nobody has given may be any.
  const rest: Group = { kinds: [{ ...own, isForeign: home.template === undefined }], isRest: true };
  if (!isForIntended) return [...byRun([own]), ...foreign, rest];
  const intended = kindOf('intended', home);
  return [
    ...byRun(ownOutside(home, intendedScope(home))),
    ...foreign,
    { kinds: intended === undefined ? [] : [intended], isIntended: true },
    rest,
  ];
}

/** What a run may be: people ask about pull requests by themselves. */
const RUNS: readonly ((context: RunContext) => boolean)[] = [
  ({ event, environment }) => environment === undefined && event === 'pull-request',
  ({ event, environment, ref }) => environment === undefined && event === 'ref' && ref.kind === 'branch',
  ({ event, environment, ref }) => environment === undefined && event === 'ref' && ref.kind !== 'branch',
  ({ environment }) => environment !== undefined,
];

/** With subjects of GitHub's own forms alone, so that a run is what its subject says. */
function byRun(kinds: readonly TokenKind[]): readonly Group[] {
  const groups = RUNS.map((isRun): Group => {
    const some = kinds.map((kind) => {
      return { ...kind, isForeign: false, contexts: kind.contexts.filter(isRun) };
    });
    return { kinds: some.filter(({ contexts }) => contexts.length > 0) };
  });
  return groups.filter((group) => group.kinds.length > 0);
}

/** Tokens of a group that get in or stay out, or of which that is not known. */
export type GroupChange = Exclude<Change, { readonly answer: 'no' }> & { readonly isIntended: boolean };

/** What a change does to each group of tokens; what is certainly the same as before is left out. */
export function reachChanges(
  before: TrustPolicy,
  after: TrustPolicy,
  groups: readonly Group[],
  home: Pick<Home, 'issuer'>,
  options: ReachOptions = {},
): { readonly gained: readonly GroupChange[]; readonly lost: readonly GroupChange[] } {
  const [old, fresh] = [withUnknownValues(before), withUnknownValues(after)];
  const changes = (one: TrustPolicy, other: TrustPolicy, words: Words): readonly GroupChange[] => {
    const cases = issuersFor(home, one).flatMap((issuer) => casesFor(one, other, issuer));
    const found: GroupChange[] = [];
    for (const { kinds, isIntended = false, isRest } of groups) {
      if (isRest && found.length > 0) continue;
      const change = changeOf(amongKinds(cases, kinds, budgetOf(options)), words);
      if (change.answer !== 'no') found.push({ ...change, isIntended });
    }
    // What is not known may be so for several groups, for one reason.
    return [...new Map(found.map((one) => [one.because, one])).values()];
  };
  return { gained: changes(fresh, old, GAINED), lost: changes(old, fresh, LOST) };
}

/** Tokens that one policy lets in and another one does not; the home's first. */
function beyond(one: TrustPolicy, other: TrustPolicy, home: Home, budget: Budget): Outcome {
  const cases = issuersFor(home, one).flatMap((issuer) => casesFor(one, other, issuer));
  const kinds: readonly (TokenKind | undefined)[] = [
    homeTokens(home),
    kindOf('other-repository', home),
    kindOf('recycled-name', home),
    kindOf('other-owner', home),
  ];
  return amongKinds(
    cases,
    kinds.flatMap((kind) => kind ?? []),
    budget,
  );
}

/** The first kind with a token that certainly is one, otherwise the best of all. */
function amongKinds(cases: readonly Case[], kinds: readonly TokenKind[], budget: Budget): Outcome {
  let best: Outcome = { answer: 'no' };
  for (const kind of kinds) {
    const inquiry = new Inquiry(kind, budget);
    for (const each of cases) {
      best = better(best, inquiry.run(each));
      if (best.answer === 'yes') return best;
    }
  }
  return best;
}

/** A token is kept out where nothing allows it, or where something denies it. */
function casesFor(one: TrustPolicy, another: TrustPolicy, issuer: string): readonly Case[] {
  const providers = providersOf(one, issuer);
  return providers.flatMap((provider) => {
    const other = withProvider(another, provider, issuer);
    const isDoubtful =
      provider.isDoubtful ||
      providersOf(another, issuer).some((each) => each.isDoubtful && each.arn !== provider.arn);
    // One cache, so that a condition that both have is one, and what they have in common drops out.
    const cache = new Map<string, ConditionAtom>();
    const letsIn = compileFormula(one, issuer, provider, providers, cache);
    const keeps = compileFormula(other, issuer, provider, providers, cache);
    return letsIn.allows.flatMap((rule) => [
      { ...caseOf(letsIn, other, [rule], [...letsIn.denies, ...keeps.allows]), isDoubtful },
      ...keeps.denies.map((deny) => ({
        ...caseOf(letsIn, other, [rule, deny], letsIn.denies),
        isDoubtful,
      })),
    ]);
  });
}

/** An account of zeros, or one that is not written in digits, is whichever the role is in. */
const hasAccount = (arn: string): boolean => /^arn:[^:]+:iam::(?!0{12})\d{12}:/.test(arn);

/** A policy with the provider of another one in place of its own, where only the account may be called otherwise. */
function withProvider(policy: TrustPolicy, { arn }: Provider, issuer: string): TrustPolicy {
  const own = providersOf(policy, issuer).filter(({ isDoubtful }) => !isDoubtful);
  const isThere = own.some((one) => one.arn === arn);
  const same = own.find((one) => !hasAccount(one.arn) || !hasAccount(arn));
  if (isThere || same === undefined) return policy;
  const statements = policy.statements.map((statement) => ({
    ...statement,
    principals: statement.principals.map((one) =>
      one.type === 'Federated' && one.text === same.arn ? { ...one, text: arn } : one,
    ),
  }));
  return { ...policy, statements };
}

function caseOf(
  { policy, provider, issuer }: Formula,
  other: TrustPolicy,
  wanted: readonly Rule[],
  unwanted: readonly Rule[],
): Omit<Case, 'isDoubtful'> {
  return {
    wanted,
    unwanted,
    issuer,
    policies: [policy, other],
    accepts: (claims, keys) => {
      const isKeptOut = allowingStatement(other, provider.arn, claims, keys) === undefined;
      return isKeptOut ? allowingStatement(policy, provider.arn, claims, keys) : undefined;
    },
  };
}

function changeOf(outcome: Outcome, { nobody, verb }: Words): Change {
  switch (outcome.answer) {
    case 'no':
      return { answer: 'no', because: nobody };
    case 'unknown':
      return {
        answer: 'unknown',
        reason: outcome.reason,
        because: `It is not known who ${verb}: ${describeReason(outcome.reason, outcome.what)}.`,
      };
    default: {
      const { answer, token: witness, statement } = outcome;
      const text = describeToken(witness);
      const doubt = outcome.answer === 'depends' ? ', depending on what only AWS knows' : '';
      return {
        answer,
        witness,
        statement,
        because: `${text.charAt(0).toUpperCase()}${text.slice(1)} ${verb}${doubt}.`,
      };
    }
  }
}
