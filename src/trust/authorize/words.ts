import type { Refusal } from './authorize.js';
import type { PolicyKind } from './policies.js';

/** What AWS said about a refusal. */
export interface ReadRefusal extends Pick<Refusal, 'kind' | 'how'> {
  /** The policy, where AWS named it. */
  readonly policyArn: string | undefined;
}

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

const KINDS: readonly PolicyKind[] = [
  'service-control',
  'resource-control',
  'vpc-endpoint',
  'trust',
  'resource',
  'identity',
  'boundary',
  'session',
];

/** How AWS ends the message of a refusal: which kind of policy it was, and how. */
export function refusalWords({ kind, how }: Pick<Refusal, 'kind' | 'how'>, action: string): string {
  const { a, plain } = POLICY_WORDS[kind];
  return how === 'explicit-deny'
    ? `with an explicit deny in ${a}`
    : `because no ${plain} allows the ${action} action`;
}

/** The other way round: what a message of AWS says about a refusal; undefined where it says nothing, as most do. */
export function readRefusal(message: string): ReadRefusal | undefined {
  const text = message.replace(/\s+/g, ' ');
  const denied = /\bexplicit deny in (?:an?|the) (.+)/i.exec(text)?.[1];
  const missing = /\bbecause no (.+) allows\b/i.exec(text)?.[1];
  const named = (denied ?? missing)?.toLowerCase();
  if (named === undefined) return undefined;
  const found = NAMES.find(([name]) => named.startsWith(name));
  if (found === undefined) return undefined;
  const policyArn = /: (arn:[\w+=,.@:/-]*[\w+=,@:/-])/.exec(
    text.slice(text.toLowerCase().lastIndexOf(named)),
  )?.[1];
  return { kind: found[1], how: denied === undefined ? 'not-allowed' : 'explicit-deny', policyArn };
}

/** One of the documentation's own examples says `sessions policy`. */
const NAMES: readonly (readonly [string, PolicyKind])[] = [
  ...KINDS.map((kind) => [POLICY_WORDS[kind].plain.toLowerCase(), kind] as const),
  ['sessions policy', 'session'],
];
