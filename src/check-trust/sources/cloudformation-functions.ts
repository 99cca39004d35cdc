import type { JsonNode } from '../../trust/language/json.js';
import type { TextPart } from '../../trust/language/text.js';
import { type Choices, orderedBranches } from './cloudformation-conditions.js';
import { itemsOf, memberOf, membersOf, partsOf, textNode, textOf } from './nodes.js';

/** What CloudFormation's references stand for when nothing is deployed; an account of zeros is nobody's. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::URLSuffix': 'amazonaws.com',
};

/**
 * A part of a template with its intrinsic functions replaced: parameters by their defaults, references to an OIDC
 * provider of the template by its ARN, a condition by the branch that is chosen. A value that only a deployment knows
 * becomes an unknown text, with what is known of it.
 */
export function resolveFunctions(node: JsonNode, template: JsonNode, choices: Choices = new Map()): JsonNode {
  const resolve = (one: JsonNode): JsonNode => resolveFunctions(one, template, choices);
  if (node.kind === 'array') {
    return { ...node, items: node.items.map(resolve).filter(isSomething) };
  }
  if (node.kind !== 'object') return node;
  const [first, ...others] = node.members;
  if (first !== undefined && others.length === 0) {
    if (first.name === 'Fn::If') {
      const branches = orderedBranches(first.value, choices).map(resolve);
      return branches.find(isSomething) ?? { kind: 'null', at: node.at };
    }
    if (textOf(memberOf(node, 'Ref')) === 'AWS::NoValue') return { kind: 'null', at: node.at };
    const list = first.name === 'Ref' ? listParameter(first.value, template) : undefined;
    if (list !== undefined) return list;
    const parts = functionParts(first.name, first.value, template, resolve);
    if (parts !== undefined) return textNode(parts, node.at);
  }
  const members = node.members
    .map((one) => ({ ...one, value: resolve(one.value) }))
    .filter(({ value }) => isSomething(value));
  return { ...node, members };
}

/** `AWS::NoValue` takes away what it is the value of. */
function isSomething({ kind }: JsonNode): boolean {
  return kind !== 'null';
}

/** A parameter that is a list is one of the texts between the commas of its default. */
function listParameter(name: JsonNode, template: JsonNode): JsonNode | undefined {
  const parameter = memberOf(memberOf(template, 'Parameters'), textOf(name) ?? '');
  if (!/^(CommaDelimitedList|List<.*>)$/.test(textOf(memberOf(parameter, 'Type')) ?? '')) return undefined;
  const texts = textOf(memberOf(parameter, 'Default'))?.split(',');
  const { at } = name;
  return (
    texts && { kind: 'array', at, items: texts.map((text) => ({ kind: 'string', text: text.trim(), at })) }
  );
}

/** Replaces the functions in an argument of a function. */
type Resolve = (node: JsonNode) => JsonNode;

/** What a function gives, where it gives a text; undefined for what is not a function. */
function functionParts(
  name: string,
  value: JsonNode,
  template: JsonNode,
  resolve: Resolve,
): readonly TextPart[] | undefined {
  switch (name) {
    case 'Ref':
      return reference(textOf(value) ?? name, template);
    case 'Fn::GetAtt': {
      const parts = textOf(value)?.split('.') ?? itemsOf(value).flatMap((item) => textOf(item) ?? []);
      return reference(parts.join('.'), template);
    }
    case 'Fn::Sub':
      return substituted(value, template, resolve);
    case 'Fn::Join':
      return joined(value, resolve);
    default:
      return name.startsWith('Fn::') ? [{ unknown: name.replace('Fn::', '') }] : undefined;
  }
}

function joined(value: JsonNode, resolve: Resolve): readonly TextPart[] {
  const [separator, list] = itemsOf(value);
  const between = { known: textOf(separator) ?? '' };
  const texts = itemsOf(list && resolve(list)).map((item) => partsOf(item) ?? [{ unknown: 'Join' }]);
  return texts.flatMap((parts, index) => (index === 0 ? parts : [between, ...parts]));
}

function substituted(value: JsonNode, template: JsonNode, resolve: Resolve): readonly TextPart[] {
  const [first, own] = value.kind === 'array' ? value.items : [value];
  // Every third piece is text; between them are the mark of a policy variable, ${!x}, and the name.
  const text = textOf(first) ?? '';
  // Split before the last brace only: every `${` without an end would be followed to the end of the text.
  const end = text.lastIndexOf('}') + 1;
  const pieces = text.slice(0, end).split(/\$\{(!?)([^}]*)\}/);
  const parts = pieces.flatMap((piece, index): readonly TextPart[] => {
    if (index % 3 === 0) return [{ known: piece }];
    if (index % 3 === 1) return [];
    if (pieces[index - 1] === '!') return [{ known: `\${${piece}}` }];
    const mine = memberOf(own, piece);
    if (mine !== undefined) return partsOf(resolve(mine)) ?? [{ unknown: piece }];
    return reference(piece, template);
  });
  return end === text.length ? parts : [...parts, { known: text.slice(end) }];
}

/** What a name stands for: a pseudo parameter, a parameter, or a resource with or without an attribute. */
function reference(name: string, template: JsonNode): readonly TextPart[] {
  const known = PSEUDO[name] ?? parameterDefault(name, template);
  if (known !== undefined) return [{ known }];
  const [target = ''] = name.split('.');
  const resource = memberOf(memberOf(template, 'Resources'), target);
  const type = textOf(memberOf(resource, 'Type')) ?? '';
  if (/^(AWS::IAM::OIDCProvider|Custom::AWSCDKOpenIdConnectProvider)$/.test(type)) {
    const url = membersOf(memberOf(resource, 'Properties')).find((one) => /^url$/i.test(one.name))?.value;
    const address = partsOf(url && resolveFunctions(url, template));
    if (address !== undefined)
      return [{ known: 'arn:aws:iam::000000000000:oidc-provider/' }, ...withoutScheme(address)];
  }
  return [{ unknown: name }];
}

function parameterDefault(name: string, template: JsonNode): string | undefined {
  return textOf(memberOf(memberOf(memberOf(template, 'Parameters'), name), 'Default'));
}

function withoutScheme([first, ...others]: readonly TextPart[]): readonly TextPart[] {
  if (first === undefined || 'unknown' in first) return first === undefined ? [] : [first, ...others];
  return [{ known: first.known.replace(/^https:\/\//, '') }, ...others];
}
