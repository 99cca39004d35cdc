import { type JsonNode, readJson } from './json.js';
import { parseConditions } from './parse-condition.js';
import { elementsOf } from './parse-elements.js';
import { parsePrincipals } from './parse-principal.js';
import { commonElements, eitherOf, statementNodes, versionOf } from './parse-statement.js';
import type { Statement, TrustPolicy } from './policy.js';
import { sizeOf } from './size.js';

/**
 * Reads a role's trust policy from JSON text.
 * @throws TrustSyntaxError with line and column for whatever IAM could not decide: not JSON, an unknown element or
 *   operator, a value of the wrong kind
 */
export function parseTrustPolicy(text: string): TrustPolicy {
  return trustPolicyOf(readJson(text));
}

/** The same from a document that has been read already, from whatever format. */
export function trustPolicyOf(document: JsonNode): TrustPolicy {
  const elements = elementsOf(document, 'a trust policy', ['Version', 'Id', 'Statement']);
  const nodes = statementNodes(elements, document);
  return {
    at: document.at,
    version: versionOf(elements),
    statements: nodes.map((node, index) => parseStatement(node, index + 1)),
    size: sizeOf(document),
  };
}

const STATEMENT_ELEMENTS = [
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Principal',
  'NotPrincipal',
  'Condition',
] as const;

function parseStatement(node: JsonNode, number: number): Statement {
  const elements = elementsOf(node, 'a statement', STATEMENT_ELEMENTS, {
    Resource: 'a trust policy has no Resource: the role itself is the resource',
    NotResource: 'a trust policy has no NotResource: the role itself is the resource',
  });
  const common = commonElements(elements, node, number);
  const principal = eitherOf(elements, 'Principal', 'NotPrincipal', node.at);
  const condition = elements.get('Condition');
  return {
    ...common,
    principals: parsePrincipals(principal.value, principal.name),
    notPrincipal: principal.name === 'NotPrincipal',
    conditions: condition === undefined ? [] : parseConditions(condition.value),
  };
}
