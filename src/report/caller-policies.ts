import type { NamedPolicy, Policies, ResourcePolicy } from '../trust/authorize/policies.js';
import { type PolicyEntry, readPolicyList } from '../trust/authorize/policy-list.js';
import { type CallerSide, explainCallerSide } from '../trust/explain/caller-side.js';
import type { ExplainRequest } from '../trust/explain/explain.js';
import { type PolicyForm, parsePermissionPolicy } from '../trust/language/permission-policy.js';
import type { TrustPolicy } from '../trust/language/policy.js';
import { policyProblem, readPolicyText } from './policy-text.js';

/** What the input caller-policy makes of a refused call. */
export type CallerVerdict =
  | {
      readonly side: CallerSide;
      readonly hasIdentity: boolean;
      /** The session policy is the one of the chain, not of the input. */
      readonly isOwnSession: boolean;
      readonly problem: undefined;
    }
  | { readonly side: undefined; readonly problem: string };

/** A refused call, as far as this input is concerned. */
export interface CallerQuestion {
  /** Empty where it is not set. */
  readonly callerPolicy: string;
  /** What the step itself limited the caller's session with. */
  readonly callerSessionPolicy: string | undefined;
  readonly workspace: string;
  readonly roleArn: string;
  readonly request: ExplainRequest;
  /** Undefined where it is not known. */
  readonly trust: TrustPolicy | undefined;
}

/** Evaluates the policies of the input caller-policy for a call. */
export function evaluateCaller({
  callerPolicy,
  callerSessionPolicy,
  workspace,
  roleArn,
  request,
  trust,
}: CallerQuestion): CallerVerdict {
  const list = callerPolicy === '' ? { entries: [] } : readPolicyList(callerPolicy);
  if ('problem' in list) return { side: undefined, problem: `caller-policy: ${list.problem}.` };
  const isOwnSession =
    callerSessionPolicy !== undefined && !list.entries.some(({ kind }) => kind === 'session');
  const entries: readonly PolicyEntry[] = isOwnSession
    ? [...list.entries, { kind: 'session', sources: [callerSessionPolicy] }]
    : list.entries;
  const isToken = request.principal.type !== 'AWS';
  if (isToken && !entries.some(({ kind }) => ALSO_FOR_TOKENS.includes(kind))) {
    return {
      side: undefined,
      problem:
        'caller-policy was not evaluated: a token has no policies of its own, so that only rcp and vpc-endpoint count for this call.',
    };
  }
  const problems: string[] = [];
  const read = (kind: PolicyEntry['kind']): readonly (readonly NamedPolicy[])[] =>
    entries
      .filter((entry) => entry.kind === kind)
      .map(({ sources }) => sources.flatMap((source) => readOne(source, kind, workspace, problems)));
  const policies = policiesOf(read, trust, isToken);
  if (problems[0] !== undefined) return { side: undefined, problem: problems[0] };
  const hasIdentity = policies.identity !== 'unknown';
  const { actions, principal, context } = request;
  const side = explainCallerSide({ actions, principal, context, resource: roleArn }, policies);
  return { side, hasIdentity, isOwnSession, problem: undefined };
}

const ALSO_FOR_TOKENS: readonly PolicyEntry['kind'][] = ['resource-control', 'vpc-endpoint'];

function policiesOf(
  read: (kind: PolicyEntry['kind']) => readonly (readonly NamedPolicy[])[],
  trust: TrustPolicy | undefined,
  isToken: boolean,
): Policies {
  const some = (kind: PolicyEntry['kind']): readonly NamedPolicy[] | undefined => {
    const policies = read(kind).flat();
    return policies.length === 0 ? undefined : policies;
  };
  const resource: ResourcePolicy =
    trust === undefined
      ? { kind: 'trust', policy: 'unknown' }
      : { kind: 'trust', name: 'trust-policy', policy: trust };
  const shared = {
    resource,
    resourceControl: some('resource-control'),
    vpcEndpoint: read('vpc-endpoint')[0]?.[0],
  };
  const identity = some('identity') ?? 'unknown';
  if (isToken) return { ...shared, identity };
  const boundary = some('boundary')?.[0];
  return {
    ...shared,
    identity,
    boundary,
    session: some('session'),
    serviceControl: read('service-control').map(withFullAccess),
  };
}

/** AWS attaches a policy that allows all to every level, beside which most others only deny. */
function withFullAccess(level: readonly NamedPolicy[]): readonly NamedPolicy[] {
  const isOnlyDeny = level.every(({ policy }) => policy.statements.every(({ effect }) => effect === 'Deny'));
  return isOnlyDeny ? [...level, fullAccess()] : level;
}

function fullAccess(): NamedPolicy {
  const text =
    '{ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } }';
  return { name: 'FullAWSAccess', policy: parsePermissionPolicy(text, 'without-principals') };
}

function readOne(
  source: string,
  kind: PolicyEntry['kind'],
  workspace: string,
  problems: string[],
): readonly NamedPolicy[] {
  const form: PolicyForm = ALSO_FOR_TOKENS.includes(kind) ? 'names-principals' : 'without-principals';
  try {
    const name = source.startsWith('{') ? 'caller-policy' : source;
    return [{ name, policy: parsePermissionPolicy(readPolicyText(source, workspace), form) }];
  } catch (error) {
    problems.push(policyProblem('caller-policy', source, error));
    return [];
  }
}
