import { quote } from '../core/text.js';
import type { Hop } from '../sts/client.js';

/**
 * The three largest things a session is packed from, largest first, in words. The packing is AWS's own; characters are
 * the nearest that can be told from here.
 */
export function largestParts(hop: Hop): readonly string[] {
  const parts = [
    ...(hop.policy === undefined ? [] : [{ name: 'the session policy', size: hop.policy.length }]),
    ...hop.policyArns.map((arn) => ({ name: `the policy ${quote(arn, 120)}`, size: arn.length })),
    ...hop.tags
      .filter((tag) => !tag.droppable)
      .map(({ key, value }) => ({ name: `the tag ${quote(key, 60)}`, size: key.length + value.length })),
  ];
  return parts
    .sort((one, other) => other.size - one.size)
    .slice(0, 3)
    .map(({ name, size }) => `${name} (${size} characters)`);
}
