import { type JsonNode, readJson, TrustSyntaxError } from '../trust/json.js';
import { trustPolicyOf } from '../trust/parse.js';
import type { TrustPolicy } from '../trust/policy.js';
import { resolveIntrinsics } from './intrinsics.js';
import { itemsOf, memberOf, membersOf, textOf } from './tree.js';

/** One trust policy that a file holds. */
export interface FoundPolicy {
  /** The role's name in a template or plan; undefined where the file is the policy. */
  readonly role: string | undefined;
  readonly policy: TrustPolicy;
}

/**
 * Finds the trust policies in a file: the file itself, each role of a CloudFormation template (JSON or YAML) or of
 * `terraform show -json`. Of the latter two only roles that trust an identity provider are taken.
 * @throws TrustSyntaxError
 */
export async function findPolicies(text: string): Promise<readonly FoundPolicy[]> {
  const document = await read(text);
  const roles = [...templateRoles(document), ...plannedRoles(document)];
  if (memberOf(document, 'Resources') !== undefined || isPlan(document)) {
    return roles.map(({ role, node }) => ({ role, policy: policyIn(node) })).filter(trustsProvider);
  }
  return [{ role: undefined, policy: trustPolicyOf(document) }];
}

/** Only YAML needs a parser that is not ours: it is loaded for that. */
async function read(text: string): Promise<JsonNode> {
  if (/^\s*[{[\uFEFF]/.test(text)) return readJson(text);
  const { readYaml } = await import('./yaml-tree.js');
  return readYaml(text);
}

interface RoleNode {
  readonly role: string;
  readonly node: JsonNode;
}

function templateRoles(template: JsonNode): readonly RoleNode[] {
  return membersOf(memberOf(template, 'Resources')).flatMap(({ name, value }) => {
    if (textOf(memberOf(value, 'Type')) !== 'AWS::IAM::Role') return [];
    const node = memberOf(memberOf(value, 'Properties'), 'AssumeRolePolicyDocument');
    return node === undefined ? [] : [{ role: name, node: resolveIntrinsics(node, template) }];
  });
}

function isPlan(document: JsonNode): boolean {
  return memberOf(document, 'planned_values') !== undefined || memberOf(document, 'values') !== undefined;
}

/** https://developer.hashicorp.com/terraform/internals/json-format */
function plannedRoles(document: JsonNode): readonly RoleNode[] {
  const values = memberOf(document, 'planned_values') ?? memberOf(document, 'values');
  return moduleRoles(memberOf(values, 'root_module'));
}

function moduleRoles(module: JsonNode | undefined): readonly RoleNode[] {
  const own = itemsOf(memberOf(module, 'resources')).flatMap((resource) => {
    const node = memberOf(memberOf(resource, 'values'), 'assume_role_policy');
    // What is known only after the apply is not there.
    if (node === undefined || textOf(node) === undefined) return [];
    if (textOf(memberOf(resource, 'type')) !== 'aws_iam_role') return [];
    return [{ role: textOf(memberOf(resource, 'address')) ?? 'aws_iam_role', node }];
  });
  return [...own, ...itemsOf(memberOf(module, 'child_modules')).flatMap(moduleRoles)];
}

/** A policy may be JSON in a string; then every position is that of the string. */
function policyIn(node: JsonNode): TrustPolicy {
  if (node.kind !== 'string') return trustPolicyOf(node);
  try {
    return trustPolicyOf(placedAt(readJson(node.text), node));
  } catch (error) {
    if (error instanceof TrustSyntaxError) throw new TrustSyntaxError(error.problem, node.at);
    throw error;
  }
}

function placedAt(tree: JsonNode, { at }: JsonNode): JsonNode {
  if (tree.kind === 'array')
    return { ...tree, at, items: tree.items.map((item) => placedAt(item, { kind: 'null', at })) };
  if (tree.kind !== 'object') return { ...tree, at };
  const members = tree.members.map((one) => ({
    ...one,
    at,
    value: placedAt(one.value, { kind: 'null', at }),
  }));
  return { ...tree, at, members };
}

function trustsProvider({ policy }: FoundPolicy): boolean {
  return policy.statements.some(
    ({ principals, actions }) =>
      principals.some(({ type }) => type === 'Federated' || type === '*') ||
      actions.some(({ text }) => /WebIdentity/i.test(text)),
  );
}
