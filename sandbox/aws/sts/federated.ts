import { refusalWords } from '../../../src/trust/authorize/words.js';
import { Context } from '../../../src/trust/evaluate/context.js';
import { authorizeProvider } from '../access/access.js';
import {
  type Circumstances,
  type ConditionKeys,
  requestKeys,
  resourceKeys,
} from '../access/condition-keys.js';
import type { Role } from '../accounts/accounts.js';
import { federatedDenied, type StsError } from './errors.js';
import { explainRefusal } from './explain-refusal.js';
import type { TokenSession } from './token-session.js';

/** A request to assume a role on a provider's word, its token or assertion verified. */
export interface FederatedRequest {
  readonly action: 'sts:AssumeRoleWithWebIdentity' | 'sts:AssumeRoleWithSAML';
  /** What the trust policy names as `Federated`. */
  readonly providerArn: string;
  /** What the token or the assertion says about the session. */
  readonly session: TokenSession;
  readonly sessionName: string;
  /** The keys of the token or the assertion. */
  readonly keys: ConditionKeys;
  readonly circumstances: Circumstances;
  /** The token's; an assertion has none. */
  readonly claims?: Readonly<Record<string, unknown>>;
}

/**
 * Decides whether a role trusts a provider's word. Nobody has signed, so only the trust policy, resource control policies
 * and an endpoint's policy count. Throws AccessDenied (403) naming the action that is missing. A role that does not exist is
 * refused in the same words as one whose trust policy refuses.
 */
export function authorizeFederated(role: Role | undefined, request: FederatedRequest): Role {
  const { action: main, providerArn, session, circumstances, claims = {} } = request;
  const actions: string[] = [main];
  if (session.tags.length > 0) actions.push('sts:TagSession');
  if (session.sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  const keys = [
    ...requestKeys(circumstances),
    ...resourceKeys(role?.account),
    ...request.keys,
    ...federatedKeys(request),
  ];
  const refuse = (action: string, reason = ''): StsError => {
    const error = federatedDenied(action, reason);
    const principal = { type: 'Federated', provider: providerArn } as const;
    error.why = explainRefusal(role, { actions, principal, context: new Context(keys), claims });
    return error;
  };
  if (role === undefined) throw refuse(main);
  const { arn: resource, account } = role;
  const policy = { kind: 'trust', name: role.name, policy: role.trust } as const;
  for (const action of actions) {
    const decided = authorizeProvider(providerArn, {
      action,
      resource,
      account,
      policy,
      keys,
      network: circumstances.network,
    });
    if (decided.decision !== 'deny') continue;
    // The trust policy's refusal has no reason, so that it cannot be told from a role that does not exist.
    throw refuse(action, decided.by.kind === 'trust' ? '' : ` ${refusalWords(decided.by, action)}`);
  }
  return role;
}

/** The condition keys that both ways have in common. */
function federatedKeys({ providerArn, sessionName, session }: FederatedRequest): ConditionKeys {
  const { tags, transitiveTagKeys, sourceIdentity } = session;
  return [
    ['aws:FederatedProvider', providerArn],
    ['sts:RoleSessionName', sessionName],
    ['sts:SourceIdentity', sourceIdentity],
    ['sts:TransitiveTagKeys', transitiveTagKeys],
    ['aws:TagKeys', tags.map(({ key }) => key)],
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
  ];
}
