import { randomBytes, randomInt } from 'node:crypto';
import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { AccessKey, Directory, Principal, Role } from '../accounts/accounts.js';
import { isRoot } from '../accounts/root-user.js';

/** A session tag; keys are unique without regard to case. */
export interface SessionTag {
  readonly key: string;
  readonly value: string;
  readonly transitive: boolean;
}

/** What was agreed when a role was assumed. */
export interface SessionGrant {
  readonly role: Role;
  readonly name: string;
  readonly tags: readonly SessionTag[];
  readonly sourceIdentity: string | undefined;
  /** The session policies taken together, which limit what the role allows; undefined means no limit. */
  readonly limit: readonly NamedPolicy[] | undefined;
  /** Who vouched for the session's holder, where it was a token or an assertion: `aws:FederatedProvider`. */
  readonly federatedProvider: string | undefined;
  /** When it was issued and when it ends, in milliseconds since the epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What was agreed when an IAM user asked for a session token. */
export interface UserGrant {
  readonly user: Principal;
  /** When the user was authenticated with MFA, in milliseconds since the epoch; undefined without MFA. */
  readonly mfaAt: number | undefined;
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** What was agreed when an IAM user asked for a federation token. */
export interface FederationGrant {
  readonly user: Principal;
  readonly name: string;
  readonly tags: readonly SessionTag[];
  /** The session policies taken together; without any, nothing is allowed. */
  readonly limit: readonly NamedPolicy[];
  readonly issuedAt: number;
  readonly expiresAt: number;
}

/** Temporary credentials. */
export interface TemporaryKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** A role session and its credentials. */
export type Session = SessionGrant & TemporaryKeys;

/** Whoever signed a request: an IAM user, a federated user on an IAM user's word, or a role session. */
export type Caller =
  | {
      readonly kind: 'user';
      readonly principal: Principal;
      readonly arn: string;
      readonly userId: string;
      /** When GetSessionToken issued the credentials; undefined where they are the user's long-lived ones. */
      readonly issuedAt: number | undefined;
      readonly mfaAt: number | undefined;
    }
  | {
      readonly kind: 'federated-user';
      /** The user who asked for the token. */
      readonly principal: Principal;
      readonly arn: string;
      readonly userId: string;
      readonly tags: readonly SessionTag[];
      readonly limit: readonly NamedPolicy[];
      readonly issuedAt: number;
    }
  | {
      readonly kind: 'session';
      readonly principal: Role;
      readonly arn: string;
      readonly userId: string;
      readonly session: Session;
      readonly issuedAt: number;
    };

/** The ARN of a role session. The role's path is not part of it. */
export function sessionArn(role: Role, name: string): string {
  return `arn:${role.account.partition}:sts::${role.account.id}:assumed-role/${role.name}/${name}`;
}

/** The user id of a role session, which AWS also calls the assumed role id. */
export function sessionUserId(role: Role, name: string): string {
  return `${role.uniqueId}:${name}`;
}

/** The ARN of a federated user. */
export function federatedUserArn({ account }: Principal, name: string): string {
  return `arn:${account.partition}:sts::${account.id}:federated-user/${name}`;
}

/** The caller behind a user's access key. */
export function userCaller({ user }: AccessKey): Caller {
  return {
    kind: 'user',
    principal: user,
    arn: user.arn,
    userId: user.uniqueId,
    issuedAt: undefined,
    mfaAt: undefined,
  };
}

function sessionCaller(session: Session): Caller {
  const { role, name } = session;
  return {
    kind: 'session',
    principal: role,
    arn: sessionArn(role, name),
    userId: sessionUserId(role, name),
    session,
    issuedAt: session.issuedAt,
  };
}

/** The sessions that this STS has issued, by access key id. Nothing is kept of anyone else's. */
export class Sessions {
  readonly #issued = new Map<string, { readonly caller: Caller; readonly keys: TemporaryKeys }>();

  constructor(private readonly directory: Directory) {}

  /** Issues the credentials of a role session. */
  issue(grant: SessionGrant): Session {
    const session: Session = { ...grant, ...newKeys(grant.expiresAt) };
    this.#issued.set(session.accessKeyId, { caller: sessionCaller(session), keys: session });
    return session;
  }

  /** Issues temporary credentials of an IAM user. */
  issueUser({ user, mfaAt, issuedAt, expiresAt }: UserGrant): TemporaryKeys {
    const keys = newKeys(expiresAt);
    const { arn, uniqueId: userId } = user;
    const caller: Caller = { kind: 'user', principal: user, arn, userId, issuedAt, mfaAt };
    this.#issued.set(keys.accessKeyId, { caller, keys });
    return keys;
  }

  /** Issues the temporary credentials of a federated user. */
  issueFederated({ user, name, tags, limit, issuedAt, expiresAt }: FederationGrant): TemporaryKeys {
    const keys = newKeys(expiresAt);
    const arn = federatedUserArn(user, name);
    const userId = `${user.account.id}:${name}`;
    const caller: Caller = { kind: 'federated-user', principal: user, arn, userId, tags, limit, issuedAt };
    this.#issued.set(keys.accessKeyId, { caller, keys });
    return keys;
  }

  /**
   * Who an access key id was issued to, with the permissions of now, and the credentials, expired or not. Undefined
   * where the role or the user has been deleted since, also if there is a new one of the same name.
   */
  find(accessKeyId: string): { readonly caller: Caller; readonly keys: TemporaryKeys } | undefined {
    const issued = this.#issued.get(accessKeyId);
    if (issued === undefined) return undefined;
    const { caller, keys } = issued;
    const { arn, uniqueId } = caller.principal;
    if (caller.kind !== 'session') {
      const principal = isRoot(caller.principal) ? caller.principal : this.directory.users.get(arn);
      return principal?.uniqueId === uniqueId ? { keys, caller: { ...caller, principal } } : undefined;
    }
    const principal = this.directory.roles.get(arn);
    return principal?.uniqueId === uniqueId ? { keys, caller: { ...caller, principal } } : undefined;
  }

  /** The long-lived key of an access key id. */
  findUserKey(accessKeyId: string): AccessKey | undefined {
    return this.directory.accessKeys.get(accessKeyId);
  }
}

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// Credentials of AWS's shape: 20 characters, 40 characters, and a long opaque token.
function newKeys(expiresAt: number): TemporaryKeys {
  return {
    accessKeyId: `ASIA${randomId(16)}`,
    // 30 bytes are exactly 40 base64 characters; `/` and `+` occur, as in real ones.
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: `IQoJb3JpZ2luX2VjE${randomBytes(540).toString('base64')}`,
    expiresAt,
  };
}

/** A random text of the letters and digits that AWS's ids are made of. */
export function randomId(length: number): string {
  return Array.from({ length }, () => ID_ALPHABET.charAt(randomInt(ID_ALPHABET.length))).join('');
}
