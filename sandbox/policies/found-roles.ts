import { basename } from 'node:path';
import { readFiles } from '../../src/check-trust/read-roles.js';
import type { PolicyFile } from '../../src/check-trust/sources/files.js';
import type { FoundPolicy } from '../../src/check-trust/sources/found.js';
import { UNDEPLOYED } from '../../src/check-trust/sources/undeployed.js';
import { oneLine } from '../../src/core/text.js';
import type { TrustPolicy } from '../../src/trust/language/policy.js';
import { type OwnPermissions, ownPermissions } from './own-permissions.js';
import { type RoleProperties, readProperties } from './role-properties.js';

/** A role of one's own files. */
export interface FoundRole extends Omit<RoleProperties, 'name'> {
  readonly name: string;
  /** As the user named the file. */
  readonly file: string;
  /** Its name in the file; undefined where the file is the trust policy itself. */
  readonly label: string | undefined;
  readonly partition: string | undefined;
  /** Undefined where only a deployment knows it. */
  readonly accountId: string | undefined;
  readonly trust: TrustPolicy;
  /** The statements of its own policies; undefined where the file does not have all of them. */
  readonly permissions: readonly object[] | undefined;
}

/** What there is in files, and what in them cannot be used. */
export interface FoundRoles {
  readonly roles: readonly FoundRole[];
  /** A sentence each. */
  readonly problems: readonly string[];
}

/** Finds the roles in files of any format that check-trust reads. */
export async function findRoles(files: readonly PolicyFile[]): Promise<FoundRoles> {
  const read = await readFiles(files);
  return {
    roles: read.flatMap(({ file, found }) => {
      const permissions = ownPermissions(file.text);
      return (found?.policies ?? []).map((one) => foundRole(file, one, permissions));
    }),
    problems: read.flatMap(({ problems }) =>
      problems
        .filter(({ severity }) => severity !== 'note')
        .map(({ path, role, at, message }) => {
          const where = role === undefined ? `${path}:${at.line}` : `${path}:${at.line}, ${role}`;
          return oneLine(`${where}: ${message}`);
        }),
    ),
  };
}

function foundRole(file: PolicyFile, found: FoundPolicy, permissions: OwnPermissions): FoundRole {
  const { role: label, policy: trust } = found;
  const [, partition, account, arnPath, arnName] =
    /^arn:([^:]+):iam::(\d{12}):role(\/(?:.+\/)?)([^/]+)$/.exec(label ?? '') ?? [];
  const properties = readProperties(found.properties?.());
  return {
    ...properties,
    name: arnName ?? properties.name ?? nameOf(label, file.path),
    path: arnPath ?? properties.path,
    file: found.path ?? file.path,
    label,
    partition,
    accountId: account ?? known(found.accountId) ?? accountIn(trust),
    trust,
    permissions: label === undefined ? undefined : permissions(label),
  };
}

/** `Deploy (Stage: prod)` of a template, `module.ci.aws_iam_role.deploy["a"]` of a plan, `deploy.trust.json`. */
function nameOf(label: string | undefined, path: string): string {
  if (label === undefined) return basename(path).replace(/(\.trust)?\.[^.]+$/, '');
  const address = label.replace(/ \(.*\)$/s, '').replace(/\[[^\]]*\]$/, '');
  return address.slice(address.lastIndexOf('.') + 1);
}

function known(accountId: string | undefined): string | undefined {
  return accountId === UNDEPLOYED.accountId ? undefined : accountId;
}

/** An OIDC provider is one of the role's own account. */
function accountIn({ statements }: TrustPolicy): string | undefined {
  const principals = statements.flatMap((one) => one.principals);
  const accounts = principals.flatMap(({ kind, text }) =>
    kind === 'known' ? (/^arn:[^:]+:iam::(\d{12}):oidc-provider\//.exec(text)?.[1] ?? []) : [],
  );
  return accounts.map(known).find((one) => one !== undefined);
}
