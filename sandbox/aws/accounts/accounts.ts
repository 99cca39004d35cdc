import { createHash } from 'node:crypto';
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
import { type Policy, parseIdentityStatements, parseTrustPolicy } from '../sts/policy.js';
import {
  type IdentityPool,
  type OidcProvider,
  readIdentityPools,
  readOidcProviders,
  readSamlProviders,
  type SamlProvider,
} from './federation.js';

/** What a user and a role have in common. */
export interface Principal {
  readonly account: Account;
  readonly name: string;
  readonly arn: string;
  /** AWS's unique id, `AIDA…` or `AROA…`; the same in every run. */
  readonly uniqueId: string;
  readonly permissions: Policy;
  readonly tags: ReadonlyMap<string, string>;
}

/** An IAM role. */
export interface Role extends Principal {
  readonly trust: TrustPolicy;
  readonly maxSessionSeconds: number;
  /** How long a session really lasts, where the file overrides it. */
  readonly sessionSeconds: number | undefined;
}

/** An AWS account. */
export interface Account {
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
  /** By access key id. */
  readonly accessKeys: ReadonlyMap<string, AccessKey>;
  /** By serial number. */
  readonly mfaDevices: ReadonlyMap<string, MfaDevice>;
}

/** Checks the accounts file and indexes it. Throws an Error naming the place that is wrong. */
export function readDirectory(file: unknown): Directory {
  const accounts = new Map<string, Account>();
  const roles = new Map<string, Role>();
  const accessKeys = new Map<string, AccessKey>();
  const mfaDevices = new Map<string, MfaDevice>();
  for (const [id, value] of Object.entries(objectAt(objectAt(file, 'accounts file').accounts, 'accounts'))) {
    const entry = objectAt(value, `accounts.${id}`);
    const account = readAccount(id, entry);
    accounts.set(id, account);
    for (const [name, role] of Object.entries(optionalObjectAt(entry.roles, `accounts.${id}.roles`))) {
      const made = readRole(account, name, objectAt(role, `role ${name}`));
      roles.set(made.arn, made);
    }
    for (const [name, value] of Object.entries(optionalObjectAt(entry.users, `accounts.${id}.users`))) {
      const user = readUser(account, name, objectAt(value, `user ${name}`));
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
  return { accounts, roles, accessKeys, mfaDevices };
}

function readAccount(id: string, entry: JsonObject): Account {
  if (!/^\d{12}$/.test(id)) throw new Error(`accounts.${id}: an account id has 12 digits`);
  const partition =
    entry.partition === undefined ? 'aws' : textAt(entry.partition, `accounts.${id}.partition`);
  const owner = { id, partition };
  const providers = readOidcProviders(owner, entry.providers);
  return {
    ...owner,
    disabledRegions: textsAt(entry.disabledRegions ?? [], `accounts.${id}.disabledRegions`),
    providers,
    samlProviders: readSamlProviders(owner, entry.samlProviders),
    identityPools: readIdentityPools(owner, providers, entry.identityPools),
  };
}

/** The account itself, which no policy limits. */
function rootUser(account: Account): Principal {
  const arn = `arn:${account.partition}:iam::${account.id}:root`;
  return { account, name: 'root', arn, uniqueId: account.id, permissions: [], tags: new Map() };
}

interface User {
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
  return { accessKeys, mfaDevices };
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
    maxSessionSeconds,
    sessionSeconds: optionalIntegerAt(entry.sessionSeconds, `${where} sessionSeconds`),
  };
}

function readPrincipal(account: Account, kind: 'user' | 'role', name: string, entry: JsonObject): Principal {
  const path = entry.path === undefined ? '/' : textAt(entry.path, `${kind} ${name} path`);
  if (!/^\/(?:.+\/)?$/.test(path)) throw new Error(`${kind} ${name} path must begin and end with a slash`);
  const arn = `arn:${account.partition}:iam::${account.id}:${kind}${path}${name}`;
  const tags = Object.entries(optionalObjectAt(entry.tags, `${kind} ${name} tags`));
  return {
    account,
    name,
    arn,
    uniqueId: uniqueId(kind === 'role' ? 'AROA' : 'AIDA', arn),
    permissions: parseIdentityStatements(entry.permissions ?? [], `${kind} ${name} permissions`),
    tags: new Map(tags.map(([key, value]) => [key, textAt(value, `${kind} ${name} tags.${key}`)])),
  };
}

function uniqueId(prefix: string, arn: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const digest = createHash('sha256').update(arn).digest().subarray(0, 17);
  return prefix + Array.from(digest, (byte) => alphabet.charAt(byte % 32)).join('');
}
