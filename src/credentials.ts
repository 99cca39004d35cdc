import { inspect } from 'node:util';

/** What {@link Credentials} are made of. `expiration` is unknown for keys that were given to us. */
export interface CredentialParts {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** AWS credentials. They print themselves redacted, so that no log line, error or JSON text can hold them by accident. */
export class Credentials implements CredentialParts {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
  readonly expiration: Date | undefined;

  constructor(parts: CredentialParts) {
    this.accessKeyId = parts.accessKeyId;
    this.secretAccessKey = parts.secretAccessKey;
    this.sessionToken = parts.sessionToken;
    this.expiration = parts.expiration;
  }

  /** Every part that must not be seen, for masking. */
  get secrets(): readonly string[] {
    return [this.accessKeyId, this.secretAccessKey, ...(this.sessionToken ? [this.sessionToken] : [])];
  }

  toString(): string {
    return '[credentials]';
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

/** The claims of a token, as its payload states them. Not verified here: that is STS's part. */
export type Claims = Readonly<Record<string, unknown>>;

/** A web identity token: proof of who we are for AssumeRoleWithWebIdentity. */
export interface WebIdentity {
  readonly kind: 'web-identity';
  readonly token: string;
  /** Undefined when the token is no JWT. */
  readonly claims: Claims | undefined;
  /** By this machine's clock, in milliseconds since the epoch; undefined when the token does not say. */
  readonly expiresAtMs: number | undefined;
}

/** AWS credentials as proof of who we are for AssumeRole, or as the result where no role is assumed. */
export interface AwsIdentity {
  readonly kind: 'aws';
  readonly credentials: Credentials;
}

export type Identity = WebIdentity | AwsIdentity;
