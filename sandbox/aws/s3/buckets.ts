import { createHash } from 'node:crypto';
import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { Account } from '../accounts/accounts.js';

/** An object in a bucket. */
export interface StoredObject {
  readonly key: string;
  readonly body: Buffer;
  /** With its quotes. */
  readonly etag: string;
  readonly contentType: string;
  /** `x-amz-meta-…` headers. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: ReadonlyMap<string, string>;
  /** Milliseconds since the epoch. */
  readonly lastModified: number;
}

/** A bucket: its name is unique in all accounts of a partition. */
export interface Bucket {
  readonly name: string;
  readonly arn: string;
  readonly account: Account;
  readonly region: string;
  readonly createdAt: number;
  readonly objects: Map<string, StoredObject>;
  policy: { readonly text: string; readonly parsed: NamedPolicy } | undefined;
}

/** All buckets, by name. */
export type Buckets = Map<string, Bucket>;

/** What S3 gives as the ETag of an object that was uploaded in one part. */
export function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
