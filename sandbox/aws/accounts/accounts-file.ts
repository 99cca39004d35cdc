import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A role as the accounts file writes it. */
export interface RoleEntry {
  /** IAM path with both slashes, `/` unless said. It is part of the role's ARN, not of its sessions' ARNs. */
  readonly path?: string;
  /** The trust policy document. */
  readonly trust: object;
  /** Longest session in seconds, 3600 unless said (IAM allows 3600 to 43200). */
  readonly maxSessionDuration?: number;
  /** How long sessions really last in seconds, whatever was asked for: for tests of expiry. */
  readonly sessionSeconds?: number;
  /** The statements of the role's own policy. */
  readonly permissions?: readonly object[];
  /** The policy document of the permissions boundary. */
  readonly permissionsBoundary?: object;
  /** Tags on the role itself, seen as `aws:PrincipalTag/…`. */
  readonly tags?: Readonly<Record<string, string>>;
}

/** An IAM user as the accounts file writes it. */
export interface UserEntry {
  readonly path?: string;
  /** Access key id to secret access key. */
  readonly accessKeys: Readonly<Record<string, string>>;
  /** Name of a virtual MFA device to its base32 secret; the serial number is `arn:…:mfa/NAME`. */
  readonly mfaDevices?: Readonly<Record<string, string>>;
  /** The statements of the user's policy. */
  readonly permissions?: readonly object[];
  readonly permissionsBoundary?: object;
  readonly tags?: Readonly<Record<string, string>>;
}

/** An identity pool as the accounts file writes it. */
export interface IdentityPoolEntry {
  /** Whether the basic (classic) flow is on; off unless said. */
  readonly allowClassicFlow?: boolean;
  /** By the URL of an OIDC provider of the account: which claim gives the value of which session tag. */
  readonly logins: Readonly<Record<string, { readonly principalTags?: Readonly<Record<string, string>> }>>;
}

/** An account as the accounts file writes it. */
export interface AccountEntry {
  readonly alias?: string;
  /** `aws` unless said. */
  readonly partition?: string;
  /** Regions in which STS is not activated for this account. */
  readonly disabledRegions?: readonly string[];
  readonly providers?: readonly { readonly url: string; readonly clientIds: readonly string[] }[];
  /** By name: the entity id whose assertions the provider takes. */
  readonly samlProviders?: Readonly<Record<string, { readonly issuer: string }>>;
  /** By id, `REGION:UUID`. */
  readonly identityPools?: Readonly<Record<string, IdentityPoolEntry>>;
  readonly users?: Readonly<Record<string, UserEntry>>;
  /** Access keys of the account's root user, which nobody should have: access key id to secret access key. */
  readonly rootAccessKeys?: Readonly<Record<string, string>>;
  readonly roles?: Readonly<Record<string, RoleEntry>>;
  /** Customer managed policies by name, which session policies can refer to. */
  readonly managedPolicies?: Readonly<Record<string, object>>;
  /** The path is `o-…/r-…/ou-…/`, as `aws:PrincipalOrgPaths` has it. */
  readonly organization?: { readonly id: string; readonly path?: string };
  /**
   * Policy documents for the root, for each unit on the way, and for the account: each list has to allow what is done.
   * Nothing is limited where it is left out, as in the management account.
   */
  readonly serviceControlPolicies?: readonly (readonly object[])[];
  /** Policy documents. AWS's own, which allows all, need not be among them. */
  readonly resourceControlPolicies?: readonly object[];
}

/** The whole file. The text `ISSUER` in it stands for the sandbox's issuer without its scheme. */
export interface AccountsFile {
  /** GitHub's numeric ids by name; names that are not listed get a stable made-up id. */
  readonly github?: {
    readonly owners?: Readonly<Record<string, number>>;
    readonly repositories?: Readonly<Record<string, number>>;
    readonly actors?: Readonly<Record<string, number>>;
  };
  /** Where AWS sees the requests come from; 127.0.0.1 and no VPC endpoint unless said. */
  readonly network?: {
    readonly sourceIp?: string;
    /** `policy` is a policy document; without one the endpoint lets everything through. */
    readonly vpcEndpoint?: { readonly id: string; readonly vpc: string; readonly policy?: object };
  };
  /** By 12-digit account id. */
  readonly accounts: Readonly<Record<string, AccountEntry>>;
}

/**
 * The file's content as unchecked JSON, with `ISSUER` replaced. Without a source it is the sandbox's own
 * cloud.json. Throws where a file cannot be read or is no JSON.
 */
export function readAccountsFile(source: AccountsFile | string | undefined, issuer: string): unknown {
  const text =
    typeof source === 'object' ? JSON.stringify(source) : readFileSync(source ?? ownAccountsFile(), 'utf8');
  const parsed: unknown = JSON.parse(text.replaceAll('ISSUER', issuer.replace(/^https?:\/\//, '')));
  return parsed;
}

/** The path of the sandbox's own cloud.json. */
export function ownAccountsFile(): string {
  // The compiled code runs one directory deeper than the source, and the JSON stays with the source.
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(directory, 'sandbox', 'cloud.json');
    if (existsSync(candidate)) return candidate;
    const parent = dirname(directory);
    if (parent === directory) throw new Error('sandbox/cloud.json was not found above this module');
    directory = parent;
  }
}
