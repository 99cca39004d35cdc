import { type JsonNode, readJson, TrustSyntaxError } from './json.js';
import { parseConditions } from './parse-condition.js';
import { type Elements, elementsOf, onlyText, textsOf } from './parse-elements.js';
import { parsePrincipals } from './parse-principal.js';
import type { Statement, TrustPolicy } from './policy.js';
import { sizeOf } from './size.js';
import { type Position, type Text, withPlaceholders } from './text.js';

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
  const statement = elements.get('Statement');
  if (statement === undefined) throw new TrustSyntaxError('the policy has no Statement', document.at);
  const nodes = statement.value.kind === 'array' ? statement.value.items : [statement.value];
  return {
    at: document.at,
    version: parseVersion(elements),
    statements: nodes.map((node, index) => parseStatement(node, index + 1)),
    size: sizeOf(document),
  };
}

function parseVersion(elements: Elements): TrustPolicy['version'] {
  const member = elements.get('Version');
  if (member === undefined) return undefined;
  const { text, at } = onlyText(member.value, 'Version');
  if (text === '2012-10-17' || text === '2008-10-17') return text;
  throw new TrustSyntaxError('Version must be 2012-10-17 or 2008-10-17', at);
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
  const action = eitherOf(elements, 'Action', 'NotAction', node.at);
  const principal = eitherOf(elements, 'Principal', 'NotPrincipal', node.at);
  const sid = elements.get('Sid');
  const condition = elements.get('Condition');
  return {
    number,
    at: node.at,
    sid: sid && onlyText(sid.value, 'Sid').text,
    effect: parseEffect(elements, node.at),
    actions: textsOf(action.value, action.name).map(checkAction),
    notAction: action.name === 'NotAction',
    principals: parsePrincipals(principal.value, principal.name),
    notPrincipal: principal.name === 'NotPrincipal',
    conditions: condition === undefined ? [] : parseConditions(condition.value),
  };
}

function parseEffect(elements: Elements, at: Position): Statement['effect'] {
  const member = elements.get('Effect');
  if (member === undefined) throw new TrustSyntaxError('the statement has no Effect', at);
  const { text, at: where } = onlyText(member.value, 'Effect');
  if (text === 'Allow' || text === 'Deny') return text;
  throw new TrustSyntaxError('Effect must be Allow or Deny, in this spelling', where);
}

function eitherOf<Name extends string>(
  elements: Elements,
  name: Name,
  notName: Name,
  at: Position,
): { readonly name: Name; readonly value: JsonNode } {
  const plain = elements.get(name);
  const negated = elements.get(notName);
  if (plain !== undefined && negated !== undefined) {
    throw new TrustSyntaxError(`the statement has both ${name} and ${notName}`, negated.at);
  }
  if (plain !== undefined) return { name, value: plain.value };
  if (negated !== undefined) return { name: notName, value: negated.value };
  throw new TrustSyntaxError(`the statement has neither ${name} nor ${notName}`, at);
}

function checkAction(written: Text): Text {
  const action = written.kind === 'known' ? withPlaceholders(written) : written;
  if (action.kind === 'unknown' || /^(\*+|[^:\s]+:[^:\s]+)$/.test(action.text)) return action;
  throw new TrustSyntaxError(`"${action.text}" is not an action; write SERVICE:NAME or *`, action.at);
}
