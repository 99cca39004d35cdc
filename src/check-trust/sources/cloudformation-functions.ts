import { type JsonNode, TrustSyntaxError } from '../../trust/language/json.js';
import type { Position, TextPart } from '../../trust/language/text.js';
import { orderedBranches } from './cloudformation-conditions.js';
import {
  DEFAULT_VARIANT,
  isProvider,
  parameterText,
  partOf,
  providerUrl,
  type Variant,
} from './cloudformation-template.js';
import { providerNode } from './identity-provider.js';
import { itemsOf, memberOf, partsOf, textNode, textOf, unknownNode } from './nodes.js';
import { readPartlyKnownJson } from './partly-known-json.js';
import { UNDEPLOYED } from './undeployed.js';

/** What CloudFormation's references stand for when nothing is deployed. */
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': UNDEPLOYED.accountId,
  'AWS::Partition': UNDEPLOYED.partition,
  'AWS::Region': UNDEPLOYED.region,
  'AWS::URLSuffix': UNDEPLOYED.urlSuffix,
};

/** A value that a deployment looks up. */
const DYNAMIC_REFERENCE = /\{\{resolve:([^{}]*)\}\}/;

/**
 * A part of a template with its intrinsic functions replaced: parameters by their values in the variant, references to
 * an OIDC provider of the template by its ARN, a condition by the branch that is chosen. A value that only a deployment
 * knows becomes an unknown text, with what is known of it.
 */
export function resolveFunctions(node: JsonNode, template: JsonNode, variant = DEFAULT_VARIANT): JsonNode {
  return new Functions(template, variant).resolve(node);
}

/** `AWS::NoValue` takes away what it is the value of. */
function isSomething({ kind }: JsonNode): boolean {
  return kind !== 'null';
}

/** Longer than any address: one made of others, and so on, comes to much in a few lines. */
const MAX_ADDRESS = 2000;

function lengthOf(parts: readonly TextPart[]): number {
  return parts.reduce((sum, part) => sum + ('known' in part ? part.known.length : 1), 0);
}

class Functions {
  readonly #resources = new Map<string, JsonNode | undefined>();

  constructor(
    readonly template: JsonNode,
    readonly variant: Variant,
  ) {}

  resolve(node: JsonNode): JsonNode {
    if (node.kind === 'array') {
      return { ...node, items: node.items.map((item) => this.resolve(item)).filter(isSomething) };
    }
    if (node.kind === 'string') return withoutReferences(node);
    if (node.kind !== 'object') return node;
    const [first, ...others] = node.members;
    if (first !== undefined && others.length === 0) {
      const value = this.#function(first.name, first.value, node);
      if (value !== undefined) return value;
    }
    const members = node.members
      .map((one) => ({ ...one, value: this.resolve(one.value) }))
      .filter(({ value }) => isSomething(value));
    return { ...node, members };
  }

  /** What a function gives; undefined for what is not a function. */
  #function(name: string, value: JsonNode, node: JsonNode): JsonNode | undefined {
    const { at } = node;
    switch (name) {
      case 'Ref':
        return this.#reference(textOf(value) ?? name, value);
      case 'Fn::If': {
        const branches = orderedBranches(value, this.variant).map((one) => this.resolve(one));
        return branches.find(isSomething) ?? { kind: 'null', at };
      }
      case 'Fn::GetAtt': {
        const parts = textOf(value)?.split('.') ?? itemsOf(value).flatMap((item) => textOf(item) ?? []);
        return this.#attribute(parts.join('.'), value);
      }
      case 'Fn::Sub':
        return textNode(this.#substituted(value), at);
      case 'Fn::Join':
        return textNode(this.#joined(value), at);
      case 'Fn::Split':
        return this.#split(value) ?? unknownNode('Split', at);
      case 'Fn::Select':
        return this.#selected(value) ?? unknownNode('Select', at);
      case 'Fn::FindInMap':
        return this.#found(value) ?? unknownNode('FindInMap', at);
      case 'Fn::ToJsonString':
        return this.resolve(value);
      default:
        return name.startsWith('Fn::') ? unknownNode(name.replace('Fn::', ''), at) : undefined;
    }
  }

  #joined(value: JsonNode): readonly TextPart[] {
    const [separator, list] = itemsOf(value);
    const between = { known: textOf(separator) ?? '' };
    const texts = itemsOf(list && this.resolve(list)).map((item) => partsOf(item) ?? [{ unknown: 'Join' }]);
    return texts.flatMap((parts, index) => (index === 0 ? parts : [between, ...parts]));
  }

