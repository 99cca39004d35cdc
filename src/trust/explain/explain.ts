import { formatList, quote } from '../../core/text.js';
import type { ConditionResult } from '../evaluate/condition.js';
import type { TrustDecision, Truth } from '../evaluate/decide.js';
import { evaluateTrust, type StatementResult, type TrustRequest } from '../evaluate/evaluate.js';
import { claimOf, type Statement, type TrustPolicy } from '../language/policy.js';
import { type Claims, evaluatedClaims, issuerOf } from '../oidc/claims.js';
import { parseSubject } from '../oidc/subject.js';
import type { Failure, TokenContext } from './failure.js';
import { isOtherRepository } from './mistakes/subject-repository.js';
import { explainPrincipal } from './principal-reasons.js';
import { explainCondition, explainHeld } from './reasons.js';
import { isUndecided } from './unknown.js';

/** A decision, and where it is a refusal, what was missing. */
export interface Explanation {
  /** `unknown`: it depends on what only AWS knows, or the deployment. */
  readonly decision: TrustDecision;
  /** The action the decision is about: the first that is refused, where several are needed. */
  readonly action: string;
  /** The statement that allowed or denied it, that it depends on, or that came closest to allowing it. */
  readonly statement: Statement | undefined;
  /** What keeps that statement from allowing it, or from being decided. Empty where it allows or denies. */
  readonly failures: readonly Failure[];
  /** The conditions for which a Deny applies. Empty for any other decision, and where the Deny has no conditions. */
  readonly held: readonly Failure[];
}

/** Who asks for what; `actions` are needed together, as sts:TagSession is beside the call itself. */
export interface ExplainRequest extends Omit<TrustRequest, 'action'> {
  readonly actions: readonly string[];
  readonly claims: Claims;
  /** Where the claims that AWS evaluates are not those of the issuer's kind. */
  readonly evaluated?: readonly string[] | undefined;
}

/** Evaluates a trust policy for a request, and finds the reasons for a refusal. */
export function explainTrust(policy: TrustPolicy, request: ExplainRequest): Explanation {
  const explanations = request.actions.map((action) => explainAction(policy, request, action));
  const found = (['deny', 'none', 'unknown', 'allow'] as const).flatMap((decision) =>
    explanations.filter((one) => one.decision === decision),
  );
  return found[0] ?? { decision: 'none', action: '', statement: undefined, failures: [], held: [] };
}

function explainAction(policy: TrustPolicy, request: ExplainRequest, action: string): Explanation {
  const asked = { ...request, action };
  const { decision, statements } = evaluateTrust(policy, asked, isUndecided);
  const first = (effect: Statement['effect'], applies: Truth): StatementResult | undefined =>
    statements.find((one) => one.statement.effect === effect && one.applies === applies);
  const deciding = {
    deny: first('Deny', 'yes'),
    allow: first('Allow', 'yes'),
    // A Deny that may apply counts where there is something to deny.
    unknown: first('Allow', 'yes') ? first('Deny', 'unknown') : first('Allow', 'unknown'),
    none: undefined,
  }[decision];
  if (deciding !== undefined) {
    const failures = decision === 'unknown' ? undecidedOf(deciding, request) : [];
    const held = decision === 'deny' ? deciding.conditions.map(explainHeld) : [];
    return { decision, action, statement: deciding.statement, failures, held };
  }
  const allows = statements.filter(({ statement }) => statement.effect === 'Allow');
  const closest = [...allows].sort((a, b) => distance(a, asked) - distance(b, asked))[0];
  const failures = closest === undefined ? [] : failuresOf(closest, asked, request);
  return { decision, action, statement: closest?.statement, failures, held: [] };
}

/**
 * How far a statement is from applying: one for another kind of caller is farthest, then one for another repository;
 * what else it is not about counts more than a condition that fails.
 */
function distance(result: StatementResult, { principal }: TrustRequest): number {
  const { statement, coversAction, coversPrincipal, conditions } = result;
  const failed = conditions.filter(({ outcome }) => outcome !== 'holds');
  const isOtherKind = !coversPrincipal && !statement.principals.some(({ type }) => type === principal.type);
  return (
    (isOtherKind ? 100 : coversPrincipal ? 0 : 4) +
    (coversAction ? 0 : 3) +
    (failed.some(isOfOtherRepository) ? 50 : 0) +
    failed.map(conditionDistance).reduce((sum, one) => sum + one, 0)
  );
}

function isOfOtherRepository({ condition, actual }: ConditionResult): boolean {
  const [got] = actual ?? [];
  if (got === undefined || claimOf(condition) !== 'sub' || parseSubject(got) === undefined) return false;
  return isOtherRepository(
    condition.values.map(({ text }) => text),
    got,
  );
}

/** From 1 to 2: the longer the beginning that a wanted value has in common with the real one, the nearer. */
function conditionDistance({ condition, actual }: StatementResult['conditions'][number]): number {
  const shares = (actual ?? []).flatMap((got) =>
    condition.values.map(({ text }) => {
      let length = 0;
      while (length < got.length && got[length] === text[length]) length++;
      return length / Math.max(got.length, 1);
    }),
  );
  return 2 - Math.max(0, ...shares);
}

function undecidedOf(
  { statement, conditions }: StatementResult,
  request: ExplainRequest,
): readonly Failure[] {
  const token = tokenContext(statement, request);
  return conditions.filter(isUndecided).map((one) => explainCondition(one, token));
}

function tokenContext(statement: Statement, { claims, evaluated }: ExplainRequest): TokenContext {
  const issuer = issuerOf(claims);
  return { claims, issuer, evaluated: evaluated ?? evaluatedClaims(issuer), statement };
}

function failuresOf(
  result: StatementResult,
  asked: TrustRequest,
  request: ExplainRequest,
): readonly Failure[] {
  const token = tokenContext(result.statement, request);
  return [
    ...(result.coversAction ? [] : [explainMissingAction(result, asked)]),
    ...(result.coversPrincipal ? [] : [explainPrincipal(result, asked)]),
    ...result.conditions
      .filter(({ outcome }) => outcome !== 'holds')
      .map((failed) => explainCondition(failed, token)),
  ];
}

/** Why a statement is not about the action. */
export function explainMissingAction(
  { statement }: StatementResult,
  { action }: Pick<TrustRequest, 'action'>,
): Failure {
  const wanted = statement.actions.map(({ text }) => text);
  const isTagging = /:(TagSession|SetSourceIdentity)$/i.test(action);
  return {
    id: isTagging ? 'tag-session' : 'action',
    part: 'action',
    at: statement.actions[0]?.at ?? statement.at,
    operator: undefined,
    key: undefined,
    wanted,
    got: [action],
    why: statement.notAction
      ? `NotAction leaves ${action} out.`
      : isTagging
        ? `The session has tags or a source identity, which needs ${action} as well, and the statement allows only ${formatList(wanted)}.`
        : `The statement covers ${formatList(wanted.map((one) => quote(one)))}, and the call needs ${action}.`,
    fix: statement.notAction
      ? `Use Action with ${quote(action)} instead of NotAction.`
      : `Add ${quote(action)} to the Action.`,
  };
}
