import type { JsonNode } from '../../trust/language/json.js';
import { isKnown, itemsOf, memberOf, membersOf, textOf, unknownNode } from './nodes.js';
import { policyDocument } from './policy-document.js';

const DATA_TYPE = 'aws_iam_policy_document';

/**
 * The policy of a role that a plan calls unknown, where it is that of a data source of which the plan has the arguments:
 * what is unknown there is most often the ARN of a provider that the same plan makes. Undefined otherwise.
 */
export function documentOfRole(plan: JsonNode, role: string): JsonNode | undefined {
  const { module, resource, index } = partsOfAddress(role);
  const configured = itemsOf(memberOf(configurationOf(plan, module), 'resources')).find(
    (one) => textOf(memberOf(one, 'address')) === resource,
  );
  const expression = memberOf(memberOf(configured, 'expressions'), 'assume_role_policy');
  const references = itemsOf(memberOf(expression, 'references')).map((one) => textOf(one) ?? '');
  const [name, ...others] = new Set(references.flatMap((one) => /^data\.\w+\.[\w-]+/.exec(one)?.[0] ?? []));
  if (name === undefined || others.length > 0 || !name.startsWith(`data.${DATA_TYPE}.`)) return undefined;
  const base = module === '' ? name : `${module}.${name}`;
  const all = dataSources(plan).filter(({ address }) => address === base || address.startsWith(`${base}[`));
  const indexed = references.flatMap((one) => new RegExp(`^${name}(\\[[^\\]]*\\])`).exec(one)?.[1] ?? []);
  const wanted = [...indexed, index].map((one) => base + one);
  const found =
    all.find(({ address }) => wanted.includes(address)) ?? (all.length === 1 ? all[0] : undefined);
  return found && documentOf(found.values);
}

/** `module.a["x"].aws_iam_role.deploy[0]`: where it stands, what it is, and which of several. */
function partsOfAddress(address: string): {
  readonly module: string;
  readonly resource: string;
  readonly index: string;
} {
  const [, module = '', resource = '', index = ''] =
    /^((?:module\.[\w-]+(?:\[(?:"(?:[^"\\]|\\.)*"|\d+)\])?\.)*)([\w-]+\.[\w-]+)(\[.*\])?$/.exec(address) ??
    [];
  return { module: module.replace(/\.$/, ''), resource, index };
}

/** The configuration of a module, which has no instances. */
function configurationOf(plan: JsonNode, module: string): JsonNode | undefined {
  const names = module.replace(/\[(?:"(?:[^"\\]|\\.)*"|\d+)\]/g, '').match(/(?<=module\.)[\w-]+/g) ?? [];
  return names.reduce<JsonNode | undefined>(
    (node, name) => memberOf(memberOf(memberOf(node, 'module_calls'), name), 'module'),
    memberOf(memberOf(plan, 'configuration'), 'root_module'),
  );
}

interface DataSource {
  readonly address: string;
  readonly values: JsonNode;
}

/** Those that were read for the plan, and those that the apply will read, with what is known of their arguments. */
function dataSources(plan: JsonNode): readonly DataSource[] {
  const read = moduleResources(memberOf(memberOf(memberOf(plan, 'prior_state'), 'values'), 'root_module'));
  const deferred = itemsOf(memberOf(plan, 'resource_changes')).flatMap((resource): readonly DataSource[] => {
    const change = memberOf(resource, 'change');
    const after = memberOf(change, 'after');
    const address = textOf(memberOf(resource, 'address'));
    if (textOf(memberOf(resource, 'type')) !== DATA_TYPE || after === undefined || address === undefined)
      return [];
    return [{ address, values: withUnknown(after, memberOf(change, 'after_unknown')) }];
  });
  return [...deferred, ...read];
}

function moduleResources(module: JsonNode | undefined): readonly DataSource[] {
  const own = itemsOf(memberOf(module, 'resources')).flatMap((resource): readonly DataSource[] => {
    const values = memberOf(resource, 'values');
    const address = textOf(memberOf(resource, 'address'));
    const isData = textOf(memberOf(resource, 'type')) === DATA_TYPE;
    return isData && values !== undefined && address !== undefined ? [{ address, values }] : [];
  });
  return [...own, ...itemsOf(memberOf(module, 'child_modules')).flatMap(moduleResources)];
}

/** Values with those marked that `after_unknown` has as true. */
function withUnknown(value: JsonNode | undefined, unknown: JsonNode | undefined): JsonNode {
  const at = value?.at ?? unknown?.at ?? { line: 1, column: 1 };
  if (unknown !== undefined && textOf(unknown) === 'true') return unknownNode('known after the apply', at);
  if (unknown?.kind === 'array') {
    const length = Math.max(unknown.items.length, itemsOf(value).length);
    const items = Array.from({ length }, (_, index) =>
      withUnknown(itemsOf(value)[index], unknown.items[index]),
    );
    return { kind: 'array', items, at };
  }
  if (unknown?.kind === 'object') {
    const names = new Set([...membersOf(value), ...unknown.members].map(({ name }) => name));
    const members = [...names].map((name) => {
      return { name, at, value: withUnknown(memberOf(value, name), memberOf(unknown, name)) };
    });
    return { kind: 'object', members, at };
  }
  return value ?? { kind: 'null', at };
}

function documentOf(values: JsonNode): JsonNode {
  const json = memberOf(values, 'json');
  if (json?.kind === 'string' && json.text !== '') return json;
  const list = (...names: readonly string[]): readonly JsonNode[] =>
    names.flatMap((name) => {
      const value = memberOf(values, name);
      if (value === undefined || value.kind === 'null') return [];
      return value.kind === 'array' ? value.items : [value];
    });
  const version = memberOf(values, 'version');
  return policyDocument({
    at: values.at,
    version: version !== undefined && isKnown(version) && version.kind !== 'null' ? version : undefined,
    statements: list('statement'),
    sources: list('source_json', 'source_policy_documents'),
    overrides: list('override_json', 'override_policy_documents'),
  });
}
