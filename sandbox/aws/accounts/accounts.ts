import { createHash } from 'node:crypto';
import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { TrustPolicy } from '../../../src/trust/language/policy.js';
import {
  type JsonObject,
  objectAt,
  optionalIntegerAt,
  optionalObjectAt,
  textAt,
  textsAt,
} from '../../core/json.js';
import { decodeBase32 } from '../mfa/totp.js';
import { parseIdentityStatements, parsePolicy, parseTrustPolicy } from '../sts/policy.js';
import {
  type IdentityPool,
  type OidcProvider,
  readIdentityPools,
  readOidcProviders,
  readSamlProviders,
  type SamlProvider,
} from './federation.js';
import { type Network, readNetwork } from './network.js';
import { type Membership, readMembership } from './organization.js';
import { rootUser } from './root-user.js';

/** What a user and a role have in common. */
export interface Principal {
  readonly account: Account;
  readonly name: string;
  readonly arn: string;
  /** AWS's unique id, `AIDA…` or `AROA…`; the same in every run. */
  readonly uniqueId: string;
  /** By name, and the managed ones by ARN. What is put here later counts from the next request on. */
  readonly policies: Map<string, NamedPolicy>;
  /** The inline ones among them as JSON, by the same names. */
  readonly documents: Map<string, string>;
  readonly boundary: NamedPolicy | undefined;
  readonly tags: ReadonlyMap<string, string>;
  /** IAM path with both slashes. */
  readonly path: string;
}

/** An IAM role. */
export interface Role extends Principal {
  /** The trust policy as JSON. */
  readonly trustDocument: string;
  readonly description?: string;
  readonly trust: TrustPolicy;
  readonly maxSessionSeconds: number;
  /** How long a session really lasts, where the file overrides it. */
  readonly sessionSeconds: number | undefined;
  /** The file that the trust policy was read from, where it is not the accounts file. */
  readonly source?: string;
}

/** An AWS account. */
export interface Account extends Membership {
  readonly id: string;
  readonly partition: string;
  readonly disabledRegions: readonly string[];
  readonly providers: readonly OidcProvider[];
  readonly samlProviders: readonly SamlProvider[];
  readonly identityPools: readonly IdentityPool[];
}

/** An access key of an IAM user, or of the account's root user. */
export interface AccessKey {
  readonly user: Principal;
  readonly secretAccessKey: string;
}

/** A virtual MFA device of an IAM user. */
export interface MfaDevice {
  readonly user: Principal;
  /** The ARN of the device, which AWS calls its serial number. */
  readonly serial: string;
  readonly secret: Buffer;
}

/** All accounts, looked up the way STS does. */
export interface Directory {
  readonly accounts: ReadonlyMap<string, Account>;
  /** By ARN. */
  readonly roles: ReadonlyMap<string, Role>;
  /** By ARN. */
  readonly users: ReadonlyMap<string, Principal>;
  /** By access key id. */
  readonly accessKeys: ReadonlyMap<string, AccessKey>;
  /** By serial number. */
  readonly mfaDevices: ReadonlyMap<string, MfaDevice>;
  /** The accounts' own managed policies, by ARN. */
  readonly managedPolicies: ReadonlyMap<string, NamedPolicy>;
  readonly network: Network;
}

/** The same, as IAM changes it. */
export interface EditableDirectory extends Directory {
  readonly accounts: Map<string, Account>;
  readonly roles: Map<string, Role>;
  readonly users: Map<string, Principal>;
  readonly accessKeys: Map<string, AccessKey>;
  readonly mfaDevices: Map<string, MfaDevice>;
}

/** Checks the accounts file and indexes it. Throws an Error naming the place that is wrong. */
export function readDirectory(file: unknown): EditableDirectory {
  const accounts = new Map<string, Account>();
  const roles = new Map<string, Role>();
  const users = new Map<string, Principal>();
  const accessKeys = new Map<string, AccessKey>();
  const mfaDevices = new Map<string, MfaDevice>();
  const managedPolicies = new Map<string, NamedPolicy>();
  const { network } = objectAt(file, 'accounts file');
  for (const [id, value] of Object.entries(objectAt(objectAt(file, 'accounts file').accounts, 'accounts'))) {
    const entry = objectAt(value, `accounts.${id}`);
    const account = readAccount(id, entry);
    accounts.set(id, account);
    for (const policy of readManagedPolicies(account, entry.managedPolicies))
      managedPolicies.set(policy.name, policy);
    for (const [name, role] of Object.entries(optionalObjectAt(entry.roles, `accounts.${id}.roles`))) {
      const made = readRole(account, name, objectAt(role, `role ${name}`));
      roles.set(made.arn, made);
    }
    for (const [name, value] of Object.entries(optionalObjectAt(entry.users, `accounts.${id}.users`))) {
      const user = readUser(account, name, objectAt(value, `user ${name}`));
      users.set(user.principal.arn, user.principal);
      for (const [keyId, key] of user.accessKeys) accessKeys.set(keyId, key);
      for (const device of user.mfaDevices) mfaDevices.set(device.serial, device);
    }
    const where = `accounts.${id}.rootAccessKeys`;
    for (const [keyId, secret] of Object.entries(optionalObjectAt(entry.rootAccessKeys, where))) {
      accessKeys.set(keyId, {
        user: rootUser(account),
        secretAccessKey: textAt(secret, `${where}.${keyId}`),
      });
    }
  }
  return { accounts, roles, users, accessKeys, mfaDevices, managedPolicies, network: readNetwork(network) };
}

