import type { Role } from '../accounts/accounts.js';
import { callerKeys } from './caller-keys.js';
import { Context } from './conditions.js';
import { callerDenied } from './errors.js';
import { evaluateIdentityPolicy } from './identity-policy.js';
import type { AssumeRoleParameters } from './parameters.js';
import type { SessionTag } from './sessions.js';
import { evaluateTrust, type TrustCaller } from './trust.js';
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
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Decides whether a caller may assume a role, the way IAM combines both sides: the trust policy has to allow
 * it; and unless it names the caller and both are in one account, the caller's own policy has to as well.
 * A Deny on either side wins. Throws AccessDenied (403) naming the action that is missing.
 */
export function authorizeAssumeRole(role: Role | undefined, request: AssumeRequest): Role {
  const { caller, parameters, tags, sourceIdentity } = request;
  const context = contextOf(request, role);
  const actions = ['sts:AssumeRole'];
  // Inherited tags and an inherited source identity are set again on the new session, and need the same permission.
  if (tags.length > 0) actions.push('sts:TagSession');
  if (sourceIdentity !== undefined) actions.push('sts:SetSourceIdentity');
  for (const action of actions) {
    if (role === undefined || !mayDo(action, caller, role, context)) {
      throw callerDenied(caller.arn, action, parameters.roleArn);
    }
  }
  if (role === undefined) throw callerDenied(caller.arn, 'sts:AssumeRole', parameters.roleArn);
  return role;
}

function mayDo(action: string, caller: RoleAssumer, role: Role, context: Context): boolean {
  const trust = evaluateTrust(role.trust, { action, caller: trustCaller(caller), context });
  const own = evaluateIdentityPolicy(caller.principal.permissions, action, role.arn, context);
  const limit = caller.kind === 'session' ? caller.session.limit : undefined;
  const limited = limit === undefined ? 'allow' : evaluateIdentityPolicy(limit, action, role.arn, context);
  if (trust.decision !== 'allow' || own === 'deny' || limited === 'deny') return false;
  const sameAccount = caller.principal.account.id === role.account.id;
  // docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
  if (sameAccount && trust.through === 'session') return true;
  if (limited !== 'allow') return false;
  return own === 'allow' || (sameAccount && trust.through === 'principal');
}

function trustCaller(caller: RoleAssumer): TrustCaller {
  const { account, arn } = caller.principal;
  const base = { kind: 'aws', accountId: account.id, partition: account.partition, arn } as const;
  return caller.kind === 'session' ? { ...base, sessionArn: caller.arn } : base;
}

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
function contextOf(request: AssumeRequest, role: Role | undefined): Context {
  const { caller, parameters, tags, sourceIdentity, mfaAt, now } = request;
  return new Context([
    ['sts:ExternalId', parameters.externalId],
    ['sts:RoleSessionName', parameters.sessionName],
    ['sts:SourceIdentity', sourceIdentity],
    ['sts:TransitiveTagKeys', presentList(parameters.transitiveTagKeys)],
    ['aws:TagKeys', presentList(tags.map(({ key }) => key))],
    ...callerKeys(caller, now, mfaAt),
    ...tags.map(({ key, value }) => [`aws:RequestTag/${key}`, value] as const),
    ['aws:ResourceAccount', role?.account.id],
    ...[...(role?.tags ?? [])].flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value] as const,
      [`iam:ResourceTag/${key}`, value] as const,
    ]),
  ]);
}

function presentList(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values;
}
