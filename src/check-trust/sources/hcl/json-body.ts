import type { JsonNode } from '../../../trust/language/json.js';
import { itemsOf, membersOf } from '../nodes.js';
import type { Block, Body } from './body.js';
import type { Expression } from './expression.js';
import { templateOf } from './read-expression.js';

/** The body that an object of .tf.json is (https://developer.hashicorp.com/terraform/language/syntax/json). */
export function jsonBody(node: JsonNode): Body {
  const members = membersOf(node);
  return {
    // Whether a name is an attribute or blocks, only the type that it belongs to says: it can be asked for as both.
    attributes: new Map(members.map(({ name, value }) => [name, jsonExpression(value)])),
    blocks: (type, labels = 0) =>
      members.filter(({ name }) => name === type).flatMap(({ value }) => jsonBlocks(value, labels, [])),
  };
}

function jsonBlocks(node: JsonNode, labels: number, known: readonly string[]): readonly Block[] {
  if (node.kind === 'array') return itemsOf(node).flatMap((item) => jsonBlocks(item, labels, known));
  if (labels === 0)
    return node.kind === 'object' ? [{ labels: known, body: jsonBody(node), at: node.at }] : [];
  return membersOf(node).flatMap(({ name, value }) => jsonBlocks(value, labels - 1, [...known, name]));
}

function jsonExpression(node: JsonNode): Expression {
  const { at } = node;
  switch (node.kind) {
    case 'string':
      return templateOf(node.text, at);
    case 'array':
      return { kind: 'tuple', items: node.items.map(jsonExpression), at, source: 'list' };
    case 'object': {
      const items = node.members.map(({ name, at: place, value }) => {
        return { key: templateOf(name, place), value: jsonExpression(value) };
      });
      return { kind: 'object', items, at, source: 'object' };
    }
    default:
      return { kind: 'literal', value: node, at, source: 'value' };
  }
}
