import type { JsonNode } from '../../trust/language/json.js';
import { type RoleNode, type RoleProblem, type Roles, unread } from './found.js';
import { itemsOf, memberOf, textOf } from './nodes.js';

/** Where the AWS CLI's answers have their roles: `get-account-authorization-details`, `list-roles`, `get-role`. */
const LISTS = ['RoleDetailList', 'Roles'] as const;

/** Whether a document is an answer of IAM's API about roles, or a list of such, as of several accounts. */
export function isInventory(document: JsonNode): boolean {
  const [first] = itemsOf(document);
  if (first !== undefined) return isInventory(first) || isRole(first);
  if (LISTS.some((name) => memberOf(document, name)?.kind === 'array')) return true;
  return isRole(memberOf(document, 'Role')) || isRole(document);
}

/**
 * The roles of an answer, by their ARNs
 * (https://docs.aws.amazon.com/cli/latest/reference/iam/get-account-authorization-details.html).
 */
export function inventoryRoles(document: JsonNode): Roles {
  const listed = rolesIn(document).map((node) => {
    const role =
      textOf(memberOf(node, 'Arn')) ?? textOf(memberOf(node, 'RoleName')) ?? 'a role without a name';
    return { role, node: memberOf(node, 'AssumeRolePolicyDocument'), properties: () => node, at: node.at };
  });
  return {
    roles: listed.flatMap(({ role, node, properties }): readonly RoleNode[] => {
      const accountId = /^arn:[^:]+:iam::(\d{12}):/.exec(role)?.[1];
      return node === undefined ? [] : [{ role, node, accountId, properties }];
    }),
    problems: [
      ...listed.flatMap(({ role, node, at }) =>
        node === undefined ? [unread(role, at, 'it has no AssumeRolePolicyDocument')] : [],
      ),
      ...cutOff(document),
    ],
  };
}

function rolesIn(document: JsonNode): readonly JsonNode[] {
  if (document.kind === 'array') return document.items.flatMap(rolesIn);
  const lists = LISTS.flatMap((name) => itemsOf(memberOf(document, name)));
  const one = memberOf(document, 'Role') ?? document;
  return isRole(one) ? [...lists, one] : lists;
}

function isRole(node: JsonNode | undefined): boolean {
  return (
    node !== undefined &&
    (memberOf(node, 'AssumeRolePolicyDocument') ?? memberOf(node, 'RoleName')) !== undefined
  );
}

/** An answer that was cut off by `--max-items` or a page's size has a token for the rest. */
function cutOff(document: JsonNode): readonly RoleProblem[] {
  if (document.kind === 'array') return document.items.flatMap(cutOff);
  const isCut =
    textOf(memberOf(document, 'IsTruncated')) === 'true' || memberOf(document, 'NextToken') !== undefined;
  return isCut
    ? [unread(undefined, document.at, 'the list ends before the last role (IsTruncated or NextToken)')]
    : [];
}
