import type { JsonNode } from '../../trust/language/json.js';
import { type RoleNode, type RoleProblem, type Roles, unread } from './found.js';
import { itemsOf, memberOf, textOf } from './nodes.js';
import { documentOfRole } from './plan-documents.js';

/** Whether a document is what `terraform show -json` prints of a plan or a state, or a state as it is stored. */
export function isPlan(document: JsonNode): boolean {
  return (
    memberOf(document, 'planned_values') !== undefined ||
    memberOf(document, 'values') !== undefined ||
    isStoredState(document)
  );
}

function isStoredState(document: JsonNode): boolean {
  return (
    memberOf(document, 'terraform_version') !== undefined && memberOf(document, 'resources')?.kind === 'array'
  );
}

/** The roles of a plan or state: https://developer.hashicorp.com/terraform/internals/json-format */
export function plannedRoles(document: JsonNode): Roles {
  if (isStoredState(document)) return storedRoles(document);
  const values = memberOf(document, 'planned_values') ?? memberOf(document, 'values');
  const known = moduleRoles(memberOf(values, 'root_module'));
  const unknown = unknownRoles(document);
  return {
    roles: [...known, ...unknown.flatMap((one) => ('node' in one ? [one] : []))],
    problems: unknown.flatMap((one) => ('node' in one ? [] : [one])),
  };
}

function moduleRoles(module: JsonNode | undefined): readonly RoleNode[] {
  const own = itemsOf(memberOf(module, 'resources')).flatMap((resource): readonly RoleNode[] => {
    const values = memberOf(resource, 'values');
    const node = memberOf(values, 'assume_role_policy');
    // What is known only after the apply is not there; a role that was read in part has an empty text.
    if (node === undefined || !textOf(node)) return [];
    if (textOf(memberOf(resource, 'type')) !== 'aws_iam_role') return [];
    const accountId = accountOf(memberOf(values, 'arn'));
    return [
      {
        role: textOf(memberOf(resource, 'address')) ?? 'aws_iam_role',
        node,
        accountId,
        properties: () => values,
      },
    ];
  });
  return [...own, ...itemsOf(memberOf(module, 'child_modules')).flatMap(moduleRoles)];
}

function accountOf(arn: JsonNode | undefined): string | undefined {
  return /^arn:[^:]+:iam::(\d{12}):/.exec(textOf(arn) ?? '')?.[1];
}

/** Roles of a plan whose policy is known only after the apply, but for those of a data source with known arguments. */
function unknownRoles(document: JsonNode): readonly (RoleNode | RoleProblem)[] {
  return itemsOf(memberOf(document, 'resource_changes')).flatMap(
    (resource): readonly (RoleNode | RoleProblem)[] => {
      if ((textOf(memberOf(resource, 'type')) ?? 'aws_iam_role') !== 'aws_iam_role') return [];
      const unknown = memberOf(memberOf(memberOf(resource, 'change'), 'after_unknown'), 'assume_role_policy');
      if (unknown === undefined || textOf(unknown) !== 'true') return [];
      const role = textOf(memberOf(resource, 'address')) ?? 'aws_iam_role';
      const node = documentOfRole(document, role);
      if (node !== undefined)
        return [{ role, node, properties: () => memberOf(memberOf(resource, 'change'), 'after') }];
      const message =
        'its trust policy is known only after the apply, so it is not tested. Test the .tf files as well, or the state after the apply.';
      return [{ rule: 'unknown-until-apply', severity: 'warning', role, at: unknown.at, message }];
    },
  );
}

/** A state file, which nobody but Terraform should read, but which is what there is at times. */
function storedRoles(document: JsonNode): Roles {
  const found = itemsOf(memberOf(document, 'resources')).flatMap((resource) => {
    if (textOf(memberOf(resource, 'type')) !== 'aws_iam_role') return [];
    const module = textOf(memberOf(resource, 'module'));
    const name = `aws_iam_role.${textOf(memberOf(resource, 'name'))}`;
    const address = module === undefined ? name : `${module}.${name}`;
    return itemsOf(memberOf(resource, 'instances')).map((instance) => {
      const values = memberOf(instance, 'attributes');
      const key = memberOf(instance, 'index_key');
      const text = textOf(key);
      const index = text === undefined ? '' : `[${key?.kind === 'string' ? JSON.stringify(text) : text}]`;
      const node = memberOf(values, 'assume_role_policy');
      const accountId = accountOf(memberOf(values, 'arn'));
      return { role: address + index, node, at: instance.at, accountId, properties: () => values };
    });
  });
  return {
    roles: found.flatMap(({ role, node, accountId, properties }) =>
      node === undefined ? [] : [{ role, node, accountId, properties }],
    ),
    problems: found.flatMap(({ role, node, at }) =>
      node === undefined ? [unread(role, at, 'it has no assume_role_policy')] : [],
    ),
  };
}
