import type { CheckedRole } from './checked-role.js';

/** A role before and after a change; one of them is undefined for a role that is new or gone. */
export interface RolePair {
  readonly before: CheckedRole | undefined;
  readonly after: CheckedRole | undefined;
}

/**
 * Finds each role again: by its file and name, then by its name alone where a file has moved and only one role on each
 * side can be meant. A policy that is a file goes by the file's name. A resource of Terraform that is given a `count` is
 * the first of its instances from then on, as for Terraform itself, and the other way round.
 */
export function matchRoles(
  before: readonly CheckedRole[],
  after: readonly CheckedRole[],
): readonly RolePair[] {
  const found = new Map<CheckedRole, CheckedRole>();
  const rest = new Set(before);
  const pair = (one: CheckedRole, other: CheckedRole): void => {
    found.set(one, other);
    rest.delete(other);
  };
  const inOrder = grouped(before, placeOf);
  for (const [place, roles] of grouped(after, placeOf)) {
    // Documents may repeat a name: the first of one is the first of the other.
    const others = inOrder.get(place) ?? [];
    roles.forEach((one, index) => {
      const other = others[index];
      if (other !== undefined) pair(one, other);
    });
  }
  for (const nameOf of [fileAndName, nameAlone, withoutZero(fileAndName), withoutZero(nameAlone)]) {
    const moved = grouped([...rest], nameOf);
    const open = after.filter((one) => !found.has(one));
    for (const [name, [one, ...others]] of grouped(open, nameOf)) {
      const [other, ...more] = moved.get(name) ?? [];
      const isOne = others.length === 0 && more.length === 0;
      if (isOne && one !== undefined && other !== undefined) pair(one, other);
    }
  }
  return [
    ...after.map((one) => ({ before: found.get(one), after: one })),
    ...[...rest].map((one) => ({ before: one, after: undefined })),
  ];
}

function grouped(
  roles: readonly CheckedRole[],
  nameOf: (role: CheckedRole) => string,
): ReadonlyMap<string, readonly CheckedRole[]> {
  const groups = new Map<string, CheckedRole[]>();
  for (const one of roles) {
    const name = nameOf(one);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [one]);
    else group.push(one);
  }
  return groups;
}

const placeOf = ({ path, role = '' }: CheckedRole): string => `${path}\n${role}`;
const fileOf = ({ path }: CheckedRole): string => path.slice(path.lastIndexOf('/') + 1);
const fileAndName = (one: CheckedRole): string => `${fileOf(one)}\n${one.role ?? ''}`;
const nameAlone = (one: CheckedRole): string => (one.role === undefined ? fileAndName(one) : `\n${one.role}`);
const withoutZero =
  (nameOf: (role: CheckedRole) => string) =>
  (one: CheckedRole): string =>
    nameOf(one).replace(/\[0\](?=\.|$)/g, '');
