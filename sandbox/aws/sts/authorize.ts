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
import { callerDenied, type StsError } from './errors.js';
import { explainRefusal } from './explain-refusal.js';
import type { AssumeRoleParameters } from './parameters.js';
import { actionsFor, firstRefusal, sessionKeys } from './role-request.js';
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
  const { caller, parameters, circumstances } = request;
  // Inherited tags and an inherited source identity are set again on the new session, and need the same permission.
  const actions = actionsFor('sts:AssumeRole', request);
  const keys = keysOf(request, role);
  const refuse = (action: string, reason = ''): StsError => {
    const error = callerDenied(caller.arn, action, parameters.roleArn, reason);
    const principal = principalOf(caller);
    error.why = explainRefusal(role, { actions, principal, context: new Context(keys), claims: {} });
    return error;
  };
  if (role === undefined) throw refuse('sts:AssumeRole');
  const refused = firstRefusal(role, actions, { keys, circumstances }, (access) =>
    authorizeCaller(caller, access),
  );
  if (refused === undefined) return role;
  const { action, by } = refused;
  throw refuse(action, reasonFor(by, action, caller.principal.account, role.account));
}

function keysOf(request: AssumeRequest, role: Role | undefined): ConditionKeys {
  const { caller, parameters, tags, sourceIdentity, mfaAt, circumstances } = request;
  const { sessionName, transitiveTagKeys, externalId } = parameters;
  return [
    ...requestKeys(circumstances),
    ...callerKeys(caller, circumstances.now, mfaAt),
    ...resourceKeys(role?.account),
    ['sts:ExternalId', externalId],
    ...sessionKeys({ sessionName, tags, transitiveTagKeys, sourceIdentity }),
    ...[...(role?.tags ?? [])].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`iam:ResourceTag/${key}`, value] as const,
    ]),
  ];
}
