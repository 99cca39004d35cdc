import type { JsonNode } from '../../trust/language/json.js';
import { type RoleNode, type Roles, unread } from './found.js';
import { itemsOf, memberOf, membersOf, textNode, textOf, unknownNode } from './nodes.js';
import { UNDEPLOYED } from './undeployed.js';

/** What Pulumi writes for a text that only the deployment knows (sdk/go/common/resource/plugin/rpc.go). */
const UNKNOWN = /04da6b54-80e4-46f7-96ec-b56ff0331ba9/;

/** The property with the trust policy, by the type of resource. */
const POLICY_PROPERTIES: Readonly<Record<string, string>> = {
  'aws:iam/role:Role': 'assumeRolePolicy',
  'aws-native:iam:Role': 'assumeRolePolicyDocument',
};

/** Whether a document is what `pulumi preview --json` or `pulumi stack export` prints. */
export function isPulumi(document: JsonNode): boolean {
  return (
    memberOf(document, 'steps')?.kind === 'array' ||
    memberOf(memberOf(document, 'deployment'), 'resources')?.kind === 'array'
  );
}

/** The roles that there are after the deployment. */
export function pulumiRoles(document: JsonNode): Roles {
  const states = [
    ...itemsOf(memberOf(document, 'steps')).flatMap((step) => memberOf(step, 'newState') ?? []),
    ...itemsOf(memberOf(memberOf(document, 'deployment'), 'resources')),
  ];
  // A replacement is several steps with the same state.
  const byUrn = new Map(states.map((state) => [textOf(memberOf(state, 'urn')) ?? state, state]));
  const found = [...byUrn.values()].flatMap((state): readonly (RoleNode | JsonNode)[] => {
    const property = POLICY_PROPERTIES[textOf(memberOf(state, 'type')) ?? ''];
    if (property === undefined) return [];
    const inputs = memberOf(state, 'inputs');
    const node = memberOf(inputs, property);
    return node === undefined
      ? [state]
      : [
          {
            role: nameOf(state),
            node: withUnknowns(node),
            accountId: UNDEPLOYED.accountId,
            properties: () => inputs && withUnknowns(inputs),
          },
        ];
  });
  return {
    roles: found.flatMap((one) => ('node' in one ? [one] : [])),
    problems: found.flatMap((one) =>
      'node' in one ? [] : [unread(nameOf(one), one.at, 'it has no trust policy')],
    ),
  };
}

/** The last part of the URN. */
function nameOf(state: JsonNode): string {
  return textOf(memberOf(state, 'urn'))?.split('::').at(-1) ?? 'Role';
}

/** A secret is an object with this name in it, and its value as JSON where that is shown. */
const SECRET = '4dabf18193072939515e22adb298388d';

function withUnknowns(node: JsonNode): JsonNode {
  switch (node.kind) {
    case 'array':
      return { ...node, items: node.items.map(withUnknowns) };
    case 'object': {
      if (memberOf(node, SECRET) !== undefined) return unknownNode('secret', node.at);
      const members = membersOf(node).map((one) => ({ ...one, value: withUnknowns(one.value) }));
      return { ...node, members };
    }
    case 'string': {
      if (node.text === '[unknown]' || node.text === '[secret]') return unknownNode('output', node.at);
      const pieces = node.text.split(UNKNOWN);
      if (pieces.length === 1) return node;
      const parts = pieces.flatMap((piece, index) => [
        ...(index === 0 ? [] : [{ unknown: 'output' }]),
        ...(piece === '' ? [] : [{ known: piece }]),
      ]);
      return textNode(parts, node.at);
    }
    default:
      return node;
  }
}
