import { type JsonMember, type JsonNode, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position } from '../../trust/language/text.js';
import { documentNode } from './document.js';
import { itemsOf, memberOf, membersOf, textNode, textOf, unknownNode } from './nodes.js';

/** What `aws_iam_policy_document` is made of, by the names of its arguments. */
export interface DocumentArguments {
  readonly at: Position;
  readonly version: JsonNode | undefined;
  /** Objects with the arguments of a statement; a nested block is a list of objects. One that is unknown is left so. */
  readonly statements: readonly JsonNode[];
  /** Policies whose statements come before these. */
  readonly sources: readonly JsonNode[];
  /** Policies whose statements take the place of those with the same Sid. */
  readonly overrides: readonly JsonNode[];
}

/**
 * The policy that Terraform's data source makes
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document).
 */
export function policyDocument({ at, version, statements, sources, overrides }: DocumentArguments): JsonNode {
  const own = statements.map(statementNode);
  const all = [...sources.flatMap(statementsOf), ...own];
  const merged = overrides.flatMap(statementsOf).reduce(withOverride, all);
  return objectNode(at, [
    ['Version', version ?? { kind: 'string', text: '2012-10-17', at }],
    ['Statement', { kind: 'array', items: merged, at }],
  ]);
}

/** The statements of a policy. An unknown policy is an unknown statement. */
function statementsOf(given: JsonNode): readonly JsonNode[] {
  const node = treeOf(given);
  const statement = memberOf(node, 'Statement');
  if (statement === undefined) return node.kind === 'unknown' ? [node] : [];
  return statement.kind === 'array' ? statement.items : [statement];
}

function treeOf(node: JsonNode): JsonNode {
  try {
    return documentNode(node);
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    return unknownNode('a policy that is not JSON', node.at);
  }
}

function withOverride(known: readonly JsonNode[], statement: JsonNode): readonly JsonNode[] {
  const sid = textOf(memberOf(statement, 'Sid'));
  const place = sid ? known.findIndex((one) => textOf(memberOf(one, 'Sid')) === sid) : -1;
  return place < 0 ? [...known, statement] : known.with(place, statement);
}

function statementNode(statement: JsonNode): JsonNode {
  if (statement.kind !== 'object') return statement;
  const { at } = statement;
  const argument = (name: string): JsonNode | undefined => {
    const value = memberOf(statement, name);
    return value === undefined || isNothing(value) ? undefined : withVariables(value);
  };
  return objectNode(at, [
    ['Sid', argument('sid')],
    ['Effect', argument('effect') ?? { kind: 'string', text: 'Allow', at }],
    ['Action', argument('actions')],
    ['NotAction', argument('not_actions')],
    ['Principal', principalsNode(argument('principals'))],
    ['NotPrincipal', principalsNode(argument('not_principals'))],
    ['Condition', conditionsNode(argument('condition'))],
  ]);
}

/** Nested blocks that are not there are an empty list in a plan. */
function isNothing(node: JsonNode): boolean {
  return node.kind === 'null' || (node.kind === 'array' && node.items.length === 0) || textOf(node) === '';
}

/** Terraform's own templates are written `${…}`, so a policy variable is written `&{…}`. */
function withVariables(node: JsonNode): JsonNode {
  if (node.kind === 'array') return { ...node, items: node.items.map(withVariables) };
  if (node.kind === 'object') {
    const members = node.members.map((one) => ({ ...one, value: withVariables(one.value) }));
    return { ...node, members };
  }
  if (node.kind === 'string') return { ...node, text: node.text.replaceAll('&{', '${') };
  if (node.kind !== 'unknown') return node;
  const parts = node.parts.map((part) =>
    'known' in part ? { known: part.known.replaceAll('&{', '${') } : part,
  );
  return textNode(parts, node.at);
}

function principalsNode(blocks: JsonNode | undefined): JsonNode | undefined {
  if (blocks === undefined || blocks.kind === 'unknown') return blocks;
  const byType = new Map<string, JsonNode[]>();
  for (const block of itemsOf(blocks)) {
    const type = textOf(memberOf(block, 'type'));
    const identifiers = memberOf(block, 'identifiers');
    if (type === undefined || identifiers === undefined) return unknownPart(block);
    byType.set(type, [...(byType.get(type) ?? []), ...listOf(identifiers)]);
  }
  if (byType.has('*')) return { kind: 'string', text: '*', at: blocks.at };
  return objectNode(
    blocks.at,
    [...byType].map(([type, items]) => [type, { kind: 'array', items, at: blocks.at }]),
  );
}

function conditionsNode(blocks: JsonNode | undefined): JsonNode | undefined {
  if (blocks === undefined || blocks.kind === 'unknown') return blocks;
  const operators = new Map<string, Map<string, readonly [Position, JsonNode[]]>>();
  for (const block of itemsOf(blocks)) {
    const test = textOf(memberOf(block, 'test'));
    const variable = memberOf(block, 'variable');
    const values = memberOf(block, 'values');
    if (test === undefined || variable === undefined || !('text' in variable) || values === undefined)
      return unknownPart(block);
    const keys = operators.get(test) ?? new Map<string, readonly [Position, JsonNode[]]>();
    // Blocks with the same test and variable are one condition with the values of both.
    const [at, known] = keys.get(variable.text) ?? [variable.at, []];
    keys.set(variable.text, [at, [...known, ...listOf(values)]]);
    operators.set(test, keys);
  }
  const members = [...operators].map(([test, keys]): readonly [string, JsonNode] => {
    const inner = [...keys].map(([name, [at, items]]): JsonMember => {
      return { name, at, value: { kind: 'array', items, at } };
    });
    return [test, { kind: 'object', members: inner, at: inner[0]?.at ?? blocks.at }];
  });
  return objectNode(blocks.at, members);
}

/** Without a value there is no policy, so one is given before the deployment. */
function listOf(node: JsonNode): readonly JsonNode[] {
  const items = node.kind === 'array' ? node.items : [node];
  return items.map((item) => (item.kind === 'null' ? unknownNode('null', item.at) : item));
}

/** A block with a part that has to be known. */
function unknownPart(block: JsonNode): JsonNode {
  const part = membersOf(block).find(({ value }) => value.kind === 'unknown')?.value;
  return part ?? unknownNode('a block', block.at);
}

function objectNode(at: Position, members: readonly (readonly [string, JsonNode | undefined])[]): JsonNode {
  return {
    kind: 'object',
    at,
    members: members.flatMap(([name, value]) => (value === undefined ? [] : [{ name, at: value.at, value }])),
  };
}
