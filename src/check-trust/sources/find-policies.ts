import { type JsonNode, readJson, TrustSyntaxError } from '../../trust/language/json.js';
import { trustPolicyOf } from '../../trust/language/parse.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import type { Position } from '../../trust/language/text.js';
import { isTemplate, templateRoles } from './cloudformation.js';
import type { Found, FoundPolicy, RoleNode, RoleProblem } from './found.js';
import { withLikelyProviders } from './likely-provider.js';
import { isPlan, plannedRoles, unknownRoles } from './terraform.js';

/**
 * Finds the trust policies in a file: the file itself, each role of a CloudFormation template (JSON or YAML) or of
 * `terraform show -json`. Of the latter two only roles that trust an identity provider are taken, and one that cannot
 * be read does not keep the others from being tested.
 * @throws TrustSyntaxError
 */
export async function findPolicies(text: string): Promise<Found> {
  const document = await read(text);
  if (!isTemplate(document) && !isPlan(document)) {
    const policy = withLikelyProviders(trustPolicyOf(document));
    return { policies: [{ role: undefined, policy }], problems: [] };
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

/** A policy may be JSON in a string; then every position is that of the string. */
function policyIn(node: JsonNode): TrustPolicy {
  if (node.kind !== 'string') return trustPolicyOf(node);
  try {
    return trustPolicyOf(placedAt(readJson(node.text), node.at));
  } catch (error) {
    if (error instanceof TrustSyntaxError) throw new TrustSyntaxError(error.problem, node.at);
    throw error;
  }
}

function placedAt(tree: JsonNode, at: Position): JsonNode {
  if (tree.kind === 'array') return { ...tree, at, items: tree.items.map((item) => placedAt(item, at)) };
  if (tree.kind !== 'object') return { ...tree, at };
  const members = tree.members.map((one) => ({ ...one, at, value: placedAt(one.value, at) }));
  return { ...tree, at, members };
}

function trustsProvider({ statements }: TrustPolicy): boolean {
  return statements.some(
    ({ principals, actions }) =>
      principals.some(({ type, text }) => type === 'Federated' || text === '*') ||
      actions.some(({ text }) => /WebIdentity/i.test(text)),
  );
}
