import { listed, quote } from '../text.js';
import { type Claims, evaluatedClaims } from './claims.js';
import { type Decision, evaluateTrust, type StatementResult, type TrustRequest } from './evaluate.js';
import type { Failure, Situation } from './failure.js';
import type { Statement, TrustPolicy } from './policy.js';
import { explainCondition } from './reasons.js';
import { explainPrincipal } from './reasons-principal.js';

/** A decision, and where it is a refusal, what it was for want of. */
export interface Explanation {
  readonly decision: Decision['decision'];
  /** The action the decision is about: the first that is refused, where several are needed. */
  readonly action: string;
  /** The statement that allowed or denied it, or the one that came closest to allowing it. */
  readonly statement: Statement | undefined;
  /** What keeps that statement from allowing it. Empty where it allows or denies. */
  readonly failures: readonly Failure[];
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
  let last: Explanation | undefined;
  for (const action of request.actions) {
    last = explainAction(policy, request, action);
    if (last.decision !== 'allow') return last;
  }
  return last ?? { decision: 'none', action: '', statement: undefined, failures: [] };
}

function explainAction(policy: TrustPolicy, request: ExplainRequest, action: string): Explanation {
  const asked = { ...request, action };
  const { decision, statements } = evaluateTrust(policy, asked);
  const effect = decision === 'deny' ? 'Deny' : 'Allow';
  const ofEffect = statements.filter(({ statement }) => statement.effect === effect);
  const closest = [...ofEffect].sort((a, b) => distance(a) - distance(b))[0];
  const failures = decision === 'none' && closest !== undefined ? failuresOf(closest, asked, request) : [];
  return { decision, action, statement: closest?.statement, failures };
}

/** How far a statement is from applying: what it is not about counts more than a condition that fails. */
function distance({ applies, coversAction, coversPrincipal, conditions }: StatementResult): number {
  if (applies) return 0;
  const failed = conditions.filter(({ outcome }) => outcome !== 'holds').map(conditionDistance);
  return (coversPrincipal ? 0 : 4) + (coversAction ? 0 : 3) + failed.reduce((sum, one) => sum + one, 0);
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

function failuresOf(
  result: StatementResult,
  asked: TrustRequest,
  request: ExplainRequest,
): readonly Failure[] {
  const issuer = typeof request.claims['iss'] === 'string' ? request.claims['iss'] : '';
  const situation: Situation = {
    claims: request.claims,
    issuer,
    evaluated: request.evaluated ?? evaluatedClaims(issuer),
    statement: result.statement,
  };
  return [
    ...(result.coversAction ? [] : [explainMissingAction(result, asked)]),
    ...(result.coversPrincipal ? [] : [explainPrincipal(result, asked)]),
    ...result.conditions
      .filter(({ outcome }) => outcome !== 'holds')
      .map((failed) => explainCondition(failed, situation)),
  ];
}

function explainMissingAction({ statement }: StatementResult, { action }: TrustRequest): Failure {
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
        ? `The session has tags or a source identity, which needs ${action} as well, and the statement allows only ${listed(wanted)}.`
        : `The statement is about ${listed(wanted.map((one) => quote(one)))}, and the call needs ${action}.`,
    fix: statement.notAction
      ? `Use Action with ${quote(action)} instead of NotAction.`
      : `Add ${quote(action)} to the Action.`,
  };
}
