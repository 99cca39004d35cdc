import type { ConditionResult } from '../evaluate/condition.js';
import type { Truth } from '../evaluate/decide.js';
import { hasUnknownValue } from '../evaluate/evaluate.js';
import type { Principal } from '../evaluate/principals.js';
import { type DirectGrant, directGrant, NO_GRANT } from './direct-grant.js';
import {
  type AccessRequest,
  anyOf,
  evaluateLayer,
  type Layer,
  type LayerPolicy,
  type LayerStatement,
  unknownLayer,
} from './layer.js';
import type { Policies, PolicyKind, ResourcePolicy } from './policies.js';

/** What refused a request: a Deny in a kind of policy, or that no policy of a kind that has to allow it does. */
export interface Refusal {
  readonly kind: PolicyKind;
  readonly how: 'explicit-deny' | 'not-allowed';
  /** The Deny that applies, or the Allows that do not. */
  readonly statements: readonly LayerStatement[];
}

/** The decision about a request. */
export type Authorization = { readonly layers: readonly Layer[] } & (
  | { readonly decision: 'allow' }
  | { readonly decision: 'deny'; readonly by: Refusal }
  /** It depends on these kinds of policy, or on what only AWS knows about the request. */
  | { readonly decision: 'unknown'; readonly on: readonly PolicyKind[] }
);

/** A layer that has to allow the request, and whether it does or need not. */
interface Requirement {
  readonly layer: Layer;
  readonly met: Truth;
}

/**
 * Decides about a request the way AWS documents it: a Deny anywhere wins; then every level of service control policies,
 * the endpoint, the resource's policy, the caller's policies, its boundary and its session policies have to allow it, as
 * far as each has to for this caller and this account
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html).
 * `isUndecided` says of which conditions the outcome depends on more than the request has.
 */
export function authorize(
  request: AccessRequest,
  policies: Policies,
  isUndecided: (result: ConditionResult) => boolean = hasUnknownValue,
): Authorization {
  const requirements = requirementsOf(request, policies, isUndecided);
  const guards = evaluateLayer('resource-control', policies.resourceControl ?? [], request, isUndecided);
  const layers = [guards, ...requirements.map(({ layer }) => layer)];
  const denying = layers.find(({ denied }) => denied === 'yes');
  if (denying !== undefined) {
    const statements = denying.statements.filter(
      ({ statement, applies }) => statement.effect === 'Deny' && applies === 'yes',
    );
    return { decision: 'deny', by: { kind: denying.kind, how: 'explicit-deny', statements }, layers };
  }
  const unmet = requirements.find(({ met }) => met === 'no')?.layer;
  if (unmet !== undefined) {
    const statements = unmet.statements.filter(({ statement }) => statement.effect === 'Allow');
    return { decision: 'deny', by: { kind: unmet.kind, how: 'not-allowed', statements }, layers };
  }
  const open = [
    ...layers.filter(({ denied }) => denied === 'unknown').map(({ kind }) => kind),
    ...requirements.filter(({ met }) => met === 'unknown').map(({ layer }) => layer.kind),
  ];
  if (open.length > 0) return { decision: 'unknown', on: [...new Set(open)], layers };
  return { decision: 'allow', layers };
}

type Evaluate = (kind: PolicyKind, policies: readonly LayerPolicy[]) => Layer;

function requirementsOf(
  request: AccessRequest,
  policies: Policies,
  isUndecided: (result: ConditionResult) => boolean,
): readonly Requirement[] {
  const evaluate: Evaluate = (kind, list) => evaluateLayer(kind, list, request, isUndecided);
  const needed = (layer: Layer): Requirement => ({ layer, met: layer.allowed });
  const { resource, vpcEndpoint, serviceControl = [] } = policies;
  const account = accountOf(request.principal);
  const isSameAccount = account === (request.resourceAccount ?? request.resource.split(':')[4]);
  const own = resource === undefined ? undefined : resourceLayer(resource, evaluate);
  const mustAllow = !isSameAccount || resource?.kind === 'trust' || resource?.mustAllow === true;
  const ofResource = own ?? evaluate('resource', []);
  return [
    ...serviceControl.map((level) => needed(evaluate('service-control', level))),
    ...(vpcEndpoint === undefined ? [] : [needed(evaluate('vpc-endpoint', [vpcEndpoint]))]),
    { layer: ofResource, met: mustAllow ? ofResource.allowed : 'yes' },
    // A token, an assertion or a service has no policies of its own.
    ...(account === undefined
      ? []
      : ownRequirements(
          policies,
          own === undefined || !isSameAccount ? NO_GRANT : directGrant(own, request.principal),
          evaluate,
        )),
  ];
}

/** What the caller's own policies have to allow, unless the resource's policy makes that superfluous. */
function ownRequirements(
  { identity, boundary, session }: Policies,
  { insteadOfIdentity, insteadOfLimits }: DirectGrant,
  evaluate: Evaluate,
): readonly Requirement[] {
  const except = (granted: Truth, layer: Layer): Requirement => ({
    layer,
    met: anyOf([granted, layer.allowed]),
  });
  return [
    except(
      insteadOfIdentity,
      identity === 'unknown' ? unknownLayer('identity') : evaluate('identity', identity),
    ),
    ...(boundary === undefined ? [] : [except(insteadOfLimits, evaluate('boundary', [boundary]))]),
    ...(session === undefined ? [] : [except(insteadOfLimits, evaluate('session', session))]),
  ];
}

function resourceLayer(resource: ResourcePolicy, evaluate: Evaluate): Layer {
  return resource.policy === 'unknown' ? unknownLayer(resource.kind) : evaluate(resource.kind, [resource]);
}

/** The account whose policies the caller has; undefined for who has none. */
function accountOf(principal: Principal): string | undefined {
  return principal.type === 'AWS' ? principal.arn.split(':')[4] : undefined;
}
