import type { Statement, TrustPolicy } from '../language/policy.js';
import { coversAction } from './actions.js';
import { type ConditionResult, evaluateCondition } from './condition.js';
import type { Context } from './context.js';
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
  readonly applies: boolean;
}

/** A decision, and how each statement contributed. `none` is the implicit refusal: nothing allows it. */
export interface Decision {
  readonly decision: 'allow' | 'deny' | 'none';
  readonly statements: readonly StatementResult[];
}

/**
 * Evaluates a trust policy: a Deny that applies wins, else an Allow that applies is needed
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html).
 * Other policies may still refuse what this one allows.
 */
export function evaluateTrust(policy: TrustPolicy, request: TrustRequest): Decision {
  const statements = policy.statements.map((statement) => evaluateStatement(policy, statement, request));
  const effects = statements.flatMap(({ applies, statement }) => (applies ? [statement.effect] : []));
  const decision = effects.includes('Deny') ? 'deny' : effects.includes('Allow') ? 'allow' : 'none';
  return { decision, statements };
}

function evaluateStatement(
  { version }: TrustPolicy,
  statement: Statement,
  { action, principal, context }: TrustRequest,
): StatementResult {
  const covers = coversAction(statement, action);
  const listedAs = namedBy(statement.principals, principal);
  const coversPrincipal = (listedAs !== undefined) !== statement.notPrincipal;
  const conditions = statement.conditions.map((one) => evaluateCondition(one, context, version));
  const applies = covers && coversPrincipal && conditions.every(({ outcome }) => outcome === 'holds');
  const namedAs = statement.notPrincipal ? undefined : listedAs;
  return { statement, coversAction: covers, coversPrincipal, namedAs, conditions, applies };
}
