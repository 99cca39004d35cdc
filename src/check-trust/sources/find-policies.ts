import { type JsonNode, type Position, readJson, TrustSyntaxError } from '../../trust/language/json.js';
import { trustPolicyOf } from '../../trust/language/parse.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import type { Severity } from '../../trust/lint/rule.js';
import { branchesOf, branchName } from './cloudformation-conditions.js';
import { resolveIntrinsics } from './cloudformation-functions.js';
import { withLikelyProviders } from './likely-provider.js';
import { itemsOf, memberOf, membersOf, textOf } from './nodes.js';

/** One trust policy that a file holds. */
export interface FoundPolicy {
  /** The role's name in a template or plan; undefined where the file is the policy. */
  readonly role: string | undefined;
  readonly policy: TrustPolicy;
}

/** A role whose policy cannot be tested. */
export interface RoleProblem {
  readonly rule: 'syntax' | 'unknown-until-apply';
  readonly severity: Severity;
  readonly role: string;
  readonly at: Position;
  readonly message: string;
}

/** What there is in a file. */
export interface Found {
  readonly policies: readonly FoundPolicy[];
  readonly problems: readonly RoleProblem[];
}

/**
 * Finds the trust policies in a file: the file itself, each role of a CloudFormation template (JSON or YAML) or of
 * `terraform show -json`. Of the latter two only roles that trust an identity provider are taken, and one that cannot
 * be read does not keep the others from being tested.
 * @throws TrustSyntaxError
 */
export async function findPolicies(text: string): Promise<Found> {
  const document = await read(text);
  if (memberOf(document, 'Resources') === undefined && !isPlan(document)) {
    return { policies: [{ role: undefined, policy: trustPolicyOf(document) }], problems: [] };
  }
  const roles = [...templateRoles(document), ...plannedRoles(document)].map(readRole);
  return {
    policies: roles.flatMap(({ found }) => found ?? []),
    problems: [...roles.flatMap(({ problem }) => problem ?? []), ...unknownRoles(document)],
  };
}

/** Only YAML needs a parser that is not ours: it is loaded for that. */
async function read(text: string): Promise<JsonNode> {
  if (/^\s*[{[]/.test(text)) return readJson(text);
  const { readYaml } = await import('./yaml.js');
  return readYaml(text);
}

interface RoleNode {
  readonly role: string;
  readonly node: JsonNode;
}

interface RoleResult {
  readonly found?: FoundPolicy;
  readonly problem?: RoleProblem;
}

function readRole({ role, node }: RoleNode): RoleResult {
  try {
    const policy = withLikelyProviders(policyIn(node));
    return trustsProvider(policy) ? { found: { role, policy } } : {};
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    return { problem: { rule: 'syntax', severity: 'error', role, at: error.at, message: error.problem } };
  }
}

function templateRoles(template: JsonNode): readonly RoleNode[] {
  return membersOf(memberOf(template, 'Resources')).flatMap(({ name, value }) => {
    if (textOf(memberOf(value, 'Type')) !== 'AWS::IAM::Role') return [];
    const node = memberOf(memberOf(value, 'Properties'), 'AssumeRolePolicyDocument');
    if (node === undefined) return [];
    return branchesOf(node).flatMap((choices) => {
      const resolved = resolveIntrinsics(node, template, choices);
      // A branch without any value is no policy.
      return resolved.kind === 'null' ? [] : [{ role: branchName(name, choices), node: resolved }];
    });
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
    // What is known only after the apply is not there; a role that was read in part has an empty text.
    if (node === undefined || !textOf(node)) return [];
    if (textOf(memberOf(resource, 'type')) !== 'aws_iam_role') return [];
    return [{ role: textOf(memberOf(resource, 'address')) ?? 'aws_iam_role', node }];
  });
  return [...own, ...itemsOf(memberOf(module, 'child_modules')).flatMap(moduleRoles)];
}

/** Roles of a plan whose policy is made of something that only the apply will tell. */
function unknownRoles(document: JsonNode): readonly RoleProblem[] {
  return itemsOf(memberOf(document, 'resource_changes')).flatMap((resource) => {
    if ((textOf(memberOf(resource, 'type')) ?? 'aws_iam_role') !== 'aws_iam_role') return [];
    const unknown = memberOf(memberOf(memberOf(resource, 'change'), 'after_unknown'), 'assume_role_policy');
    if (unknown === undefined || textOf(unknown) !== 'true') return [];
    const role = textOf(memberOf(resource, 'address')) ?? 'aws_iam_role';
    const message =
      'its trust policy is known only after the apply, so it is not tested. Let the policy depend on nothing that the same plan makes, or test the state after the apply.';
    return [{ rule: 'unknown-until-apply', severity: 'warning', role, at: unknown.at, message }];
  });
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

function trustsProvider({ statements }: TrustPolicy): boolean {
  return statements.some(
    ({ principals, actions }) =>
      principals.some(({ type, text }) => type === 'Federated' || text === '*') ||
      actions.some(({ text }) => /WebIdentity/i.test(text)),
  );
}
