import type { JsonNode } from '../../../trust/language/json.js';
import type { PolicyFile } from '../files.js';
import { type RoleNode, type RoleProblem, type Roles, unread } from '../found.js';
import { textOf } from '../nodes.js';
import { UNDEPLOYED } from '../undeployed.js';
import type { SourceBlock } from './directory.js';
import { readTerraform } from './directory.js';
import { Module } from './module.js';
import { publishedPolicy } from './published-modules.js';
import type { Scope } from './scope.js';

/** How many expressions are evaluated for one file. */
const BUDGET = 500_000;

/** The attribute with the trust policy, by the type of resource. */
const POLICY_ATTRIBUTES: Readonly<Record<string, string>> = {
  aws_iam_role: 'assume_role_policy',
  awscc_iam_role: 'assume_role_policy_document',
};

/**
 * The roles of a file of Terraform, and of the modules that it calls, with the values that the other files of its
 * directory give. Variables have their defaults.
 * @throws TrustSyntaxError
 */
export function terraformRoles({ path, text, directory, isCalled }: PolicyFile): Roles {
  // What is wrong with a file is said of that file; its neighbours are read without it.
  readTerraform(path, text);
  if (isCalled) return { roles: [], problems: [] };
  const own = directory ?? {
    location: '.',
    files: [{ path, text }],
    read: () => undefined,
    open: () => undefined,
  };
  const module = new Module(own, undefined, { left: BUDGET, depth: 0 });
  return rolesOf(module, '', (block) => block.path === path);
}

function rolesOf(module: Module, prefix: string, isWanted: (block: SourceBlock) => boolean): Roles {
  const { configuration } = module;
  const found = [
    ...configuration
      .blocks('resource', 2)
      .filter(isWanted)
      .map((block) => resourceRoles(module, block, prefix)),
    ...configuration
      .blocks('module', 1)
      .filter(isWanted)
      .map((block) => calledRoles(module, block, prefix)),
  ];
  return { roles: found.flatMap(({ roles }) => roles), problems: found.flatMap(({ problems }) => problems) };
}

function resourceRoles(module: Module, block: SourceBlock, prefix: string): Roles {
  const [type = '', name = ''] = block.labels;
  const attribute = POLICY_ATTRIBUTES[type];
  if (attribute === undefined) return { roles: [], problems: [] };
  const address = `${prefix}${type}.${name}`;
  const instances = module.instances(block);
  if (instances.length === 0) return notMade(address, block);
  const all = instances.map(({ index, scope }): RoleNode | RoleProblem => {
    const role = address + index;
    const node = module.value(block, attribute, scope);
    const { path } = block;
    if (node === undefined) return unread(role, block.at, `it has no ${attribute}`, path);
    if (node.kind === 'null' || textOf(node)?.trim() === '') {
      const message = `with the values at hand its ${attribute} is empty, so it is not tested`;
      return unread(role, block.at, message, path);
    }
    const properties = (): JsonNode => attributesOf(module, block, scope);
    return { role, node, path, accountId: UNDEPLOYED.accountId, properties };
  });
  return {
    roles: all.flatMap((one) => ('node' in one ? [one] : [])),
    problems: all.flatMap((one) => ('node' in one ? [] : [one])),
  };
}

/** The attributes that say which role it is. */
const ATTRIBUTES = ['name', 'role_name', 'path', 'max_session_duration'] as const;

function attributesOf(module: Module, block: SourceBlock, scope: Scope): JsonNode {
  const { at } = block;
  const members = ATTRIBUTES.flatMap((name) => {
    const value = module.value(block, name, scope);
    return value === undefined ? [] : [{ name, at, value }];
  });
  return { kind: 'object', members, at };
}

function calledRoles(module: Module, block: SourceBlock, prefix: string): Roles {
  const source = textOf(module.value(block, 'source'));
  const address = `${prefix}module.${block.labels[0]}`;
  const instances = module.instances(block);
  if (instances.length === 0 && isLikely(source)) return notMade(address, block);
  const all = instances.map(({ index, scope }): Roles => {
    const child = module.child(block, index);
    if (child !== undefined) return rolesOf(child, `${address}${index}.`, () => true);
    const given = (name: string): JsonNode | undefined => {
      const value = module.value(block, name, scope);
      return value?.kind === 'null' ? undefined : value;
    };
    const published = source === undefined ? undefined : publishedPolicy(source, given, block.at);
    if (published === undefined) return notRead(source, address, block);
    const { policy: node } = published;
    const { path } = block;
    return {
      roles:
        node === undefined ? [] : [{ role: address + index, node, path, accountId: UNDEPLOYED.accountId }],
      problems: [],
    };
  });
  return {
    roles: all.flatMap(({ roles }) => roles),
    problems: all.slice(0, 1).flatMap(({ problems }) => problems),
  };
}

/** Neither `count` nor `for_each` makes it with the values at hand. */
function notMade(role: string, { at, path }: SourceBlock): Roles {
  const message = 'with the values at hand it is not made, so it is not tested';
  return { roles: [], problems: [{ ...unread(role, at, message, path), severity: 'note' }] };
}

/** Modules that are not at hand may make roles, and these may by their name. */
function notRead(source: string | undefined, address: string, { at, path }: SourceBlock): Roles {
  if (source !== undefined && !isLikely(source)) return { roles: [], problems: [] };
  const module = source === undefined ? 'the module' : `the module ${source.replace(/\?.*$/, '')}`;
  const message = `${module} is not at hand, so roles that it makes are not tested. Test the plan as well: terraform show -json.`;
  return { roles: [], problems: [unread(address, at, message, path)] };
}

function isLikely(source: string | undefined): boolean {
  const named = (source ?? '').replace(/^(git::)?(https?:\/\/|ssh:\/\/git@|git@)?github\.com[/:]/, '');
  return /oidc|github|(\b|_)(iam|irsa|roles?)(\b|_)/i.test(named);
}
