import { denialReason } from '../services/signed-call.js';
import { parsePolicy } from '../sts/policy.js';
import type { Bucket } from './buckets.js';
import { invalidRequest, S3Error } from './errors.js';
import {
  accessDenied,
  authorizeBucket,
  bucketOf,
  emptyReply,
  type S3Operation,
  type S3Request,
} from './request.js';
import { s3Reply } from './xml.js';

// docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
const BUCKET_NAME = /^(?!\d+\.\d+\.\d+\.\d+$)(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const listBuckets: S3Operation = (request) => {
  const { state, signed, requestId } = request;
  const { account } = signed.caller.principal;
  const resource = `arn:${account.partition}:s3:::*`;
  const denied = denialReason(signed, { action: 's3:ListAllMyBuckets', resource, account });
  if (denied !== undefined) throw accessDenied(signed, 's3:ListAllMyBuckets', resource, denied);
  const own = [...state.buckets.values()].filter((bucket) => bucket.account.id === account.id);
  const Buckets = own.map(({ name, createdAt }) => ({
    Name: name,
    CreationDate: new Date(createdAt).toISOString(),
  }));
  return s3Reply('ListAllMyBucketsResult', { Owner: { ID: account.id } }, requestId, { Buckets });
};

export const createBucket: S3Operation = (request) => {
  const { state, signed, bucketName: name } = request;
  const { account } = signed.caller.principal;
  const resource = `arn:${account.partition}:s3:::${name}`;
  if (!BUCKET_NAME.test(name)) {
    throw new S3Error(400, 'InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
  }
  const denied = denialReason(signed, { action: 's3:CreateBucket', resource, account });
  if (denied !== undefined) throw accessDenied(signed, 's3:CreateBucket', resource, denied);
  const region = readLocation(request);
  const existing = state.buckets.get(name);
  if (existing !== undefined) throw bucketExists(existing, account.id);
  const createdAt = state.now();
  state.buckets.set(name, {
    name,
    arn: resource,
    account,
    region,
    createdAt,
    objects: new Map(),
    policy: undefined,
  });
  return emptyReply(request, 200, { location: `/${name}` });
};

export const headBucket: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeBucket(request, bucket, 's3:ListBucket');
  return emptyReply(request, 200, { 'x-amz-bucket-region': bucket.region });
};

export const getBucketLocation: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeBucket(request, bucket, 's3:GetBucketLocation');
  // us-east-1 has no constraint.
  const text = bucket.region === 'us-east-1' ? '' : bucket.region;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${text}</LocationConstraint>`;
  return { status: 200, headers: { 'content-type': 'application/xml' }, body };
};

export const deleteBucket: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeBucket(request, bucket, 's3:DeleteBucket');
  if (bucket.objects.size > 0) {
    throw new S3Error(409, 'BucketNotEmpty', 'The bucket you tried to delete is not empty', {
      BucketName: bucket.name,
    });
  }
  request.state.buckets.delete(bucket.name);
  return emptyReply(request, 204);
};

export const putBucketPolicy: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeBucket(request, bucket, 's3:PutBucketPolicy');
  const text = request.signed.call.body.toString('utf8');
  try {
    const document: unknown = JSON.parse(text);
    bucket.policy = { text, parsed: parsePolicy(document, 'the bucket policy', 'names-principals') };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new S3Error(400, 'MalformedPolicy', `This policy is not valid: ${reason}`);
  }
  return emptyReply(request, 204);
};

export const getBucketPolicy: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeBucket(request, bucket, 's3:GetBucketPolicy');
  if (bucket.policy === undefined) {
    throw new S3Error(404, 'NoSuchBucketPolicy', 'The bucket policy does not exist', {
      BucketName: bucket.name,
    });
  }
  return { status: 200, headers: { 'content-type': 'application/json' }, body: bucket.policy.text };
};

export const deleteBucketPolicy: S3Operation = (request) => {
  const bucket = bucketOf(request);
  authorizeBucket(request, bucket, 's3:DeleteBucketPolicy');
  bucket.policy = undefined;
  return emptyReply(request, 204);
};

function readLocation({ signed }: S3Request): string {
  const text = signed.call.body.toString('utf8');
  const constraint = /<LocationConstraint>([a-z0-9-]+)<\/LocationConstraint>/.exec(text)?.[1];
  if (text !== '' && constraint === undefined && text.includes('LocationConstraint')) {
    throw invalidRequest('The LocationConstraint is not well-formed');
  }
  if ((constraint ?? 'us-east-1') !== signed.region) {
    throw new S3Error(
      400,
      'IllegalLocationConstraintException',
      `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`,
    );
  }
  return signed.region;
}

function bucketExists({ account, name }: Bucket, caller: string): S3Error {
  const details = { BucketName: name };
  return account.id === caller
    ? new S3Error(
        409,
        'BucketAlreadyOwnedByYou',
        'Your previous request to create the named bucket succeeded and you already own it.',
        details,
      )
    : new S3Error(409, 'BucketAlreadyExists', 'The requested bucket name is not available.', details);
}
