import { parseOperator } from '../../trust/language/operators.js';
import {
  type Condition,
  claimOf,
  prefixOf,
  type Statement,
  type TrustPolicy,
} from '../../trust/language/policy.js';
import type { Text } from '../../trust/language/text.js';
import { evaluatedClaims } from '../../trust/oidc/claims.js';
import { isGithubIssuer, issuerKind } from '../../trust/oidc/issuer.js';
import type { KnownIds } from './ids.js';
import { type Renewal, renewSubject } from './subject.js';

/** `transitional` takes both kinds of subjects, `final` immutable ones only. */
export type Stage = 'transitional' | 'final';

/** A condition on the subject, with what becomes of each of its values. */
export interface SubjectChange {
  readonly condition: Condition;
  readonly renewals: readonly Renewal[];
}

/** A condition that keeps out whoever takes over a name, for as long as names alone are enough. */
export interface IdGuard {
  readonly key: string;
  readonly ids: readonly string[];
}

/** What becomes of a statement. */
export interface StatementChange {
  readonly statement: Statement;
  readonly subjects: readonly SubjectChange[];
  readonly guard: IdGuard | undefined;
}

/** What is to be done about the statements that name repositories in the older form of subjects. */
export function changesTo(policy: TrustPolicy, ids: KnownIds): readonly StatementChange[] {
  return policy.statements.flatMap((statement) => {
    const subjects = statement.conditions.filter(isSubjectCondition).map((condition) => ({
      condition,
      renewals: condition.values.map((value) => renewalOf(value, condition, ids)),
    }));
    const isChanged = subjects.some(({ renewals }) =>
      renewals.some(({ kind }) => kind === 'renewed' || kind === 'missing'),
    );
    return isChanged ? [{ statement, subjects, guard: guardFor(statement, subjects) }] : [];
  });
}

/** GitHub Enterprise Server has no immutable subjects. */
function isSubjectCondition(condition: Condition): boolean {
  const issuer = prefixOf(condition);
  return (
    claimOf(condition) === 'sub' &&
    condition.operator.kind === 'string' &&
    isGithubIssuer(issuer) &&
    issuerKind(issuer) !== 'ghes'
  );
}

function renewalOf(value: Text, { operator }: Condition, ids: KnownIds): Renewal {
  return value.kind === 'known' ? renewSubject(value.text, operator.takesPatterns, ids) : { kind: 'other' };
}

function guardFor(statement: Statement, subjects: readonly SubjectChange[]): IdGuard | undefined {
  const positive = subjects.filter(({ condition: { operator } }) => !operator.isNegated);
  const prefixes = [...new Set(positive.map(({ condition }) => prefixOf(condition)))];
  const [prefix] = prefixes;
  if (statement.effect !== 'Allow' || prefix === undefined || prefixes.length > 1) return undefined;
  const named = positive.flatMap(({ renewals }) => renewals.map(idsOf));
  const claim = named.every((one) => one?.repositoryId !== undefined)
    ? 'repository_id'
    : 'repository_owner_id';
  const ids = named.flatMap((one) => (claim === 'repository_id' ? one?.repositoryId : one?.ownerId) ?? []);
  const isKnown = ids.length === named.length;
  const has = (name: string): boolean => statement.conditions.some((one) => claimOf(one) === name);
  if (!isKnown || !evaluatedClaims(prefix).includes(claim) || has(claim) || has('repository_id')) {
    return undefined;
  }
  return { key: `${prefix}:${claim}`, ids: [...new Set(ids)] };
}

function idsOf(
  renewal: Renewal,
): { readonly ownerId: string; readonly repositoryId: string | undefined } | undefined {
  if (renewal.kind === 'immutable') return renewal;
  if (renewal.kind !== 'renewed') return undefined;
  return { ownerId: renewal.ownerId, repositoryId: renewal.repository?.repositoryId };
}

/** The values of a condition afterwards, each once. */
export function valuesAfter({ condition, renewals }: SubjectChange, stage: Stage): readonly Text[] {
  const all = condition.values.flatMap((value, index): readonly Text[] => {
    const renewal = renewals[index];
    if (renewal?.kind !== 'renewed') return [value];
    const renewed: Text = { kind: 'known', text: renewal.text, at: value.at };
    return stage === 'final' ? [renewed] : [value, renewed];
  });
  return all.filter((value, index) => all.findIndex(({ text }) => text === value.text) === index);
}

/** A policy as it is in a stage. */
export function policyAfter(
  policy: TrustPolicy,
  changes: readonly StatementChange[],
  stage: Stage,
): TrustPolicy {
  const statements = policy.statements.map((statement) => {
    const change = changes.find((one) => one.statement === statement);
    return change === undefined ? statement : statementAfter(change, stage);
  });
  return { ...policy, statements };
}

/** A statement as it is in a stage. */
export function statementAfter({ statement, subjects, guard }: StatementChange, stage: Stage): Statement {
  const conditions = statement.conditions.map((condition) => {
    const change = subjects.find((one) => one.condition === condition);
    return change === undefined ? condition : { ...condition, values: valuesAfter(change, stage) };
  });
  const operator = parseOperator('StringEquals');
  if (stage === 'final' || guard === undefined || operator === undefined) return { ...statement, conditions };
  const { at } = statement;
  const values = guard.ids.map((text): Text => ({ kind: 'known', text, at }));
  return { ...statement, conditions: [...conditions, { operator, key: { text: guard.key, at }, values }] };
}

/** The repositories whose ids are missing. */
export function missingIn(changes: readonly StatementChange[]): readonly string[] {
  const renewals = changes.flatMap(({ subjects }) => subjects.flatMap((one) => one.renewals));
  return [...new Set(renewals.flatMap((one) => (one.kind === 'missing' ? one.repository : [])))];
}
