import { type JsonNode, TrustSyntaxError } from './json.js';
import { textsOf } from './parse-elements.js';
import type { PrincipalPattern, PrincipalType } from './policy.js';
import { withPlaceholders } from './text.js';

const TYPES: readonly PrincipalType[] = ['AWS', 'Federated', 'Service', 'CanonicalUser'];

/** Reads a Principal or NotPrincipal element. Throws a TrustSyntaxError where it has not IAM's form. */
export function parsePrincipals(node: JsonNode, name: string): readonly PrincipalPattern[] {
  if (node.kind === 'string') {
    if (node.text === '*') return [{ type: '*', kind: 'known', text: '*', at: node.at }];
    throw new TrustSyntaxError(`${name} must be "*" or an object such as { "Federated": … }`, node.at);
  }
  if (node.kind !== 'object') throw new TrustSyntaxError(`${name} must be an object or "*"`, node.at);
  if (node.members.length === 0) throw new TrustSyntaxError(`${name} is empty`, node.at);
  return node.members.flatMap((member) => {
    const type = TYPES.find((known) => known.toLowerCase() === member.name.toLowerCase());
    if (type === undefined) {
      throw new TrustSyntaxError(
        `unknown kind of principal "${member.name}"; allowed: ${TYPES.join(', ')}`,
        member.at,
      );
    }
    // YAML reads an account's id without quotes as a number.
    return textsOf(numberAsText(member.value), `${name} ${member.name}`).map((text) => ({
      type,
      ...(text.kind === 'known' ? withPlaceholders(text) : text),
    }));
  });
}

function numberAsText(node: JsonNode): JsonNode {
  if (node.kind === 'number' && /^\d{12}$/.test(node.text)) return { ...node, kind: 'string' };
  return node.kind === 'array' ? { ...node, items: node.items.map(numberAsText) } : node;
}
