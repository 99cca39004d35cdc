import type { ConditionResult } from '../evaluate/condition.js';
import type { Truth } from '../evaluate/decide.js';
import { hasUnknownValue } from '../evaluate/evaluate.js';
import type { Principal } from '../evaluate/principals.js';
import { directGrant, NO_GRANT } from './direct-grant.js';
import { type AccessRequest, anyOf, evaluateLayer, type Layer, type LayerStatement } from './layer.js';
import type { Policies, PolicyKind } from './policies.js';

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

function requirementsOf(
  request: AccessRequest,
  policies: Policies,
  isUndecided: (result: ConditionResult) => boolean,
): readonly Requirement[] {
  const evaluate = (kind: PolicyKind, list: Parameters<typeof evaluateLayer>[1]): Layer =>
    evaluateLayer(kind, list, request, isUndecided);
  const needed = (layer: Layer): Requirement => ({ layer, met: layer.allowed });
  const { resource, vpcEndpoint, boundary, session, serviceControl = [] } = policies;
  const account = accountOf(request.principal);
  const isSameAccount = account === (request.resourceAccount ?? request.resource.split(':')[4]);
  const own = resource === undefined ? undefined : evaluate(resource.kind, [resource]);
  const grant = own === undefined || !isSameAccount ? NO_GRANT : directGrant(own, request.principal);
  const exceptBy = (granted: Truth, layer: Layer): Requirement => ({
    layer,
    met: anyOf([granted, layer.allowed]),
  });
  const resourceRequired = resource?.kind === 'trust' || resource?.mustAllow === true || !isSameAccount;
  const ofResource: Requirement | undefined =
    own === undefined
      ? resourceRequired
        ? needed(evaluate('resource', []))
        : undefined
      : { layer: own, met: resourceRequired ? own.allowed : 'yes' };
  return [
    ...serviceControl.map((level) => needed(evaluate('service-control', level))),
    ...(vpcEndpoint === undefined ? [] : [needed(evaluate('vpc-endpoint', [vpcEndpoint]))]),
    ...(ofResource === undefined ? [] : [ofResource]),
    // A token, an assertion or a service has no policies of its own.
    ...(account === undefined
      ? []
      : [
          exceptBy(grant.insteadOfIdentity, identityLayer(policies, evaluate)),
          ...(boundary === undefined
            ? []
            : [exceptBy(grant.insteadOfLimits, evaluate('boundary', [boundary]))]),
          ...(session === undefined ? [] : [exceptBy(grant.insteadOfLimits, evaluate('session', session))]),
        ]),
  ];
}

function identityLayer(
  { identity }: Policies,
  evaluate: (kind: PolicyKind, list: Parameters<typeof evaluateLayer>[1]) => Layer,
): Layer {
  if (identity !== 'unknown') return evaluate('identity', identity);
  return { kind: 'identity', denied: 'unknown', allowed: 'unknown', statements: [] };
}

/** The account whose policies the caller has; undefined for who has none. */
function accountOf(principal: Principal): string | undefined {
  return principal.type === 'AWS' ? principal.arn.split(':')[4] : undefined;
}
