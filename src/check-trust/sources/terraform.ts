import type { JsonNode } from '../../trust/language/json.js';
import type { RoleNode, RoleProblem } from './found.js';
import { itemsOf, memberOf, textOf } from './nodes.js';

/** Whether a document is what `terraform show -json` prints of a plan or a state. */
export function isPlan(document: JsonNode): boolean {
  return memberOf(document, 'planned_values') !== undefined || memberOf(document, 'values') !== undefined;
}

/** The roles of a plan or state: https://developer.hashicorp.com/terraform/internals/json-format */
export function plannedRoles(document: JsonNode): readonly RoleNode[] {
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

/** Roles of a plan whose policy is known only after the apply. */
export function unknownRoles(document: JsonNode): readonly RoleProblem[] {
  return itemsOf(memberOf(document, 'resource_changes')).flatMap((resource) => {
    if ((textOf(memberOf(resource, 'type')) ?? 'aws_iam_role') !== 'aws_iam_role') return [];
    const unknown = memberOf(memberOf(memberOf(resource, 'change'), 'after_unknown'), 'assume_role_policy');
    if (unknown === undefined || textOf(unknown) !== 'true') return [];
    const role = textOf(memberOf(resource, 'address')) ?? 'aws_iam_role';
    const message =
      'its trust policy is known only after the apply, so it is not tested. Make the policy independent of resources in the same plan, or test the state after the apply.';
    return [{ rule: 'unknown-until-apply', severity: 'warning', role, at: unknown.at, message }];
  });
}
