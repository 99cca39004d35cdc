import type { JsonNode } from '../../trust/language/json.js';
import type { Position, TextPart } from '../../trust/language/text.js';
import { textNode, unknownNode } from './nodes.js';
import { UNDEPLOYED } from './undeployed.js';

/** The ARN of the OIDC provider with an address, as far as that is known. */
export function providerNode(address: readonly TextPart[], at: Position): JsonNode {
  // A default may be empty, for the real address to be given at the deployment.
  const isEmpty = address.every((part) => 'known' in part && part.known === '');
  if (isEmpty) return unknownNode('the address of the provider', at);
  return textNode(
    [
      { known: `arn:${UNDEPLOYED.partition}:iam::${UNDEPLOYED.accountId}:oidc-provider/` },
      ...withoutScheme(address),
    ],
    at,
  );
}

/** IAM's name for an address. */
export function withoutScheme([first, ...others]: readonly TextPart[]): readonly TextPart[] {
  if (first === undefined) return [];
  return 'known' in first
    ? [{ known: first.known.replace(/^https:\/\//, '') }, ...others]
    : [first, ...others];
}
