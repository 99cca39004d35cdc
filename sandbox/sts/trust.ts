import { type Context, conditionsHold } from './conditions.js';
import { matchesPattern } from './patterns.js';
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
 * Evaluates a role's trust policy: a Deny wins, an Allow is needed. Throws an Error on an operator that
 * is not known, so that ignorance never passes for a refusal.
 */
export function evaluateTrust(policy: Policy, question: TrustQuestion): TrustAnswer {
  const applying = policy.flatMap((statement) => {
    const through = appliesThrough(statement, question);
    return through === undefined ? [] : [{ effect: statement.effect, through }];
  });
  if (applying.some(({ effect }) => effect === 'Deny')) return { decision: 'deny' };
  const ways = applying.map(({ through }) => through);
  const best = (['session', 'principal', 'account'] as const).find((way) => ways.includes(way));
  return best === undefined ? { decision: 'none' } : { decision: 'allow', through: best };
}

/** Whether an action is among a statement's actions. Actions are case-insensitive and may have wildcards. */
export function coversAction(statement: Statement, action: string): boolean {
  const listed = statement.actions.some((pattern) =>
    matchesPattern(pattern.toLowerCase(), action.toLowerCase()),
  );
  return listed !== statement.notActions;
}

type Through = 'account' | 'principal' | 'session';

function appliesThrough(
  statement: Statement,
  { action, caller, context }: TrustQuestion,
): Through | undefined {
  if (!coversAction(statement, action)) return undefined;
  const ways = statement.principals.flatMap((pattern) => namesCaller(pattern, caller) ?? []);
  if (ways.length === 0 || !conditionsHold(statement.conditions, context)) return undefined;
  return (['session', 'principal', 'account'] as const).find((way) => ways.includes(way));
}

function namesCaller({ type, value }: PrincipalPattern, caller: TrustCaller): Through | undefined {
  if (caller.kind === 'federated') {
    return type === 'Federated' && (value === '*' || value === caller.providerArn) ? 'principal' : undefined;
  }
  if (type !== 'AWS') return undefined;
  if (caller.sessionArn !== undefined && value === caller.sessionArn) return 'session';
  if (value === '*' || value === caller.arn) return 'principal';
  const root = `arn:${caller.partition}:iam::${caller.accountId}:root`;
  return value === caller.accountId || value === root ? 'account' : undefined;
}
