import type { ResourcePolicy } from '../../../src/trust/authorize/policies.js';
import type { Reply } from '../../http/loopback.js';
import type { ConditionKeys } from '../access/condition-keys.js';
import { denialReason, type ServiceState, type SignedCall } from '../services/signed-call.js';
import type { Bucket, Buckets, StoredObject } from './buckets.js';
import { noSuchBucket, noSuchKey, S3Error } from './errors.js';

/** What S3's operations work on. */
export interface S3State extends ServiceState {
  readonly buckets: Buckets;
}

/** One call, taken apart and its signature verified. */
export interface S3Request {
  readonly state: S3State;
  readonly signed: SignedCall;
  /** Empty for a call to no bucket. */
  readonly bucketName: string;
  /** Decoded; empty for a call to no object. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly requestId: string;
}

/** One operation of S3. */
export type S3Operation = (request: S3Request) => Reply | Promise<Reply>;

/** The bucket that is meant. Throws NoSuchBucket (404). */
export function bucketOf({ state, bucketName }: S3Request): Bucket {
  const bucket = state.buckets.get(bucketName);
  if (bucket === undefined) throw noSuchBucket(bucketName);
  return bucket;
}

/** Throws AccessDenied (403) unless the caller may do this to a bucket. */
export function authorizeBucket(
  request: S3Request,
  bucket: Bucket,
  action: string,
  keys?: ConditionKeys,
): void {
  enforce(request, bucket, action, bucket.arn, keys);
}

/** Throws AccessDenied (403) unless the caller may do this to an object, with the tags that it has. */
export function authorizeObject(
  request: S3Request,
  bucket: Bucket,
  action: string,
  keys: ConditionKeys = [],
): void {
  const existing = [...(bucket.objects.get(request.key)?.tags ?? [])].map(
    ([key, value]) => [`s3:ExistingObjectTag/${key}`, value] as const,
  );
  enforce(request, bucket, action, `${bucket.arn}/${request.key}`, [...existing, ...keys]);
}

/**
 * The object that is meant, if the caller may do this to it. Who may not list the bucket does not learn whether an object
 * exists: AccessDenied (403), else NoSuchKey (404)
 * (docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html "Permissions").
 */
export function authorizedObject(request: S3Request, bucket: Bucket, action: string): StoredObject {
  authorizeObject(request, bucket, action);
  const object = bucket.objects.get(request.key);
  if (object !== undefined) return object;
  authorizeBucket(request, bucket, 's3:ListBucket');
  throw noSuchKey(request.key);
}

function enforce(
  { signed }: S3Request,
  bucket: Bucket,
  action: string,
  resource: string,
  keys?: ConditionKeys,
): void {
  const { account } = bucket;
  const policy = resourcePolicy(bucket);
  const denied = denialReason(signed, { action, resource, account, policy, ...(keys && { keys }) });
  if (denied !== undefined) throw accessDenied(signed, action, resource, denied);
}

/** 403 AccessDenied in S3's words, which put the resource in quotes. */
export function accessDenied(
  { caller }: SignedCall,
  action: string,
  resource: string,
  reason: string,
): S3Error {
  const message = `User: ${caller.arn} is not authorized to perform: ${action} on resource: "${resource}"${reason}`;
  return new S3Error(403, 'AccessDenied', message);
}

function resourcePolicy({ policy }: Bucket): ResourcePolicy | undefined {
  return policy === undefined ? undefined : { kind: 'resource', ...policy.parsed };
}

/** An answer without a body. */
export function emptyReply({ requestId }: S3Request, status: number, headers = {}): Reply {
  return { status, headers: { 'x-amz-request-id': requestId, ...headers }, body: '' };
}
