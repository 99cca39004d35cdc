import { type JsonNode, readJson, readJsonSequence, TrustSyntaxError } from '../../trust/language/json.js';
import { trustPolicyOf } from '../../trust/language/parse.js';
import type { TrustPolicy } from '../../trust/language/policy.js';
import { isTemplate, templateRoles } from './cloudformation.js';
import { documentNode, unknownFrame } from './document.js';
import type { PolicyFile } from './files.js';
import {
  type Found,
  type FoundPolicy,
  type RoleNode,
  type RoleProblem,
  type Roles,
  unread,
} from './found.js';
import { inventoryRoles, isInventory } from './inventory.js';
import { withLikelyProviders } from './likely-provider.js';
import { membersOf, unknownNames } from './nodes.js';
import { withPlaceholders } from './placeholders.js';
import { isPulumi, pulumiRoles } from './pulumi.js';
import { isServerless, serverlessTemplates } from './serverless.js';
import { isPlan, plannedRoles } from './terraform.js';

/**
 * Finds the trust policies in a file: the file itself, or each role of whatever else it is (docs/check-trust.md has the
 * formats). A role that cannot be read does not keep the others from being tested.
 * @throws TrustSyntaxError
 */
export async function findPolicies(file: PolicyFile): Promise<Found> {
  if (/\.tf(\.json)?$/.test(file.path)) {
    const { terraformRoles } = await import('./hcl/roles.js');
    return readRoles(terraformRoles(file));
  }
  const documents = await read(file.text);
  const [first] = documents;
  if (first === undefined || documents.length > 1) return ofDocuments(documents, file);
  if (first instanceof TrustSyntaxError) throw first;
  return policiesOf(first, file);
}

/** Each of several documents as if it were a file. What is a policy is named by its place. */
function ofDocuments(documents: readonly (JsonNode | TrustSyntaxError)[], file: PolicyFile): Found {
  const all = documents.map((document, index): Found => {
    const role = `document ${index + 1}`;
    try {
      if (document instanceof TrustSyntaxError) throw document;
      const { policies, problems } = policiesOf(document, { ...file, fromPattern: true });
      return { policies: policies.map((one) => ({ ...one, role: one.role ?? role })), problems };
    } catch (error) {
      if (!(error instanceof TrustSyntaxError)) throw error;
      const { at, problem: message } = error;
      return { policies: [], problems: [{ rule: 'syntax', severity: 'error', role, at, message }] };
    }
  });
  const policies = all.flatMap((one) => one.policies);
  const problems = all.flatMap((one) => one.problems);
  // Something in a file that was named must be there to be tested.
  const isIdle =
    !file.fromPattern && policies.length === 0 && problems.every(({ severity }) => severity === 'note');
  return { policies, problems: isIdle ? [] : problems };
}

/** The policies of a document: of its roles, where it is of a format that has some, or the one that it is. */
function policiesOf(document: JsonNode, file: PolicyFile): Found {
  const roles = rolesIn(document);
  return roles === undefined ? wholePolicy(document, file) : readRoles(roles);
}

function readRoles({ roles, problems }: Roles): Found {
  const read = roles.map(readRole);
  return {
    policies: read.flatMap((one) => ('policy' in one ? [one] : [])),
    problems: [...read.flatMap((one) => ('policy' in one ? [] : [one])), ...problems],
  };
}

/** Undefined where a document is none of the formats that have roles. */
function rolesIn(document: JsonNode): Roles | undefined {
  if (isInventory(document)) return inventoryRoles(document);
  if (isPlan(document)) return plannedRoles(document);
  if (isPulumi(document)) return pulumiRoles(document);
  if (isServerless(document)) return ofTemplates(serverlessTemplates(document));
  return isTemplate(document) ? templateRoles(document) : undefined;
}

function ofTemplates(templates: readonly JsonNode[]): Roles {
  const all = templates.map((template): Roles => {
    if (template.kind !== 'unknown') return templateRoles(template);
    const message = `${unknownNames(template).join(', ')} is not read, so roles in it are not tested`;
    return { roles: [], problems: [unread(undefined, template.at, message)] };
  });
  return { roles: all.flatMap(({ roles }) => roles), problems: all.flatMap(({ problems }) => problems) };
}

/** Only YAML needs a parser that is not ours: it is loaded for that. */
async function read(text: string): Promise<readonly (JsonNode | TrustSyntaxError)[]> {
  if (/^\s*[{[]/.test(text)) {
    const [first, ...others] = readJsonSequence(text);
    // Answers of several calls, one after the other in a file.
    if (first !== undefined && others.length > 0)
      return [{ kind: 'array', items: [first, ...others], at: first.at }];
    return [first ?? readJson(text)];
  }
  const { readYaml } = await import('./yaml.js');
  return readYaml(text);
}

/** A file that a pattern led to may be anything; one that is named is meant to be a policy. */
function wholePolicy(document: JsonNode, { fromPattern }: PolicyFile): Found {
  const isPolicy = membersOf(document).some(({ name }) => /^statement$/i.test(name));
  if (fromPattern && !isPolicy) {
    const message = 'this is not a trust policy, and not in a format with roles that is known';
    const problem: RoleProblem = { ...unread(undefined, document.at, message), severity: 'note' };
    return { policies: [], problems: [problem] };
  }
  const policy = refined(trustPolicyOf(document));
  return { policies: [{ role: undefined, policy, trustsProvider: true }], problems: [] };
}

function readRole({ role, node, path, accountId, properties }: RoleNode): FoundPolicy | RoleProblem {
  try {
    const document = documentNode(node);
    const [hidden] = document.kind === 'unknown' ? unknownNames(document) : [unknownFrame(document)];
    if (hidden !== undefined) {
      const message = `its trust policy depends on ${hidden}, which is known only at the deployment, so it is not tested`;
      return unread(role, document.at, message, path);
    }
    const policy = refined(trustPolicyOf(document));
    return { role, policy, path, accountId, properties, trustsProvider: trustsProvider(policy) };
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    return { rule: 'syntax', severity: 'error', role, path, at: error.at, message: error.problem };
  }
}

function refined(policy: TrustPolicy): TrustPolicy {
  return withLikelyProviders(withPlaceholders(policy));
}

function trustsProvider({ statements }: TrustPolicy): boolean {
  return statements.some(
    ({ principals, actions }) =>
      principals.some(({ type, text }) => type === 'Federated' || text === '*') ||
      actions.some(({ text }) => /WebIdentity/i.test(text)),
  );
}
