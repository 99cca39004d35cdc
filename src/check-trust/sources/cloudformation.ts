import type { JsonNode } from '../../trust/language/json.js';
import { branchesOf, branchName } from './cloudformation-conditions.js';
import { resolveFunctions } from './cloudformation-functions.js';
import type { RoleNode } from './found.js';
import { memberOf, membersOf, textOf } from './nodes.js';

/** Whether a document is a template. */
export function isTemplate(document: JsonNode): boolean {
  return memberOf(document, 'Resources') !== undefined;
}

/** The roles of a template, one for each way its conditions can turn out, with the functions resolved. */
export function templateRoles(template: JsonNode): readonly RoleNode[] {
  return membersOf(memberOf(template, 'Resources')).flatMap(({ name, value }) => {
    if (textOf(memberOf(value, 'Type')) !== 'AWS::IAM::Role') return [];
    const node = memberOf(memberOf(value, 'Properties'), 'AssumeRolePolicyDocument');
    if (node === undefined) return [];
    return branchesOf(node).flatMap((choices) => {
      const resolved = resolveFunctions(node, template, choices);
      // A branch without any value is no policy.
      return resolved.kind === 'null' ? [] : [{ role: branchName(name, choices), node: resolved }];
    });
  });
}
