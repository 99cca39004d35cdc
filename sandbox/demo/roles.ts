import { readAccountsFile } from '../aws/accounts/accounts-file.js';
import { objectAt, optionalObjectAt } from '../core/json.js';

/**
 * The ARN of a role that is given by ARN or by its name in sandbox/cloud.json.
 *
 * @throws Error naming the roles there are, for a name that is none of them.
 */
export function roleArn(role: string): string {
  if (role.startsWith('arn:')) return role;
  const roles = knownRoles('https://issuer');
  const found = roles.find(({ name }) => name === role);
  if (found !== undefined) return found.arn;
  const names = roles.map(({ name }) => name).join(', ');
  throw new Error(`There is no role ${role} in sandbox/cloud.json; it has ${names}`);
}

/** The trust policy of a role of sandbox/cloud.json, as JSON; undefined for another role. */
export function trustPolicy(arn: string, issuer: string): string | undefined {
  const found = knownRoles(issuer).find((role) => role.arn === arn);
  return found && JSON.stringify(found.trust, null, 2);
}

interface KnownRole {
  readonly name: string;
  readonly arn: string;
  readonly trust: unknown;
}

function knownRoles(issuer: string): readonly KnownRole[] {
  const file = objectAt(readAccountsFile(undefined, issuer), 'accounts file');
  return Object.entries(objectAt(file.accounts, 'accounts')).flatMap(([id, entry]) => {
    const account = objectAt(entry, id);
    return Object.entries(optionalObjectAt(account.roles, 'roles')).map(([name, role]) => {
      const { path = '/', trust } = objectAt(role, name);
      return { name, arn: `arn:${account.partition ?? 'aws'}:iam::${id}:role${path}${name}`, trust };
    });
  });
}
