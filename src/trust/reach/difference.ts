import type { ConditionAtom } from './condition-atom.js';
import { describeReason, describeToken } from './describe.js';
import { providersOf, type TrustPolicy, withUnknownValues } from './evaluator.js';
import { compileFormula, type Formula, type Rule } from './formula.js';
import { better, type Case, Inquiry, type Outcome } from './inquiry.js';
import { homeTokens, kindOf, type TokenKind } from './kinds.js';
import type { GithubToken, Home, ReachOptions, UnknownReason } from './question.js';
import { allowingStatement, budgetOf, issuersFor } from './reach.js';
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

/** Tokens that one policy lets in and another one does not; the home's first. */
function beyond(one: TrustPolicy, other: TrustPolicy, home: Home, budget: Budget): Outcome {
  const cases = issuersFor(home, one).flatMap((issuer) => casesFor(one, other, issuer));
  const kinds: readonly (TokenKind | undefined)[] = [
    homeTokens(home),
    kindOf('other-repository', home),
    kindOf('recycled-name', home),
    kindOf('other-owner', home),
  ];
  let best: Outcome = { answer: 'no' };
  for (const kind of kinds) {
    if (kind === undefined) continue;
    const inquiry = new Inquiry(kind, budget);
    for (const each of cases) {
      best = better(best, inquiry.run(each));
      if (best.answer === 'yes') return best;
    }
  }
  return best;
}

/** A token is kept out where nothing allows it, or where something denies it. */
function casesFor(one: TrustPolicy, other: TrustPolicy, issuer: string): readonly Case[] {
  const providers = providersOf(one, issuer);
  return providers.flatMap((provider) => {
    // One cache, so that a condition that both have is one, and what they have in common drops out.
    const cache = new Map<string, ConditionAtom>();
    const letsIn = compileFormula(one, issuer, provider, providers, cache);
    const keeps = compileFormula(other, issuer, provider, providers, cache);
    return letsIn.allows.flatMap((rule) => [
      caseOf(letsIn, other, [rule], [...letsIn.denies, ...keeps.allows]),
      ...keeps.denies.map((deny) => caseOf(letsIn, other, [rule, deny], letsIn.denies)),
    ]);
  });
}

function caseOf(
  { policy, provider, issuer }: Formula,
  other: TrustPolicy,
  wanted: readonly Rule[],
  unwanted: readonly Rule[],
): Case {
  return {
    wanted,
    unwanted,
    issuer,
    policies: [policy, other],
    isDoubtful: provider.isDoubtful,
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
