import type { Statement, TrustPolicy } from '../language/policy.js';
import { coversAction } from './actions.js';
import { type ConditionResult, evaluateCondition } from './condition.js';
import type { Context } from './context.js';
import { allOf, decide, type TrustDecision, type Truth } from './decide.js';
import { type NamedAs, namedBy, type Principal } from './principals.js';

/** One question to a trust policy: may this caller do this, under these circumstances? */
export interface TrustRequest {
  /** Such as `sts:AssumeRoleWithWebIdentity`. */
  readonly action: string;
  readonly principal: Principal;
  readonly context: Context;
}

/** What one statement makes of a request. It applies where all three of its parts match. */
export interface StatementResult {
  readonly statement: Statement;
  readonly coversAction: boolean;
  readonly coversPrincipal: boolean;
  /** How the caller is named; undefined where it is not, and where it is by a NotPrincipal that leaves it out. */
  readonly namedAs: NamedAs | undefined;
  readonly conditions: readonly ConditionResult[];
  readonly applies: Truth;
}

/** A decision, and how each statement contributed. */
export interface Decision {
  readonly decision: TrustDecision;
  readonly statements: readonly StatementResult[];
}

/**
 * Evaluates a trust policy. Other policies may still refuse what this one allows. `isUndecided` says of which conditions
 * the outcome depends on more than the request has.
 */
export function evaluateTrust(
  policy: TrustPolicy,
  request: TrustRequest,
  isUndecided: (result: ConditionResult) => boolean = hasUnknownValue,
): Decision {
  const statements = policy.statements.map((one) =>
    evaluateStatement(policy.version, one, request, isUndecided),
  );
  const decision = decide(statements.map(({ statement: { effect }, applies }) => ({ effect, applies })));
  return { decision, statements };
}

/** Whether a condition depends on a value that only a deployment knows. */
export function hasUnknownValue({ outcome }: ConditionResult): boolean {
  return outcome === 'unknown-value';
}

/** Whether a statement's action, principal and conditions match; its resources are not looked at. */
export function evaluateStatement(
  version: TrustPolicy['version'],
  statement: Statement,
  { action, principal, context }: TrustRequest,
  isUndecided: (result: ConditionResult) => boolean,
): StatementResult {
  const covers = coversAction(statement, action);
  const listedAs = namedBy(statement.principals, principal);
  const coversPrincipal = (listedAs !== undefined) !== statement.notPrincipal;
  const conditions = statement.conditions.map((one) => evaluateCondition(one, context, version));
  const truths = conditions.map((one): Truth => {
    if (isUndecided(one)) return 'unknown';
    return one.outcome === 'holds' ? 'yes' : 'no';
  });
  const applies = allOf([covers ? 'yes' : 'no', coversPrincipal ? 'yes' : 'no', ...truths]);
  const namedAs = statement.notPrincipal ? undefined : listedAs;
  return { statement, coversAction: covers, coversPrincipal, namedAs, conditions, applies };
}
