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
import { actionsFor, firstRefusal, sessionKeys } from './role-request.js';
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
  const { action: main, providerArn, session, sessionName, circumstances, claims = {} } = request;
  const actions = actionsFor(main, session);
  const keys = [
    ...requestKeys(circumstances),
    ...resourceKeys(role?.account),
    ...request.keys,
    ['aws:FederatedProvider', providerArn] as const,
    ...sessionKeys({ ...session, sessionName }),
  ];
  const refuse = (action: string, reason = ''): StsError => {
    const error = federatedDenied(action, reason);
    const principal = { type: 'Federated', provider: providerArn } as const;
    error.why = explainRefusal(role, { actions, principal, context: new Context(keys), claims });
    return error;
  };
  if (role === undefined) throw refuse(main);
  const refused = firstRefusal(role, actions, { keys, circumstances }, (access) =>
    authorizeProvider(providerArn, access),
  );
  if (refused === undefined) return role;
  const { action, by } = refused;
  // The trust policy's refusal has no reason, so that it cannot be told from a role that does not exist.
  throw refuse(action, by.kind === 'trust' ? '' : ` ${refusalWords(by, action)}`);
}
