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
  /** Undefined if the token is not a JWT. */ readonly claims: Claims | undefined;
  /** The claims of GitHub's token, where this one was given in exchange for it. */
  readonly origin?: Claims | undefined;
  /** By this machine's clock, in milliseconds since the epoch; undefined when the token does not say. */
  readonly expiresAtMs: number | undefined;
}

/** AWS credentials as proof of who we are for AssumeRole, or as the result where no role is assumed. */
export interface AwsIdentity {
  readonly kind: 'aws';
  readonly credentials: Credentials;
}

/** A SAML assertion: proof of who we are for AssumeRoleWithSAML. */
export interface SamlIdentity {
  readonly kind: 'saml';
  readonly assertion: string;
  readonly providerArn: string;
}

export type Identity = WebIdentity | AwsIdentity | SamlIdentity;

/** The claim in which an identity provider passes session tags (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html). */
const TAGS_CLAIM = 'https://aws.amazon.com/tags';

/** The session tags a token brings along; Cognito identity pools send them, GitHub does not. */
export function tokenTags(claims: Claims | undefined): ReadonlyMap<string, string> {
  const { principal_tags: tags } = record(claims?.[TAGS_CLAIM]);
  return new Map(Object.entries(record(tags)).map(([key, value]) => [key, String(value)]));
}

/** Those of them that pass on to roles assumed with the session. */
export function transitiveTagsOf(claims: Claims | undefined): ReadonlyMap<string, string> {
  const { transitive_tag_keys: keys } = record(claims?.[TAGS_CLAIM]);
  if (!Array.isArray(keys)) return new Map();
  const values = tokenTags(claims);
  return new Map(keys.map((key: unknown) => [String(key), values.get(String(key)) ?? '']));
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
