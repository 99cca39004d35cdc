import { formatList, quote } from '../core/text.js';
import type { Statement, TrustPolicy } from '../trust/language/policy.js';
import { identityOf } from '../trust/reach/condition-atom.js';
import { githubIssuers } from '../trust/reach/evaluator.js';

/** What has changed for callers without a token of GitHub, of whom nothing else is compared. */
export interface OtherPrincipals {
  /** Undefined where they have not gained anything. */
  readonly gained: string | undefined;
  readonly lost: string | undefined;
}

/** Finds the statements about other principals that only one of two policies has. */
export function compareOthers(before: TrustPolicy, after: TrustPolicy): OtherPrincipals {
  const [old, fresh] = [statementsOf(before), statementsOf(after)];
  const only = (one: Statements, other: Statements, effect: Statement['effect']): readonly string[] =>
    [...one].flatMap(([text, statement]) =>
      statement.effect === effect && !other.has(text) ? statement.names : [],
    );
  return {
    gained: inWords([...only(fresh, old, 'Allow'), ...only(old, fresh, 'Deny')]),
    lost: inWords([...only(old, fresh, 'Allow'), ...only(fresh, old, 'Deny')]),
  };
}

const MAX_NAMES = 3;

function inWords(names: readonly string[]): string | undefined {
  const [first, ...others] = [...new Set(names)];
  if (first === undefined) return undefined;
  const shown = [first, ...others].slice(0, MAX_NAMES).map((name) => quote(name, 100));
  const more = others.length + 1 - shown.length;
  const all = more > 0 ? [...shown, `${more} more`] : shown;
  return `Statements about ${formatList(all)} have changed; only tokens of GitHub are compared.`;
}

type Statements = ReadonlyMap<
  string,
  { readonly effect: Statement['effect']; readonly names: readonly string[] }
>;

/** By a text that is the same for statements that mean the same. */
function statementsOf(policy: TrustPolicy): Statements {
  return new Map(
    policy.statements.flatMap((statement) => {
      const { effect, actions, notAction, notPrincipal, conditions, principals } = statement;
      const others = principals
        .filter((one) => notPrincipal || !isGithub(policy, statement, one))
        .map(({ type, text }) => (type === text ? text : `${type} ${text}`));
      if (others.length === 0) return [];
      const text = JSON.stringify([
        [effect, notAction, notPrincipal, policy.version ?? ''],
        actions.map((one) => one.text).sort(),
        [...others].sort(),
        conditions.map(identityOf).sort(),
      ]);
      return [[text, { effect, names: others.map((one) => (notPrincipal ? `all but ${one}` : one)) }]];
    }),
  );
}

function isGithub(policy: TrustPolicy, statement: Statement, one: Statement['principals'][number]): boolean {
  const alone = { ...policy, statements: [{ ...statement, principals: [one] }] };
  return one.type === 'Federated' && githubIssuers(alone).length > 0;
}
