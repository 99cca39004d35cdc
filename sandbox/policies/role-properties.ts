import { itemsOf, memberOf, membersOf, textOf } from '../../src/check-trust/sources/nodes.js';
import type { JsonNode } from '../../src/trust/language/json.js';

/** What a document says about a role beside its trust policy. */
export interface RoleProperties {
  readonly name: string | undefined;
  /** With both slashes. */
  readonly path: string;
  readonly maxSessionSeconds: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** CloudFormation's and the API's names, Terraform's, Pulumi's. */
const NAMES = {
  name: ['RoleName', 'name', 'role_name', 'roleName'],
  path: ['Path', 'path'],
  maxSession: ['MaxSessionDuration', 'max_session_duration', 'maxSessionDuration'],
  tags: ['Tags', 'tags'],
} as const;

/** Reads the properties of a role, whatever format its document has. What only a deployment knows is left out. */
export function readProperties(node: JsonNode | undefined): RoleProperties {
  const find = (names: readonly string[]): JsonNode | undefined =>
    names.map((name) => memberOf(node, name)).find((one) => one !== undefined && one.kind !== 'null');
  const path = textOf(find(NAMES.path));
  const seconds = Number(textOf(find(NAMES.maxSession)));
  return {
    name: textOf(find(NAMES.name)) || undefined,
    path: path !== undefined && /^\/(?:.+\/)?$/.test(path) ? path : '/',
    maxSessionSeconds: seconds >= 3600 && seconds <= 43200 ? seconds : undefined,
    tags: Object.fromEntries(tagsIn(find(NAMES.tags))),
  };
}

/** A list of `Key` and `Value`, or an object. */
function tagsIn(node: JsonNode | undefined): readonly (readonly [string, string])[] {
  const pairs =
    node?.kind === 'array'
      ? itemsOf(node).map((item) => [textOf(memberOf(item, 'Key')), textOf(memberOf(item, 'Value'))] as const)
      : membersOf(node).map(({ name, value }) => [name, textOf(value)] as const);
  return pairs.flatMap(([key, value]) =>
    key === undefined || value === undefined ? [] : [[key, value] as const],
  );
}