  /** Where the text is not known, neither is the number of pieces. */
  #split(value: JsonNode): JsonNode | undefined {
    const [separator, source] = itemsOf(value);
    const text = textOf(source && this.resolve(source));
    const between = textOf(separator);
    if (text === undefined || !between) return undefined;
    const items = text
      .split(between)
      .map((piece): JsonNode => ({ kind: 'string', text: piece, at: value.at }));
    return { kind: 'array', items, at: value.at };
  }

  #selected(value: JsonNode): JsonNode | undefined {
    const [index, list] = itemsOf(value).map((one) => this.resolve(one));
    const place = Number(textOf(index) ?? Number.NaN);
    return itemsOf(list)[place];
  }

  #found(value: JsonNode): JsonNode | undefined {
    const [map = '', first = '', second = ''] = itemsOf(value).map((one) => textOf(this.resolve(one)));
    const found = memberOf(memberOf(partOf(this.template, 'Mappings', map), first), second);
    const fallback = memberOf(itemsOf(value)[3], 'DefaultValue');
    // A mapping has no functions in it.
    return found ?? (fallback && this.resolve(fallback));
  }

  #substituted(value: JsonNode): readonly TextPart[] {
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
      const name = piece.trim();
      const mine = memberOf(own, name);
      const value = mine === undefined ? this.#attribute(name, first ?? mine) : this.resolve(mine);
      return partsOf(value) ?? [{ unknown: piece }];
    });
    return end === text.length ? parts : [...parts, { known: text.slice(end) }];
  }

  /** A parameter that is a list is one of the texts between the commas of its value. */
  #reference(name: string, node: JsonNode): JsonNode {
    const { at } = node;
    if (name === 'AWS::NoValue') return { kind: 'null', at };
    const type = textOf(memberOf(partOf(this.template, 'Parameters', name), 'Type')) ?? '';
    const text = parameterText(name, this.template, this.variant);
    if (text === undefined || !/^(CommaDelimitedList|List<.*>)$/.test(type))
      return this.#attribute(name, node);
    const items = text.split(',').map((one): JsonNode => ({ kind: 'string', text: one.trim(), at }));
    return { kind: 'array', at, items };
  }

  /** What a name stands for: a pseudo parameter, a parameter, or a resource with or without an attribute. */
  #attribute(name: string, node: JsonNode | undefined): JsonNode {
    const at = node?.at ?? this.template.at;
    const known = PSEUDO[name] ?? parameterText(name, this.template, this.variant);
    if (known !== undefined) return withoutReferences({ kind: 'string', text: known, at });
    const [target = ''] = name.split('.');
    const found = this.#resource(target, at);
    return found === undefined ? unknownNode(name, at) : { ...found, at };
  }

  /** What a resource stands for: a provider for its ARN. One that refers to itself is unknown. */
  #resource(target: string, at: Position): JsonNode | undefined {
    const known = this.#resources.get(target);
    if (known !== undefined || this.#resources.has(target)) return known;
    this.#resources.set(target, undefined);
    const resource = partOf(this.template, 'Resources', target);
    const url = isProvider(resource) ? providerUrl(resource) : undefined;
    const address = partsOf(url && this.resolve(url));
    const isAddress = address !== undefined && lengthOf(address) < MAX_ADDRESS;
    const value = isAddress ? providerNode(address, at) : this.#json(resource);
    this.#resources.set(target, value);
    return value;
  }

  /** The CDK's way of having a value of the deployment in a key: JSON in a resource of its own. */
  #json(resource: JsonNode | undefined): JsonNode | undefined {
    if (textOf(memberOf(resource, 'Type')) !== 'Custom::AWSCDKCfnJson') return undefined;
    const value = memberOf(memberOf(resource, 'Properties'), 'Value');
    const parts = partsOf(value && this.resolve(value));
    try {
      return parts && readPartlyKnownJson(parts);
    } catch (error) {
      if (error instanceof TrustSyntaxError) return undefined;
      throw error;
    }
  }
}

function withoutReferences(node: JsonNode & { readonly kind: 'string' | 'number' | 'boolean' }): JsonNode {
  if (!DYNAMIC_REFERENCE.test(node.text)) return node;
  const parts = node.text.split(DYNAMIC_REFERENCE).map((piece, index) => {
    return index % 2 === 0 ? { known: piece } : { unknown: piece };
  });
  return textNode(
    parts.filter((part) => !('known' in part) || part.known !== ''),
    node.at,
  );
}
