import { oneLine } from '../core/text.js';
import type { Refusal } from '../trust/authorize/authorize.js';

/** A refused call, as far as advice on a kind of policy is concerned. */
export interface RefusedBy extends Pick<Refusal, 'kind' | 'how'> {
  /** The action that was refused. */
  readonly action: string;
  /** All that the call needs. */
  readonly actions: readonly string[];
  readonly roleArn: string;
  /** A user's or a session's; undefined where it is not known, and of a token. */
  readonly callerArn: string | undefined;
  readonly isToken: boolean;
}

/** Where the refusing policy is, and what to change in it: which side it is on depends on its kind. */
export function policyAdvice(refused: RefusedBy): string {
  const { kind, how, action } = refused;
  const role = oneLine(refused.roleArn);
  const isDenied = how === 'explicit-deny';
  const verb = isDenied ? 'denies' : 'does not allow';
  const add = isDenied
    ? 'Change the Deny, or exempt this call from it'
    : `Add to it: ${callerStatement(refused)}`;
  switch (kind) {
    case 'service-control':
      return `${isDenied ? `A service control policy (SCP) denies ${action}` : `No service control policy (SCP) allows ${action} at one of the levels from the organization's root to the account`}, whatever the policies of the account say. ${whoChanges(refused.callerArn, 'SERVICE_CONTROL_POLICY', "the caller's account")}`;
    case 'resource-control':
      return `A resource control policy (RCP) denies ${action} on the role, whatever its trust policy says. ${whoChanges(refused.roleArn, 'RESOURCE_CONTROL_POLICY', "the role's account")}${refused.isToken ? ' A token belongs to no account and no organization, so a Deny for other organizations (aws:PrincipalOrgID) denies every token, unless it exempts this action.' : ''}`;
    case 'vpc-endpoint':
      return `The request came through a VPC endpoint, whose policy ${verb} ${action} on ${role}. \`aws ec2 describe-vpc-endpoints --filters Name=service-name,Values=*.sts\` shows the endpoint in the account of the runner's network. ${add}.`;
    case 'identity':
      return isDenied
        ? `A policy of ${callerName(refused)} denies ${action}. ${listCommand(refused)} A policy named AWSRevokeOlderSessions denies everything to sessions from before its date; a new session is not affected.`
        : `No policy of ${callerName(refused)} allows ${action} on ${role}. Add to one: ${callerStatement(refused)}`;
    case 'boundary':
      return `The permissions boundary of ${callerName(refused)} ${verb} ${action} on ${role}, so its other policies cannot. ${boundaryCommand(refused)} ${add}.`;
    case 'session':
      return `The session policy of ${callerName(refused)} ${verb} ${action} on ${role}. It was given when that session was made: \`session-policy\` of the role before this one in role-chain, or by whoever made the session. ${add}, or leave it out.`;
    case 'trust':
      return isDenied
        ? `The role's trust policy has a Deny that applies to ${action}.`
        : `The role's trust policy does not allow ${action} to this caller.`;
    case 'resource':
      return `A resource-based policy ${verb} ${action}.`;
  }
}

/** The statement that a policy of the caller needs for this call, and for nothing else. On one line. */
export function callerStatement({ actions, roleArn }: Pick<RefusedBy, 'actions' | 'roleArn'>): string {
  return JSON.stringify(statementOf(actions, roleArn), null, 1).replace(/\n */g, ' ');
}

/** The same, as data. */
export function statementOf(actions: readonly string[], roleArn: string): object {
  return { Effect: 'Allow', Action: actions.length === 1 ? actions[0] : actions, Resource: roleArn };
}

function whoChanges(arn: string | undefined, filter: string, whose: string): string {
  const account = /^\d{12}$/.exec(arn?.split(':')[4] ?? '')?.[0] ?? 'ACCOUNT';
  return `Only an administrator of the organization can change it; in the management account, \`aws organizations list-policies-for-target --target-id ${account} --filter ${filter}\` lists those of ${whose}, and the same for the units and the root above it.`;
}

function callerName({ callerArn }: RefusedBy): string {
  const { kind, name } = principalOf(callerArn);
  return kind === undefined ? 'the caller' : `the ${kind} ${name}`;
}

/** Names that a shell would read otherwise are left out. */
function principalOf(arn: string | undefined): {
  readonly kind: 'role' | 'user' | undefined;
  readonly name: string;
} {
  const [, resource, rest = ''] =
    /^arn:[^:]+:(?:iam|sts)::\d{12}:(assumed-role|role|user)\/(.+)$/.exec(arn ?? '') ?? [];
  const parts = rest.split('/');
  const name = (resource === 'assumed-role' ? parts[0] : parts.at(-1)) ?? '';
  const isPlain = /^[\w+=,.@-]+$/.test(name);
  if (resource === undefined || !isPlain) return { kind: undefined, name: 'NAME' };
  return { kind: resource === 'user' ? 'user' : 'role', name };
}

function listCommand({ callerArn }: RefusedBy): string {
  const { kind = 'role', name } = principalOf(callerArn);
  return `\`aws iam list-${kind}-policies --${kind}-name ${name}\` and \`aws iam list-attached-${kind}-policies --${kind}-name ${name}\` list them.`;
}

function boundaryCommand({ callerArn }: RefusedBy): string {
  const { kind = 'role', name } = principalOf(callerArn);
  const field = kind === 'role' ? 'Role' : 'User';
  return `\`aws iam get-${kind} --${kind}-name ${name} --query ${field}.PermissionsBoundary\` names it.`;
}
