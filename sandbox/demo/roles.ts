import { readAccountsFile } from '../accounts-file.js';
import { objectAt, optionalObjectAt } from '../json.js';

/**
 * The ARN of a role that is given by ARN or by its name in sandbox/cloud.json.
 *
 * @throws Error naming the roles there are, for a name that is none of them.
 */
export function roleArn(role: string): string {
  if (role.startsWith('arn:')) return role;
  const arns = knownRoles();
  const found = arns.get(role);
  if (found !== undefined) return found;
  throw new Error(`There is no role ${role} in sandbox/cloud.json; it has ${[...arns.keys()].join(', ')}`);
}

function knownRoles(): ReadonlyMap<string, string> {
  const file = objectAt(readAccountsFile(undefined, 'https://issuer'), 'accounts file');
  const arns = new Map<string, string>();
  for (const [id, entry] of Object.entries(objectAt(file.accounts, 'accounts'))) {
    const account = objectAt(entry, id);
    for (const [name, role] of Object.entries(optionalObjectAt(account.roles, 'roles'))) {
      const { path = '/' } = objectAt(role, name);
      arns.set(name, `arn:${account.partition ?? 'aws'}:iam::${id}:role${path}${name}`);
    }
  }
  return arns;
}
