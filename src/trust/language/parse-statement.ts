import { type JsonNode, TrustSyntaxError } from './json.js';
import { type Elements, onlyText, textsOf } from './parse-elements.js';
import type { Statement, TrustPolicy } from './policy.js';
import { type Position, type Text, withPlaceholders } from './text.js';

/*
 * The elements that every kind of policy has. Each function throws a TrustSyntaxError where an element has not IAM's form.
 */

/** The version that a policy declares; undefined where it declares none. */
export function versionOf(elements: Elements): TrustPolicy['version'] {
  const member = elements.get('Version');
  if (member === undefined) return undefined;
  const { text, at } = onlyText(member.value, 'Version');
  if (text === '2012-10-17' || text === '2008-10-17') return text;
  throw new TrustSyntaxError('Version must be 2012-10-17 or 2008-10-17', at);
}

/** The nodes of the statements: IAM takes one without a list, too. */
export function statementNodes(elements: Elements, document: JsonNode): readonly JsonNode[] {
  const statement = elements.get('Statement');
  if (statement === undefined) throw new TrustSyntaxError('the policy has no Statement', document.at);
  return statement.value.kind === 'array' ? statement.value.items : [statement.value];
}

/** What a statement of any policy has. */
export function commonElements(
  elements: Elements,
  node: JsonNode,
  number: number,
): Pick<Statement, 'number' | 'at' | 'sid' | 'effect' | 'actions' | 'notAction'> {
  const action = eitherOf(elements, 'Action', 'NotAction', node.at);
  const sid = elements.get('Sid');
  return {
    number,
    at: node.at,
    sid: sid && onlyText(sid.value, 'Sid').text,
    effect: effectOf(elements, node.at),
    actions: textsOf(action.value, action.name).map(checkAction),
    notAction: action.name === 'NotAction',
  };
}

/** An element or its negation, of which a statement has exactly one. */
export function eitherOf<Name extends string>(
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

function effectOf(elements: Elements, at: Position): Statement['effect'] {
  const member = elements.get('Effect');
  if (member === undefined) throw new TrustSyntaxError('the statement has no Effect', at);
  const { text, at: where } = onlyText(member.value, 'Effect');
  if (text === 'Allow' || text === 'Deny') return text;
  throw new TrustSyntaxError('Effect must be Allow or Deny, in this spelling', where);
}

function checkAction(written: Text): Text {
  const action = written.kind === 'known' ? withPlaceholders(written) : written;
  if (action.kind === 'unknown' || /^(\*+|[^:\s]+:[^:\s]+)$/.test(action.text)) return action;
  throw new TrustSyntaxError(`"${action.text}" is not an action; write SERVICE:NAME or *`, action.at);
}
