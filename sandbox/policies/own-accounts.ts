import { UNDEPLOYED } from '../../src/check-trust/sources/undeployed.js';
import { formatList, quote } from '../../src/core/text.js';
import type { TrustPolicy } from '../../src/trust/language/policy.js';
import type { Text } from '../../src/trust/language/text.js';
import { GITHUB_ISSUER, providerPath } from '../../src/trust/oidc/issuer.js';
import type { AccountEntry, AccountsFile, RoleEntry } from '../aws/accounts/accounts-file.js';
import type { FoundRole } from './found-roles.js';
import type { NamedRole } from './named-roles.js';

/** Accounts of one's own roles, as the sandbox starts with them. */
export interface OwnAccounts {
  readonly accounts: AccountsFile;
  /** By ARN. */
  readonly trusts: ReadonlyMap<string, { readonly policy: TrustPolicy; readonly source: string }>;
  /** The ARNs of roles whose own permissions are not known, and count as allowing every sts:AssumeRole. */
  readonly unlimited: readonly string[];
  /** A sentence each. */
  readonly remarks: readonly string[];
}

/** Takes the place of the real trust policy, which keeps its lines. */
const REPLACED = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:AssumeRole' }],
};

/** What a role may do whose own policies are not at hand. */
const ASSUME_ANY = {
  Effect: 'Allow',
  Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:SetSourceIdentity'],
  Resource: '*',
};

interface PlacedRole extends FoundRole {
  readonly accountId: string;
  readonly partition: string;
  readonly arn: string;
}

/**
 * Puts roles into accounts: where a role was named, where its file or its provider says, otherwise into each of
 * `accountIds`.
 * @throws Error where the account of a role is not known
 */
export function ownAccounts(
  found: readonly FoundRole[],
  named: readonly NamedRole[],
  accountIds: readonly string[],
): OwnAccounts {
  const placed = new Map<string, PlacedRole>();
  const remarks: string[] = [];
  const unnamed = found.filter((one) => !named.some(({ role }) => role === one));
  for (const role of unnamed.flatMap((one) => place(one, accountIds))) {
    const other = placed.get(role.arn);
    if (other === undefined) placed.set(role.arn, role);
    else remarks.push(`${role.arn} is in ${sourceOf(other)} and in ${sourceOf(role)}: the first one counts.`);
  }
  // A role that was named has the last word.
  for (const { role, ...name } of named) placed.set(name.arn, { ...role, ...name });
  const roles = [...placed.values()];
  const ids = [...new Set([...accountIds, ...roles.map((one) => one.accountId)])];
  const inAccounts = ids.map((id) => [id, accountOf(roles.filter((one) => one.accountId === id))] as const);
  return {
    accounts: { accounts: Object.fromEntries(inAccounts) },
    trusts: new Map(roles.map((one) => [one.arn, trustOf(one)])),
    unlimited: roles.filter(({ permissions }) => permissions === undefined).map(({ arn }) => arn),
    remarks,
  };
}

function trustOf(role: PlacedRole): { readonly policy: TrustPolicy; readonly source: string } {
  return { policy: inAccount(role.trust, role.accountId, role.partition), source: sourceOf(role) };
}

function place(role: FoundRole, accountIds: readonly string[]): readonly PlacedRole[] {
  const ids = role.accountId === undefined ? accountIds : [role.accountId];
  if (ids.length === 0) {
    throw new Error(
      `the account of the role ${quote(role.name)} (${sourceOf(role)}) is not known; allowed: accounts with the ids of the accounts it is deployed to, or roles with a line ARN=${role.file}`,
    );
  }
  return ids.map((accountId) => {
    const partition = role.partition ?? 'aws';
    const arn = `arn:${partition}:iam::${accountId}:role${role.path}${role.name}`;
    return { ...role, accountId, partition, arn };
  });
}

/** Where a role was found, for people. */
export function sourceOf({ file, label }: FoundRole): string {
  return label === undefined ? file : `${file}, ${label}`;
}

function accountOf(roles: readonly PlacedRole[]): AccountEntry {
  const audiences = roles.flatMap(({ trust }) => audiencesIn(trust));
  const [first] = roles;
  return {
    ...(first === undefined ? {} : { partition: first.partition }),
    providers: [
      { url: providerPath(GITHUB_ISSUER), clientIds: [...new Set(['sts.amazonaws.com', ...audiences])] },
    ],
    roles: Object.fromEntries(roles.map((one) => [one.name, roleEntry(one)])),
  };
}

function roleEntry({ path, maxSessionSeconds, tags, permissions }: PlacedRole): RoleEntry {
  return {
    path,
    trust: REPLACED,
    tags,
    permissions: permissions ?? [ASSUME_ANY],
    ...(maxSessionSeconds === undefined ? {} : { maxSessionDuration: maxSessionSeconds }),
  };
}

/** A policy that asks for another audience is of an account whose provider has it. */
function audiencesIn({ statements }: TrustPolicy): readonly string[] {
  const wanted = statements
    .flatMap(({ conditions }) => conditions)
    .filter(({ key }) => key.text.toLowerCase() === `${providerPath(GITHUB_ISSUER)}:aud`);
  const known = wanted.flatMap(({ values }) => values).filter(({ kind }) => kind === 'known');
  return known.map(({ text }) => text).filter((text) => !/[*?$]/.test(text));
}

/** With the account and partition that it is deployed to, instead of what stood for them. */
function inAccount(policy: TrustPolicy, accountId: string, partition: string): TrustPolicy {
  const deployed = (text: string): string =>
    text
      .replaceAll(UNDEPLOYED.accountId, accountId)
      .replace(new RegExp(`^arn:${UNDEPLOYED.partition}:(?=[^:]*:[^:]*:${accountId}:)`), `arn:${partition}:`);
  const inText = <T extends Text>(one: T): T =>
    one.kind === 'unknown'
      ? {
          ...one,
          parts: one.parts.map((part) => ('known' in part ? { known: deployed(part.known) } : part)),
        }
      : { ...one, text: deployed(one.text) };
  return {
    ...policy,
    statements: policy.statements.map((statement) => ({
      ...statement,
      principals: statement.principals.map(inText),
      conditions: statement.conditions.map((one) => ({ ...one, values: one.values.map(inText) })),
    })),
  };
}

/** @throws Error for anything but ids */
export function readAccountIds(items: readonly string[]): readonly string[] {
  const odd = items.filter((item) => !/^\d{12}$/.test(item));
  if (odd.length > 0)
    throw new Error(`accounts: got ${formatList(odd.map((one) => quote(one)))}; allowed: ids of 12 digits`);
  return [...new Set(items)];
}
