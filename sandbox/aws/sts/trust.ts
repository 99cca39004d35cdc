import type { Context } from '../../../src/trust/evaluate/context.js';
import { evaluateTrust as evaluate } from '../../../src/trust/evaluate/evaluate.js';
import type { NamedAs, Principal } from '../../../src/trust/evaluate/principals.js';
import type { TrustPolicy } from '../../../src/trust/language/policy.js';

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

/** Evaluates a role's trust policy with the action's own evaluator (src/trust): a Deny wins, an Allow is needed. */
export function evaluateTrust(policy: TrustPolicy, { action, caller, context }: TrustQuestion): TrustAnswer {
  const { decision, statements } = evaluate(policy, { action, principal: principalOf(caller), context });
  // What only a deployment fills in, as in a template, matches nothing here.
  if (decision === 'unknown') return { decision: 'none' };
  if (decision !== 'allow') return { decision };
  const ways = statements
    .filter(({ applies }) => applies === 'yes')
    .map(({ namedAs }) => WAYS[namedAs ?? 'everyone']);
  return { decision, through: CLOSEST_FIRST.find((way) => ways.includes(way)) ?? 'account' };
}

const CLOSEST_FIRST = ['session', 'principal', 'account'] as const;
type Through = 'account' | 'principal' | 'session';

const WAYS: Readonly<Record<NamedAs, Through>> = {
  session: 'session',
  principal: 'principal',
  everyone: 'principal',
  account: 'account',
};

/** The caller as the evaluator of trust policies has it. */
export function principalOf(caller: TrustCaller): Principal {
  if (caller.kind === 'federated') return { type: 'Federated', provider: caller.providerArn };
  const { arn, sessionArn } = caller;
  return sessionArn === undefined ? { type: 'AWS', arn } : { type: 'AWS', arn: sessionArn, roleArn: arn };
}
