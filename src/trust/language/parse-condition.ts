import { type JsonMember, type JsonNode, TrustSyntaxError } from './json.js';
import { parseOperator, unknownOperator } from './operators.js';
import { scalarsOf } from './parse-elements.js';
import type { Condition } from './policy.js';

/** Reads a Condition block. Throws a TrustSyntaxError where it has not IAM's form or names an unknown operator. */
export function parseConditions(block: JsonNode): readonly Condition[] {
  return membersOf(block, 'Condition').flatMap((member) => {
    const operator = parseOperator(member.name);
    if (operator === undefined) throw new TrustSyntaxError(unknownOperator(member.name), member.at);
    return membersOf(member.value, member.name).map(({ name, at, value }) => ({
      operator,
      key: { text: name, at },
      values: scalarsOf(value, `${member.name} ${name}`),
    }));
  });
}

function membersOf(node: JsonNode, name: string): readonly JsonMember[] {
  if (node.kind === 'object') return node.members;
  throw new TrustSyntaxError(`${name} must be an object`, node.at);
}
