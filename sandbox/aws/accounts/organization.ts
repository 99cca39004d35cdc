import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import { type JsonObject, listAt, objectAt, textAt } from '../../core/json.js';
import { parsePolicy } from '../sts/policy.js';

/** The organization an account is in. */
export interface Organization {
  readonly id: string;
  /** From the organization to the account's unit, as `aws:PrincipalOrgPaths` has it; undefined where the file does not say. */
  readonly path: string | undefined;
}

/** What an organization makes of its account: who it belongs to, and what limits it. */
export interface Membership {
  readonly organization: Organization | undefined;
  /** One list for each level, from the root to the account. Undefined where nothing limits the account. */
  readonly serviceControl: readonly (readonly NamedPolicy[])[] | undefined;
  readonly resourceControl: readonly NamedPolicy[];
}

/**
 * Reads an account's `organization`, `serviceControlPolicies` and `resourceControlPolicies`. Throws an Error naming the
 * place that is wrong.
 */
export function readMembership(accountId: string, entry: JsonObject): Membership {
  const where = `accounts.${accountId}`;
  const { organization, serviceControlPolicies: levels, resourceControlPolicies: guards } = entry;
  if (organization === undefined && (levels !== undefined || guards !== undefined)) {
    throw new Error(`${where}: only an account of an organization has control policies`);
  }
  return {
    organization: readOrganization(organization, `${where}.organization`),
    serviceControl: levels === undefined ? undefined : readLevels(levels, `${where}.serviceControlPolicies`),
    resourceControl: readGuards(guards ?? [], `${where}.resourceControlPolicies`),
  };
}

function readOrganization(value: unknown, where: string): Organization | undefined {
  if (value === undefined) return undefined;
  const { id, path } = objectAt(value, where);
  const text = textAt(id, `${where}.id`);
  if (!/^o-[a-z0-9]{10,32}$/.test(text)) throw new Error(`${where}.id must be like o-a1b2c3d4e5`);
  return { id: text, path: path === undefined ? undefined : textAt(path, `${where}.path`) };
}

function readLevels(value: unknown, where: string): readonly (readonly NamedPolicy[])[] {
  return listAt(value, where).map((level, index) =>
    listAt(level, `${where}[${index}]`).map((document, number) =>
      parsePolicy(document, `${where}[${index}][${number}]`),
    ),
  );
}

// docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html: only AWS's own allows, and
// everyone is named.
function readGuards(value: unknown, where: string): readonly NamedPolicy[] {
  return listAt(value, where).map((document, index) => {
    const guard = parsePolicy(document, `${where}[${index}]`, 'names-principals');
    for (const { effect, principals, notPrincipal } of guard.policy.statements) {
      if (effect !== 'Deny') throw new Error(`${where}[${index}]: a resource control policy only denies`);
      if (notPrincipal || principals.some(({ type }) => type !== '*')) {
        throw new Error(`${where}[${index}]: the Principal of a resource control policy is "*"`);
      }
    }
    return guard;
  });
}
