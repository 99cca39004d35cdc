import type { JsonMember, JsonNode } from '../../../trust/language/json.js';
import { membersOf, textOf } from '../nodes.js';

/** An expression that Terraform would refuse as well, or that is beyond this reader: it has no value. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

export function isNumber(text: string): boolean {
  return text.trim() !== '' && Number.isFinite(Number(text));
}

/** Whether a value counts as true; undefined where it is not known. */
export function truthOf(node: JsonNode): boolean | undefined {
  if (node.kind === 'unknown') return undefined;
  const text = textOf(node);
  if (text === 'true' || text === 'false') return text === 'true';
  throw new EvaluationError('neither true nor false');
}

/** A scalar's text; undefined where it is not known. */
export function textFrom(node: JsonNode): string | undefined {
  if (node.kind === 'unknown') return undefined;
  const text = textOf(node);
  if (text === undefined) throw new EvaluationError('not a text');
  return text;
}

export const compareTexts = (a: string, b: string): number => Number(a > b) - Number(a < b);

/** The members of a map in the order in which Terraform goes through them. */
export function sortedMembers(node: JsonNode): readonly JsonMember[] {
  return [...membersOf(node)].sort((a, b) => compareTexts(a.name, b.name));
}