function readAccount(id: string, entry: JsonObject): Account {
  if (!/^\d{12}$/.test(id)) throw new Error(`accounts.${id}: an account id has 12 digits`);
  const partition =
    entry.partition === undefined ? 'aws' : textAt(entry.partition, `accounts.${id}.partition`);
  const owner = { id, partition };
  const providers = readOidcProviders(owner, entry.providers);
  return {
    ...owner,
    ...readMembership(id, entry),
    disabledRegions: textsAt(entry.disabledRegions ?? [], `accounts.${id}.disabledRegions`),
    providers,
    samlProviders: readSamlProviders(owner, entry.samlProviders),
    identityPools: readIdentityPools(owner, providers, entry.identityPools),
  };
}

/** Each is known by its ARN. */
function readManagedPolicies({ id, partition }: Account, value: unknown): readonly NamedPolicy[] {
  return Object.entries(optionalObjectAt(value, `accounts.${id}.managedPolicies`)).map(([name, document]) =>
    parsePolicy(document, `arn:${partition}:iam::${id}:policy/${name}`),
  );
}

interface User {
  readonly principal: Principal;
  readonly accessKeys: readonly (readonly [string, AccessKey])[];
  readonly mfaDevices: readonly MfaDevice[];
}

function readUser(account: Account, name: string, entry: JsonObject): User {
  const where = `user ${name}`;
  const user = readPrincipal(account, 'user', name, entry);
  const accessKeys = Object.entries(objectAt(entry.accessKeys, `${where} accessKeys`)).map(
    ([keyId, secret]) => {
      const secretAccessKey = textAt(secret, `${where} accessKeys.${keyId}`);
      return [keyId, { user, secretAccessKey }] as const;
    },
  );
  const devices = optionalObjectAt(entry.mfaDevices, `${where} mfaDevices`);
  const mfaDevices = Object.entries(devices).map(([device, secret]) => ({
    user,
    serial: `arn:${account.partition}:iam::${account.id}:mfa/${device}`,
    secret: decodeBase32(textAt(secret, `${where} mfaDevices.${device}`)),
  }));
  return { principal: user, accessKeys, mfaDevices };
}

function readRole(account: Account, name: string, entry: JsonObject): Role {
  const where = `role ${name}`;
  const maxSessionSeconds =
    optionalIntegerAt(entry.maxSessionDuration, `${where} maxSessionDuration`) ?? 3600;
  if (maxSessionSeconds < 3600 || maxSessionSeconds > 43200) {
    throw new Error(`${where} maxSessionDuration must be from 3600 to 43200`);
  }
  return {
    ...readPrincipal(account, 'role', name, entry),
    trust: parseTrustPolicy(entry.trust, `${where} trust`),
    trustDocument: JSON.stringify(entry.trust),
    maxSessionSeconds,
    sessionSeconds: optionalIntegerAt(entry.sessionSeconds, `${where} sessionSeconds`),
  };
}

function readPrincipal(account: Account, kind: 'user' | 'role', name: string, entry: JsonObject): Principal {
  const path = entry.path === undefined ? '/' : textAt(entry.path, `${kind} ${name} path`);
  if (!/^\/(?:.+\/)?$/.test(path)) throw new Error(`${kind} ${name} path must begin and end with a slash`);
  const arn = `arn:${account.partition}:iam::${account.id}:${kind}${path}${name}`;
  const tags = Object.entries(optionalObjectAt(entry.tags, `${kind} ${name} tags`));
  const { permissions } = entry;
  const document = JSON.stringify({ Version: '2012-10-17', Statement: permissions });
  return {
    account,
    name,
    arn,
    uniqueId: uniqueId(kind === 'role' ? 'AROA' : 'AIDA', arn),
    policies: new Map([
      ['permissions', parseIdentityStatements(permissions ?? [], `${kind} ${name} permissions`)],
    ]),
    documents: new Map(permissions === undefined ? [] : [['permissions', document]]),
    path,
    boundary:
      entry.permissionsBoundary === undefined
        ? undefined
        : parsePolicy(entry.permissionsBoundary, `${kind} ${name} permissionsBoundary`),
    tags: new Map(tags.map(([key, value]) => [key, textAt(value, `${kind} ${name} tags.${key}`)])),
  };
}

/** AWS's kind of unique id, the same for the same text. */
export function uniqueId(prefix: 'AROA' | 'AIDA', text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha256').update(text).digest().subarray(0, 17);
  return prefix + Array.from(digest, (byte) => alphabet.charAt(byte % 32)).join('');
}
