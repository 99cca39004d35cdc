import { type JsonNode, readJson, TrustSyntaxError } from './json.js';
import { parseConditions } from './parse-condition.js';
import { type Elements, elementsOf, textsOf } from './parse-elements.js';
import { parsePrincipals } from './parse-principal.js';
import { commonElements, eitherOf, statementNodes, versionOf } from './parse-statement.js';
import type { PrincipalPattern, Statement, TrustPolicy } from './policy.js';
import type { Position, Text } from './text.js';
import { withPlaceholdersBesideVariables } from './text.js';

/** One statement of a policy that names resources. */
export interface PermissionStatement extends Statement {
  readonly resources: readonly Text[];
  /** The resources are those the statement is not about. */
  readonly notResource: boolean;
}

/** A policy that names resources: any but a role's trust policy. */
export interface PermissionPolicy extends Omit<TrustPolicy, 'statements'> {
  readonly statements: readonly PermissionStatement[];
}

/**
 * What a policy is attached to: a resource (a bucket, a key, a VPC endpoint) or a resource control policy names
 * principals; a policy of a principal, a boundary, a session policy and a service control policy do not.
 */
export type PolicyForm = 'names-principals' | 'without-principals';

/**
 * Reads such a policy from JSON text.
 * @throws TrustSyntaxError with line and column for whatever IAM could not decide
 */
export function parsePermissionPolicy(text: string, form: PolicyForm): PermissionPolicy {
  return permissionPolicyOf(readJson(text), form);
}

/** The same from a document that has been read already. */
export function permissionPolicyOf(document: JsonNode, form: PolicyForm): PermissionPolicy {
  const elements = elementsOf(document, 'a policy', ['Version', 'Id', 'Statement']);
  const nodes = statementNodes(elements, document);
  return {
    at: document.at,
    version: versionOf(elements),
    statements: nodes.map((node, index) => parseStatement(node, index + 1, form)),
  };
}

const ELEMENTS = ['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Condition'] as const;
const NO_PRINCIPAL = 'this kind of policy has no Principal: it applies to whoever it is attached to';

function parseStatement(node: JsonNode, number: number, form: PolicyForm): PermissionStatement {
  const elements =
    form === 'names-principals'
      ? elementsOf(node, 'a statement', [...ELEMENTS, 'Principal', 'NotPrincipal'])
      : elementsOf(node, 'a statement', ELEMENTS, { Principal: NO_PRINCIPAL, NotPrincipal: NO_PRINCIPAL });
  const common = commonElements(elements, node, number);
  const resource = eitherOf(elements, 'Resource', 'NotResource', node.at);
  const condition = elements.get('Condition');
  return {
    ...common,
    ...principalsOf(elements, node.at, form),
    resources: textsOf(resource.value, resource.name).map(checkResource),
    notResource: resource.name === 'NotResource',
    conditions: condition === undefined ? [] : parseConditions(condition.value),
  };
}

/** A policy without principals is about everyone that it is attached to: nobody is left out. */
function principalsOf(
  elements: Elements,
  at: Position,
  form: PolicyForm,
): { readonly principals: readonly PrincipalPattern[]; readonly notPrincipal: boolean } {
  if (form === 'without-principals') return { principals: [], notPrincipal: true };
  const { name, value } = eitherOf(elements, 'Principal', 'NotPrincipal', at);
  return { principals: parsePrincipals(value, name), notPrincipal: name === 'NotPrincipal' };
}

function checkResource(written: Text): Text {
  const resource = written.kind === 'known' ? withPlaceholdersBesideVariables(written) : written;
  if (resource.kind === 'unknown' || /^(\*|\$\{|arn:)/.test(resource.text)) return resource;
  throw new TrustSyntaxError(`"${resource.text}" is not a resource; write an ARN or *`, resource.at);
}
