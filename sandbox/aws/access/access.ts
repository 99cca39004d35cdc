import { type Authorization, authorize, type Refusal } from '../../../src/trust/authorize/authorize.js';
import type { Policies, ResourcePolicy } from '../../../src/trust/authorize/policies.js';
import { refusalWords } from '../../../src/trust/authorize/words.js';
import { Context } from '../../../src/trust/evaluate/context.js';
import type { Principal } from '../../../src/trust/evaluate/principals.js';
import type { Account } from '../accounts/accounts.js';
import type { Network } from '../accounts/network.js';
import type { Caller } from '../sts/sessions.js';
import type { ConditionKeys } from './condition-keys.js';

/** What is asked for, whoever asks. */
export interface Access {
  /** Such as `s3:GetObject`. */
  readonly action: string;
  /** Its ARN. */
  readonly resource: string;
  /** The account that it is in, whatever its ARN says. */
  readonly account: Account;
  /** Its own policy; undefined where it has none. */
  readonly policy: ResourcePolicy | undefined;
  /** Of the request, the caller and the resource; later entries win. */
  readonly keys: ConditionKeys;
  readonly network: Network;
}

/** Whoever signed: what all policies of both accounts and the organization decide. */
export function authorizeCaller(caller: Caller, access: Access): Authorization {
  const { principal } = caller;
  return ask(principalOf(caller), access, {
    serviceControl: principal.account.serviceControl,
    identity: [...principal.policies.values()],
    boundary: principal.boundary,
    session: limitOf(caller),
  });
}

/** A token or an assertion, for which its provider vouches: nobody has signed, so no policy is the caller's. */
export function authorizeProvider(providerArn: string, access: Access): Authorization {
  return ask({ type: 'Federated', provider: providerArn }, access, { identity: [] });
}

/**
 * What AWS adds to its message about a refusal; nothing where caller and resource are neither in one account nor in one
 * organization (docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html).
 */
export function reasonFor(by: Refusal, action: string, caller: Account, resource: Account): string {
  const isOneOrganization =
    caller.organization !== undefined && caller.organization.id === resource.organization?.id;
  return caller.id === resource.id || isOneOrganization ? ` ${refusalWords(by, action)}` : '';
}

function ask(principal: Principal, access: Access, own: Policies): Authorization {
  const { action, resource, account, policy, keys, network } = access;
  const decided = authorize(
    { action, resource, resourceAccount: account.id, principal, context: new Context(keys) },
    {
      ...own,
      resource: policy,
      resourceControl: account.resourceControl,
      vpcEndpoint: network.endpoint?.policy,
    },
  );
  if (decided.decision !== 'unknown') return decided;
  const { on, layers } = decided;
  if (on.some((kind) => kind !== 'trust'))
    throw new Error(`a policy has a placeholder in it (${on.join(', ')})`);
  // A trust policy may come from a template: what only a deployment fills in matches nothing here.
  return { decision: 'deny', by: { kind: 'trust', how: 'not-allowed', statements: [] }, layers };
}

/** The caller as the evaluator of policies has it. */
export function principalOf(caller: Caller): Principal {
  const { arn } = caller;
  return caller.kind === 'session'
    ? { type: 'AWS', arn, roleArn: caller.principal.arn }
    : { type: 'AWS', arn };
}

/** The session policies; undefined where nothing but the principal's own policies counts. */
function limitOf(caller: Caller): Policies['session'] {
  switch (caller.kind) {
    case 'user':
      return undefined;
    case 'federated-user':
      return caller.limit;
    case 'session':
      return caller.session.limit;
  }
}
