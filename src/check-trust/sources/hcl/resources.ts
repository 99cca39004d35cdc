import type { JsonNode } from '../../../trust/language/json.js';
import type { Position } from '../../../trust/language/text.js';
import { providerNode, withoutScheme } from '../identity-provider.js';
import { membersOf, partsOf, textNode, textOf } from '../nodes.js';
import { policyDocument } from '../policy-document.js';
import { UNDEPLOYED } from '../undeployed.js';
import { blockValues } from './blocks.js';
import type { SourceBlock } from './directory.js';
import { evaluateOrUnknown } from './evaluate.js';
import { templateOf } from './read-expression.js';
import type { Scope } from './scope.js';

/** What is asked of the module that a block stands in. */
interface Owner {
  scope(): Scope;
  value(block: Pick<SourceBlock, 'body'>, name: string, scope?: Scope): JsonNode | undefined;
}

/** What is the same wherever it is deployed, or as good as: an account of zeros is nobody's. */
const CONSTANTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_caller_identity: { account_id: UNDEPLOYED.accountId, id: UNDEPLOYED.accountId },
  aws_partition: {
    partition: UNDEPLOYED.partition,
    id: UNDEPLOYED.partition,
    dns_suffix: UNDEPLOYED.urlSuffix,
  },
  aws_region: { name: UNDEPLOYED.region, region: UNDEPLOYED.region, id: UNDEPLOYED.region },
};

const NESTING = {
  statement: ['principals', 'not_principals', 'condition'],
};

/** An attribute of a resource, a data source or a call of a published module; undefined where it is not known. */
export function attributeOf(
  type: string,
  block: SourceBlock,
  name: string,
  owner: Owner,
  at: Position,
  scope = owner.scope(),
): JsonNode | undefined {
  const text = CONSTANTS[type]?.[name];
  if (text !== undefined) return { kind: 'string', text, at };
  const value = (argument: string): JsonNode | undefined => owner.value(block, argument, scope);
  switch (type) {
    case 'aws_iam_policy_document':
      return name === 'json' || name === 'minified_json' ? documentOf(block, owner, scope) : undefined;
    case 'aws_iam_openid_connect_provider':
      return providerAttribute(name, value('url'), value('arn'), at);
    case 'template_file':
      return name === 'rendered' ? renderedTemplate(value('template'), value('vars'), scope) : value(name);
    case 'aws_iam_role':
      return name === 'arn' ? roleArn(value('name'), value('path'), at) : value(name);
    case 'module': {
      // Published modules that make nothing but GitHub's provider.
      const isProvider = /github-oidc-provider|oidc-provider/.test(textOf(value('source')) ?? '');
      const url = value('url') ?? { kind: 'string', text: 'https://token.actions.githubusercontent.com', at };
      return isProvider && /arn$/.test(name) ? providerNode(partsOf(url) ?? [], at) : undefined;
    }
    default:
      return value(name);
  }
}

function providerAttribute(
  name: string,
  url: JsonNode | undefined,
  arn: JsonNode | undefined,
  at: Position,
): JsonNode | undefined {
  if (arn !== undefined) {
    if (name === 'arn' || name === 'id') return arn;
    const [, path] = /:oidc-provider\/(.+)$/.exec(textOf(arn) ?? '') ?? [];
    return name === 'url' && path !== undefined ? { kind: 'string', text: path, at } : undefined;
  }
  const parts = url && partsOf(url);
  if (parts === undefined) return undefined;
  if (name === 'arn' || name === 'id') return providerNode(parts, at);
  // IAM gives the address without its scheme.
  if (name === 'url') return textNode(withoutScheme(parts), at);
  return undefined;
}

/** What the provider `template` had before `templatefile` was there. */
function renderedTemplate(
  template: JsonNode | undefined,
  vars: JsonNode | undefined,
  scope: Scope,
): JsonNode | undefined {
  const text = textOf(template);
  if (template === undefined || text === undefined) return undefined;
  const names = new Map(membersOf(vars).map(({ name, value }) => [name, value]));
  return evaluateOrUnknown(templateOf(text, template.at), { ...scope, names, reference: () => undefined });
}

function roleArn(name: JsonNode | undefined, path: JsonNode | undefined, at: Position): JsonNode | undefined {
  const parts = name && partsOf(name);
  if (parts === undefined) return undefined;
  return textNode(
    [
      { known: `arn:${UNDEPLOYED.partition}:iam::${UNDEPLOYED.accountId}:role` },
      ...((path && partsOf(path)) ?? [{ known: '/' }]),
      ...parts,
    ],
    at,
  );
}

function documentOf(block: SourceBlock, owner: Owner, scope: Scope): JsonNode {
  const list = (...names: readonly string[]): readonly JsonNode[] =>
    names.flatMap((name) => {
      const value = owner.value(block, name, scope);
      return value === undefined || value.kind === 'null' ? [] : itemsOrSelf(value);
    });
  return policyDocument({
    at: block.at,
    version: owner.value(block, 'version', scope),
    statements: blockValues(block.body, 'statement', NESTING, scope),
    sources: list('source_json', 'source_policy_documents'),
    overrides: list('override_json', 'override_policy_documents'),
  });
}

function itemsOrSelf(node: JsonNode): readonly JsonNode[] {
  return node.kind === 'array' ? node.items : [node];
}
