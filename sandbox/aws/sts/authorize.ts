import { Context } from '../../../src/trust/evaluate/context.js';
import { authorizeCaller, principalOf, reasonFor } from '../access/access.js';
import {
  type Circumstances,
  type ConditionKeys,
  callerKeys,
  requestKeys,
  resourceKeys,
} from '../access/condition-keys.js';
import type { Role } from '../accounts/accounts.js';
import { callerDenied } from './errors.js';
import { explainRefusal } from './explain-refusal.js';
import type { AssumeRoleParameters } from './parameters.js';
import type { SessionTag } from './sessions.js';
import type { RoleAssumer } from './who-may-call.js';

/** A request to assume a role, after its parameters were found to be well-formed. */
export interface AssumeRequest {
  readonly caller: RoleAssumer;
  readonly parameters: AssumeRoleParameters;
  /** All tags the new session would have, inherited ones included. */
  readonly tags: readonly SessionTag[];
  readonly sourceIdentity: string | undefined;
  /** When the MFA code that was sent with this request was accepted; undefined where none was sent. */
  readonly mfaAt: number | undefined;
  readonly circumstances: Circumstances;
}

/**
 * Decides whether a caller may assume a role. Throws AccessDenied (403) naming the action that is missing and, as AWS does
 * within an account or an organization, which kind of policy refused it.
 */
export function authorizeAssumeRole(role: Role | undefined, request: AssumeRequest): Role {
  const { caller, parameters, tags, sourceIdentity, circumstances } = request;
  if (role === undefined) throw callerDenied(caller.arn, 'sts:AssumeRole', parameters.roleArn);
  const actions = ['sts:AssumeRole'];
  // Inherited tags and an inherited source identity are set again on the new session, and need the same permission.
  if (tags.length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  const { arn: resource, account } = role;
  const policy = { kind: 'trust', name: role.name, policy: role.trust } as const;
  const keys = keysOf(request, role);
  for (const action of actions) {
    const decided = authorizeCaller(caller, {
      action,
      resource,
      account,
      policy,
      keys,
      network: circumstances.network,
    });
    if (decided.decision !== 'deny') continue;
    const reason = reasonFor(decided.by, action, caller.principal.account, account);
    const error = callerDenied(caller.arn, action, resource, reason);
    const principal = principalOf(caller);
    error.why = explainRefusal(role, { actions, principal, context: new Context(keys), claims: {} });
    throw error;
  }
  return role;
}

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
function keysOf(request: AssumeRequest, role: Role): ConditionKeys {
  const { caller, parameters, tags, sourceIdentity, mfaAt, circumstances } = request;
  return [
    ...requestKeys(circumstances),
    ...callerKeys(caller, circumstances.now, mfaAt),
    ...resourceKeys(role.account),
    ['sts:ExternalId', parameters.externalId],
    ['sts:RoleSessionName', parameters.sessionName],
    ['sts:SourceIdentity', sourceIdentity],
    ['sts:TransitiveTagKeys', parameters.transitiveTagKeys],
    ['aws:TagKeys', tags.map(({ key }) => key)],
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
    ...[...role.tags].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`iam:ResourceTag/${key}`, value] as const,
    ]),
  ];
}
