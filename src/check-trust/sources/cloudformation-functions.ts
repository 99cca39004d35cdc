import type { JsonNode } from '../../trust/language/json.js';
import { type Choices, orderedBranches } from './cloudformation-conditions.js';
import { itemsOf, memberOf, membersOf, textOf } from './nodes.js';

/** What CloudFormation's references stand for when nothing is deployed; an account of zeros is nobody's. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': '000000000000',
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::URLSuffix': 'amazonaws.com',
  'AWS::StackName': 'STACK',
};

/**
 * A part of a template with its intrinsic functions replaced: parameters by their defaults, references to an OIDC
 * provider of the template by its ARN, a condition by the branch that is chosen, and what only a deployment knows by a
 * name in capitals, which matches nothing.
 */
export function resolveIntrinsics(
  node: JsonNode,
  template: JsonNode,
  choices: Choices = new Map(),
): JsonNode {
  const resolve = (one: JsonNode): JsonNode => resolveIntrinsics(one, template, choices);
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
    const text = intrinsicText(first.name, first.value, template, resolve);
    if (text !== undefined) return { kind: 'string', text, at: node.at };
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

function intrinsicText(
  name: string,
  value: JsonNode,
  template: JsonNode,
  resolve: Resolve,
): string | undefined {
  switch (name) {
    case 'Ref':
      return reference(textOf(value) ?? '', template);
    case 'Fn::GetAtt': {
      const [target = ''] = textOf(value)?.split('.') ?? itemsOf(value).flatMap((item) => textOf(item) ?? []);
      return reference(target, template);
    }
    case 'Fn::Sub':
      return substituted(value, template, resolve);
    case 'Fn::Join': {
      const [separator, parts] = itemsOf(value);
      if (parts === undefined) return '';
      const texts = itemsOf(resolve(parts)).map((part) => textOf(part) ?? 'UNKNOWN');
      return texts.join(textOf(separator) ?? '');
    }
    default:
      return name.startsWith('Fn::') ? 'UNKNOWN' : undefined;
  }
}

function substituted(value: JsonNode, template: JsonNode, resolve: Resolve): string {
  const [first, own] = value.kind === 'array' ? value.items : [value];
  return (textOf(first) ?? '').replace(/\$\{(!?)([^}]*)\}/g, (whole, escaped: string, name: string) => {
    // ${!x} is how a template writes a policy variable.
    if (escaped !== '') return `\${${name}}`;
    const mine = memberOf(own, name);
    if (mine !== undefined) return textOf(resolve(mine)) ?? whole;
    const [target = ''] = name.split('.');
    return reference(target, template);
  });
}

function reference(name: string, template: JsonNode): string {
  const pseudo = PSEUDO[name];
  if (pseudo !== undefined) return pseudo;
  const parameter = memberOf(memberOf(template, 'Parameters'), name);
  const fallback = textOf(memberOf(parameter, 'Default'));
  if (fallback !== undefined) return fallback;
  const resource = memberOf(memberOf(template, 'Resources'), name);
  if (
    /^(AWS::IAM::OIDCProvider|Custom::AWSCDKOpenIdConnectProvider)$/.test(
      textOf(memberOf(resource, 'Type')) ?? '',
    )
  ) {
    const url = membersOf(memberOf(resource, 'Properties')).find((one) => /^url$/i.test(one.name))?.value;
    const address = url && textOf(resolveIntrinsics(url, template));
    if (address !== undefined) {
      return `arn:aws:iam::000000000000:oidc-provider/${address.replace(/^https:\/\//, '')}`;
    }
  }
  return `UNKNOWN-${name}`;
}
