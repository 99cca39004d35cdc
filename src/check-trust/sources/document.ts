import { type JsonNode, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';
import { itemsOf, memberOf, membersOf, partsOf, unknownNames } from './nodes.js';
import { readPartlyKnownJson } from './partly-known-json.js';

/**
 * A policy as a tree, where it may be JSON in a text, percent-encoded or not. Positions are those of the text, or of its
 * lines where these are lines of the file.
 * @throws TrustSyntaxError
 */
export function documentNode(node: JsonNode): JsonNode {
  if (node.kind !== 'string' && (node.kind !== 'unknown' || !hasKnownPart(node))) return node;
  const parts = partsOf(node) ?? [];
  const [first] = parts;
  const isEncoded = node.kind === 'string' && first !== undefined && /^\s*%7B/i.test(node.text);
  try {
    const tree = readPartlyKnownJson(isEncoded ? [{ known: decoded(node.text) }] : parts);
    return placedAt(tree, node.at, node.isBlock === true);
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    const at = node.isBlock ? lineOf(node.at, error.at) : node.at;
    throw new TrustSyntaxError(error.problem, at);
  }
}

/** IAM's API gives policies percent-encoded (RFC 3986). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function hasKnownPart(node: JsonNode): boolean {
  return partsOf(node)?.some((part) => 'known' in part && /\S/.test(part.known)) === true;
}

function placedAt(tree: JsonNode, at: Position, isBlock: boolean): JsonNode {
  const place = (own: Position): Position => (isBlock ? lineOf(at, own) : at);
  const inner = (node: JsonNode): JsonNode => placedAt(node, at, isBlock);
  const whole = { ...tree, at: place(tree.at) };
  if (whole.kind === 'array') return { ...whole, items: whole.items.map(inner) };
  if (whole.kind !== 'object') return whole;
  const members = whole.members.map((one) => ({ ...one, at: place(one.at), value: inner(one.value) }));
  return { ...whole, members };
}

function lineOf(block: Position, { line, column }: Position): Position {
  return { ...block, line: block.line + line - 1, column };
}

/**
 * What of a policy's frame is known only at the deployment, by name; undefined where nothing is. Values of conditions,
 * principals and actions may be unknown, what they stand in may not.
 */
export function unknownFrame(document: JsonNode): string | undefined {
  const statement = memberOf(document, 'Statement');
  const frame = [document, memberOf(document, 'Version'), statement, ...itemsOf(statement)];
  const statements = statement?.kind === 'array' ? statement.items : [statement];
  for (const one of statements) {
    const condition = memberOf(one, 'Condition');
    frame.push(memberOf(one, 'Effect'), memberOf(one, 'Principal'), memberOf(one, 'NotPrincipal'), condition);
    frame.push(...membersOf(condition).map(({ value }) => value));
  }
  const found = frame.find((one) => one?.kind === 'unknown');
  return found && unknownNames(found)[0];
}
