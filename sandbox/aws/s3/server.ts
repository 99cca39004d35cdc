import { randomUUID } from 'node:crypto';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import { readSignedCall } from '../services/signed-call.js';
import { StsError } from '../sts/errors.js';
import * as bucket from './bucket-operations.js';
import { notInTheSandbox, S3Error } from './errors.js';
import { listObjects } from './list-objects.js';
import * as object from './object-operations.js';
import { checkPayloadHeader, isUnsignedPayload } from './payload.js';
import type { S3Operation, S3State } from './request.js';
import { s3ErrorReply } from './xml.js';

const RULES = { service: 's3', signsRawPath: true, takesUnsignedBody: isUnsignedPayload } as const;

interface Route {
  readonly name: string;
  readonly run: S3Operation;
  /** The query's parameters that the operation knows. */
  readonly query?: readonly string[];
}

/** By method, what is meant (service, bucket, object) and the query's parameter that chooses a subresource. */
const ROUTES: Readonly<Record<string, Route>> = {
  'GET service': { name: 'ListBuckets', run: bucket.listBuckets, query: ['max-buckets'] },
  'PUT bucket': { name: 'CreateBucket', run: bucket.createBucket },
  'HEAD bucket': { name: 'HeadBucket', run: bucket.headBucket },
  'DELETE bucket': { name: 'DeleteBucket', run: bucket.deleteBucket },
  'GET bucket location': { name: 'GetBucketLocation', run: bucket.getBucketLocation },
  'PUT bucket policy': { name: 'PutBucketPolicy', run: bucket.putBucketPolicy },
  'GET bucket policy': { name: 'GetBucketPolicy', run: bucket.getBucketPolicy },
  'DELETE bucket policy': { name: 'DeleteBucketPolicy', run: bucket.deleteBucketPolicy },
  'GET bucket': {
    name: 'ListObjectsV2',
    run: listObjects,
    query: [
      'list-type',
      'prefix',
      'delimiter',
      'max-keys',
      'encoding-type',
      'continuation-token',
      'start-after',
    ],
  },
  'PUT object': { name: 'PutObject', run: object.putObject },
  'GET object': { name: 'GetObject', run: object.getObject },
  'HEAD object': { name: 'HeadObject', run: object.getObject },
  'DELETE object': { name: 'DeleteObject', run: object.deleteObject },
  'GET object tagging': { name: 'GetObjectTagging', run: object.getTagging },
  'PUT object tagging': { name: 'PutObjectTagging', run: object.putTagging },
  'DELETE object tagging': { name: 'DeleteObjectTagging', run: object.deleteTagging },
};
const SUBRESOURCES = ['location', 'policy', 'tagging'];
// Clients name the operation, or what they expect, where S3 does not ask for it.
const IGNORED = ['x-id', 'fetch-owner'];
/** Headers of what S3 has and the sandbox does not, where leaving them out would change what happens. */
const UNSUPPORTED =
  /^x-amz-(?:copy-source|server-side-encryption|acl|grant-|object-lock|website-redirect)|^if-/;

/** Serves one call to S3's REST API, path-style. Whatever comes in, an answer in S3's form goes out. */
export function serveS3(state: S3State, wires: Exchange, call: Call): Promise<Delivery> {
  const { bucketName, key } = targetOf(call);
  const route = routeOf(call, bucketName, key);
  const params = { Bucket: bucketName, Key: key, ...Object.fromEntries(call.query) };
  const described = { service: 's3', action: route?.name ?? 'unknown', params } as const;
  return exchange(wires, described, call, (entry) => answer(state, { call, bucketName, key, route }, entry));
}

interface Target {
  readonly call: Call;
  readonly bucketName: string;
  readonly key: string;
  readonly route: Route | undefined;
}

async function answer(state: S3State, target: Target, entry: OpenRecord): Promise<Reply> {
  const requestId = randomUUID();
  const { call, bucketName, key, route } = target;
  try {
    // An unsigned request gets the same refusal, whatever its payload's header says.
    if (call.headers.authorization !== undefined) checkPayloadHeader(call);
    else if (call.query.has('X-Amz-Algorithm'))
      throw notInTheSandbox('requests that are signed in their address');
    const signed = await readSignedCall(state, call, RULES, entry);
    if (route === undefined) throw unsupported(call.method, call.url);
    const header = Object.keys(call.headers).find((name) => UNSUPPORTED.test(name));
    if (header !== undefined) throw unsupported('the header', header);
    return await route.run({ state, signed, bucketName, key, query: call.query, requestId });
  } catch (error) {
    if (error instanceof S3Error) return s3ErrorReply(error, requestId);
    if (error instanceof StsError) return s3ErrorReply(inWordsOfS3(error, call), requestId);
    const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
    return s3ErrorReply({ status: 500, code: 'InternalError', message }, requestId);
  }
}

function unsupported(what: string, value: string): S3Error {
  return new S3Error(501, 'NotImplemented', `The sandbox's S3 does not support ${what} ${value}.`);
}

/** The path as it was sent: a URL's would be normalised. */
function targetOf({ url }: Call): { readonly bucketName: string; readonly key: string } {
  const [, path = ''] = /^\/([^?]*)/.exec(url) ?? [];
  const at = path.indexOf('/');
  const [name, key] = at < 0 ? [path, ''] : [path.slice(0, at), path.slice(at + 1)];
  return { bucketName: decode(name), key: decode(key) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function routeOf({ method, query }: Call, bucketName: string, key: string): Route | undefined {
  const what = bucketName === '' ? 'service' : key === '' ? 'bucket' : 'object';
  const subresource = SUBRESOURCES.find((name) => query.has(name));
  const route = ROUTES[[method, what, ...(subresource === undefined ? [] : [subresource])].join(' ')];
  const known = [...IGNORED, ...(subresource === undefined ? [] : [subresource]), ...(route?.query ?? [])];
  return [...query.keys()].every((name) => known.includes(name)) ? route : undefined;
}

// docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html: S3 has other names than STS for the same.
function inWordsOfS3({ code, message }: StsError, { headers }: Call): S3Error {
  switch (code) {
    case 'MissingAuthenticationToken':
      return new S3Error(403, 'AccessDenied', 'Access Denied');
    case 'InvalidClientTokenId':
      return headers['x-amz-security-token'] === undefined
        ? new S3Error(
            403,
            'InvalidAccessKeyId',
            'The AWS Access Key Id you provided does not exist in our records.',
          )
        : new S3Error(400, 'InvalidToken', 'The provided token is malformed or otherwise invalid.');
    case 'ExpiredToken':
      return new S3Error(400, 'ExpiredToken', 'The provided token has expired.');
    case 'IncompleteSignature':
      return new S3Error(400, 'AuthorizationHeaderMalformed', message);
    default:
      if (/^Signature (?:expired|not yet)/.test(message)) {
        return new S3Error(
          403,
          'RequestTimeTooSkewed',
          'The difference between the request time and the current time is too large.',
        );
      }
      return message.startsWith('Credential should')
        ? new S3Error(400, 'AuthorizationHeaderMalformed', message)
        : new S3Error(
            403,
            'SignatureDoesNotMatch',
            'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
          );
  }
}
