import type { Refusal } from './authorize.js';
import type { PolicyKind } from './policies.js';

interface Words {
  /** With its article, as a refusal by a Deny ends. */
  readonly a: string;
  /** As a refusal for want of an Allow has it between `because no` and `allows`. */
  readonly plain: string;
}

/**
 * What AWS calls each kind of policy when it refuses a request
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html#access-denied-error-examples).
 */
export const POLICY_WORDS: Readonly<Record<PolicyKind, Words>> = {
  'service-control': { a: 'a service control policy', plain: 'service control policy' },
  'resource-control': { a: 'a resource control policy', plain: 'resource control policy' },
  'vpc-endpoint': { a: 'a VPC endpoint policy', plain: 'VPC endpoint policy' },
  trust: { a: 'the role trust policy', plain: 'role trust policy' },
  resource: { a: 'a resource-based policy', plain: 'resource-based policy' },
  identity: { a: 'an identity-based policy', plain: 'identity-based policy' },
  boundary: { a: 'a permissions boundary', plain: 'permissions boundary' },
  session: { a: 'a session policy', plain: 'session policy' },
};

/** How AWS ends the message of a refusal: which kind of policy it was, and how. */
export function refusalWords({ kind, how }: Pick<Refusal, 'kind' | 'how'>, action: string): string {
  const { a, plain } = POLICY_WORDS[kind];
  return how === 'explicit-deny'
    ? `with an explicit deny in ${a}`
    : `because no ${plain} allows the ${action} action`;
}
