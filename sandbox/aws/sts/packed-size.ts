import { StsError } from './errors.js';

/** What takes room in a session's token. */
export interface PackedContent {
  readonly policy: string | undefined;
  readonly policyArns: readonly string[];
  readonly tags: readonly { readonly key: string; readonly value: string }[];
}

// AWS does not publish how it packs. These numbers are fitted to sizes that users reported:
// tags: nine tags of 252 characters are 498 % (aws-actions/configure-aws-credentials#1898), and six tags of
// EKS pod identity, about 300 characters, are 74 % (aws/containers-roadmap#2413);
// policies: 1690 characters of many short actions are 157 %.
const TAG_OVERHEAD_BYTES = 8;
const TAG_SPACE_BYTES = 470;
const POLICY_SPACE_BYTES = 1076;

/**
 * The PackedPolicySize of a session in percent of the space there is; undefined where there is nothing to pack.
 * An approximation, see above. Throws PackedPolicyTooLarge (400) above 100 %.
 */
export function packedSizePercent({ policy, policyArns, tags }: PackedContent): number | undefined {
  const hasPolicies = policy !== undefined || policyArns.length > 0;
  if (!hasPolicies && tags.length === 0) return undefined;
  const policyBytes = Buffer.byteLength(policy ?? '') + policyArns.reduce((sum, arn) => sum + arn.length, 0);
  const tagBytes = tags.reduce(
    (sum, { key, value }) => sum + Buffer.byteLength(key + value) + TAG_OVERHEAD_BYTES,
    0,
  );
  const percent = Math.ceil(100 * (policyBytes / POLICY_SPACE_BYTES + tagBytes / TAG_SPACE_BYTES));
  if (percent <= 100) return percent;
  throw new StsError(
    'PackedPolicyTooLarge',
    400,
    hasPolicies
      ? `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`
      : `Packed size of session tags consumes ${percent}% of allotted space.`,
  );
}
