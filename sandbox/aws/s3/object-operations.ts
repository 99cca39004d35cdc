import type { Reply } from '../../http/loopback.js';
import { type Bucket, etagOf, type StoredObject } from './buckets.js';
import { S3Error } from './errors.js';
import { readPayload } from './payload.js';
import {
  authorizedObject,
  authorizeObject,
  bucketOf,
  emptyReply,
  type S3Operation,
  type S3Request,
} from './request.js';
import { readTagging, readTagHeader } from './tagging.js';
import { s3Reply } from './xml.js';

export const putObject: S3Operation = (request) => {
  const { state, key, signed } = request;
  const { headers } = signed.call;
  const bucket = bucketOf(request);
  const tags = readTagHeader(headers['x-amz-tagging']);
  const tagKeys = requestTagKeys(tags);
  authorizeObject(request, bucket, 's3:PutObject', tagKeys);
  if (tags.size > 0) authorizeObject(request, bucket, 's3:PutObjectTagging', tagKeys);
  const body = readPayload(signed.call);
  const metadata = Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-')),
  );
  const contentType = headers['content-type'] ?? 'binary/octet-stream';
  const etag = etagOf(body);
  bucket.objects.set(key, { key, body, etag, contentType, metadata, tags, lastModified: state.now() });
  return emptyReply(request, 200, { etag });
};

/** For HEAD, too: its answer is the same without the body, which the server leaves out. */
export const getObject: S3Operation = (request) => {
  const { body, etag, contentType, metadata, tags, lastModified } = authorizedObject(
    request,
    bucketOf(request),
    's3:GetObject',
  );
  const headers = {
    'content-type': contentType,
    etag,
    'last-modified': new Date(lastModified).toUTCString(),
    'x-amz-request-id': request.requestId,
    ...metadata,
    ...(tags.size > 0 && { 'x-amz-tagging-count': String(tags.size) }),
  };
  return { status: 200, headers, body };
};

export const deleteObject: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeObject(request, bucket, 's3:DeleteObject');
  bucket.objects.delete(request.key);
  return emptyReply(request, 204);
};

export const getTagging: S3Operation = (request): Reply => {
  const { tags } = authorizedObject(request, bucketOf(request), 's3:GetObjectTagging');
  const TagSet = [...tags].map(([Key, Value]) => ({ Key, Value }));
  return s3Reply('Tagging', {}, request.requestId, { TagSet });
};

export const putTagging: S3Operation = async (request) => {
  const bucket = bucketOf(request);
  const tags = await readTagging(request.signed.call.body.toString('utf8'));
  authorizeObject(request, bucket, 's3:PutObjectTagging', requestTagKeys(tags));
  retag(request, bucket, tags);
  return emptyReply(request, 200);
};

export const deleteTagging: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeObject(request, bucket, 's3:DeleteObjectTagging');
  retag(request, bucket, new Map());
  return emptyReply(request, 204);
};

function retag({ key }: S3Request, bucket: Bucket, tags: ReadonlyMap<string, string>): void {
  const object: StoredObject | undefined = bucket.objects.get(key);
  if (object === undefined)
    throw new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
  bucket.objects.set(key, { ...object, tags });
}

function requestTagKeys(
  tags: ReadonlyMap<string, string>,
): readonly (readonly [string, string | string[]])[] {
  if (tags.size === 0) return [];
  const values = [...tags].map(([key, value]) => [`s3:RequestObjectTag/${key}`, value] as const);
  return [['s3:RequestObjectTagKeys', [...tags.keys()]], ...values];
}
