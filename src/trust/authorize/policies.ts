import type { PermissionPolicy } from '../language/permission-policy.js';
import type { TrustPolicy } from '../language/policy.js';

/**
 * The kinds of policy that decide about a request, each with a say of its own
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#access_policy-types).
 */
export type PolicyKind =
  | 'service-control'
  | 'resource-control'
  | 'vpc-endpoint'
  | 'trust'
  | 'resource'
  | 'identity'
  | 'boundary'
  | 'session';

/** A policy, and what messages call it: a file, an ARN, a name. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: PermissionPolicy;
}

/** The policy of what is asked for. */
export type ResourcePolicy =
  | { readonly kind: 'trust'; readonly name: string; readonly policy: TrustPolicy }
  /** It has one, and nobody has said what it is. */
  | { readonly kind: 'trust' | 'resource'; readonly policy: 'unknown'; readonly mustAllow?: boolean }
  | (NamedPolicy & {
      readonly kind: 'resource';
      /** A key of KMS: its policy has to allow what it does, also in its own account. */
      readonly mustAllow?: boolean;
    });

/** All that is known to apply to a request. */
export interface Policies {
  /**
   * Of the caller's account: one list for the root, each organizational unit on the way, and the account. Undefined
   * outside an organization, in its management account, and for what is not a principal of an account.
   */
  readonly serviceControl?: readonly (readonly NamedPolicy[])[] | undefined;
  /** Of the resource's account and of what is above it. AWS's own RCPFullAWSAccess is always there and need not be. */
  readonly resourceControl?: readonly NamedPolicy[] | undefined;
  /** Of the endpoint that the request comes through. Undefined where it comes through none, or its policy allows all. */
  readonly vpcEndpoint?: NamedPolicy | undefined;
  /** Undefined where the resource has none. */
  readonly resource?: ResourcePolicy | undefined;
  /** The caller's, taken together. `unknown` where nobody has said what they are. */
  readonly identity: readonly NamedPolicy[] | 'unknown';
  readonly boundary?: NamedPolicy | undefined;
  /** Inline and managed ones, which are taken together. Undefined where the session was made without. */
  readonly session?: readonly NamedPolicy[] | undefined;
}
