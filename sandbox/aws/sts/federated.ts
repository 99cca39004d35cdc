import type { Role } from '../accounts/accounts.js';
import type { Context } from './conditions.js';
import { federatedDenied } from './errors.js';
import { explainRefusal } from './explain-refusal.js';
import type { TokenSession } from './token-session.js';
import { evaluateTrust, principalOf } from './trust.js';

/** A request to assume a role on a provider's word, its token or assertion verified. */
export interface FederatedRequest {
  readonly action: 'sts:AssumeRoleWithWebIdentity' | 'sts:AssumeRoleWithSAML';
  /** What the trust policy names as `Federated`. */
  readonly providerArn: string;
  /** What the token or the assertion says about the session. */
  readonly session: TokenSession;
  readonly context: Context;
  /** The token's; an assertion has none. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * Decides whether a role trusts a provider's word. Only the trust policy counts: nobody has signed. Throws
 * AccessDenied (403) naming the action that is missing. A role that does not exist is refused in the same words.
 */
export function authorizeFederated(role: Role | undefined, request: FederatedRequest): Role {
  const { action: main, providerArn, session, context, claims = {} } = request;
  const actions: string[] = [main];
  if (session.tags.length > 0) actions.push('sts:TagSession');
  if (session.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  const caller = { kind: 'federated', providerArn } as const;
  const refused = actions.find(
    (action) =>
      role === undefined || evaluateTrust(role.trust, { action, caller, context }).decision !== 'allow',
  );
  if (role !== undefined && refused === undefined) return role;
  const error = federatedDenied(refused ?? main);
  error.why = explainRefusal(role, { actions, principal: principalOf(caller), context, claims });
  throw error;
}

/** The condition keys that both ways have in common. */
export function federatedKeys(
  providerArn: string,
  sessionName: string,
  { tags, transitiveTagKeys, sourceIdentity }: TokenSession,
): readonly (readonly [string, string | readonly string[] | undefined])[] {
  return [
    ['aws:FederatedProvider', providerArn],
    ['sts:RoleSessionName', sessionName],
    ['sts:SourceIdentity', sourceIdentity],
    ['sts:TransitiveTagKeys', presentList(transitiveTagKeys)],
    ['aws:TagKeys', presentList(tags.map(({ key }) => key))],
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ];
}

function presentList(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values;
}
