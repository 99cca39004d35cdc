import { matchesAction } from '../../src/trust/action.js';
import type { Context } from '../../src/trust/context.js';
import { evaluateTrust as evaluate } from '../../src/trust/evaluate.js';
import type {
  PrincipalPattern as EvaluablePrincipal,
  Statement as EvaluableStatement,
} from '../../src/trust/policy.js';
import type { NamedAs, Principal } from '../../src/trust/principal.js';
import { evaluable, NOWHERE } from './conditions.js';
import type { Policy, PrincipalPattern, Statement } from './policy.js';

/** Who asks: an OIDC provider on behalf of a token, or an AWS principal that signed the request. */
export type TrustCaller =
  | { readonly kind: 'federated'; readonly providerArn: string }
  | {
      readonly kind: 'aws';
      readonly accountId: string;
      readonly partition: string;
      /** The user's ARN, or the role's. */
      readonly arn: string;
      /** The session's ARN, where the caller is a role session. */
      readonly sessionArn?: string;
    };

/** One question to a trust policy. */
export interface TrustQuestion {
  /** Such as `sts:AssumeRole`. */
  readonly action: string;
  readonly caller: TrustCaller;
  readonly context: Context;
}

/**
 * The answer. `through` says how an Allow named the caller: an Allow that names the account leaves the
 * decision to the caller's own policy, one that names the principal or its session does not.
 */
export type TrustAnswer =
  | { readonly decision: 'allow'; readonly through: 'account' | 'principal' | 'session' }
  | { readonly decision: 'deny' | 'none' };

/**
 * Evaluates a role's trust policy with the action's own evaluator (src/trust): a Deny wins, an Allow is needed.
 * Throws an Error on an operator that is not known, so that ignorance never passes for a refusal.
 */
export function evaluateTrust(policy: Policy, { action, caller, context }: TrustQuestion): TrustAnswer {
  const statements = policy.map((statement, index) => evaluableStatement(statement, index + 1, caller));
  const { decision, statements: results } = evaluate(
    { at: NOWHERE, version: '2012-10-17', statements },
    { action, principal: principalOf(caller), context },
  );
  if (decision !== 'allow') return { decision };
  const ways = results.flatMap(({ applies, namedAs }) => (applies ? [WAYS[namedAs ?? 'everyone']] : []));
  const best = (['session', 'principal', 'account'] as const).find((way) => ways.includes(way));
  return best === undefined ? { decision: 'none' } : { decision, through: best };
}

type Through = 'account' | 'principal' | 'session';

const WAYS: Readonly<Record<NamedAs, Through>> = {
  session: 'session',
  principal: 'principal',
  everyone: 'principal',
  account: 'account',
};

/** Whether an action is among a statement's actions. Actions are case-insensitive and may have wildcards. */
export function coversAction(statement: Statement, action: string): boolean {
  const listed = statement.actions.some((pattern) => matchesAction(pattern, action));
  return listed !== statement.notActions;
}

function principalOf(caller: TrustCaller): Principal {
  if (caller.kind === 'federated') return { type: 'Federated', provider: caller.providerArn };
  const { arn, sessionArn } = caller;
  return sessionArn === undefined ? { type: 'AWS', arn } : { type: 'AWS', arn: sessionArn, roleArn: arn };
}

function evaluableStatement(statement: Statement, number: number, caller: TrustCaller): EvaluableStatement {
  return {
    number,
    at: NOWHERE,
    sid: undefined,
    effect: statement.effect,
    actions: statement.actions.map((text) => ({ text, at: NOWHERE })),
    notAction: statement.notActions,
    principals: statement.principals.flatMap((pattern) => evaluablePrincipal(pattern, caller)),
    notPrincipal: false,
    conditions: statement.conditions.map(evaluable),
  };
}

/** Only principals of the caller's own kind count: { "AWS": "*" } is everyone who has signed, not a token. */
function evaluablePrincipal(
  { type, value }: PrincipalPattern,
  caller: TrustCaller,
): readonly EvaluablePrincipal[] {
  const kind = caller.kind === 'federated' ? 'Federated' : 'AWS';
  if (type !== kind) return [];
  return [{ type: value === '*' ? '*' : kind, text: value, at: NOWHERE }];
}
