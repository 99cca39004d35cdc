import { invalidRequest, notInTheSandbox, S3Error } from './errors.js';
import { authorizeBucket, bucketOf, type S3Operation } from './request.js';
import { s3Reply } from './xml.js';

const MAX_KEYS = 1000;

/** ListObjectsV2: keys in order, those with a delimiter after the prefix rolled up, in pages. */
export const listObjects: S3Operation = (request) => {
  const { query, requestId } = request;
  if (query.get('list-type') !== '2') throw notInTheSandbox('ListObjects in version 1');
  const bucket = bucketOf(request);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = readMaxKeys(query.get('max-keys'));
  authorizeBucket(request, bucket, 's3:ListBucket', [
    ['s3:prefix', query.get('prefix') ?? undefined],
    ['s3:delimiter', query.get('delimiter') ?? undefined],
    ['s3:max-keys', query.get('max-keys') ?? undefined],
  ]);
  const after = startAfter(query);
  const encode = query.get('encoding-type') === 'url' ? encodeKey : (key: string) => key;
  const keys = [...bucket.objects.keys()].filter((key) => key.startsWith(prefix)).sort(byBytes);
  const entries = [...new Set(keys.map((key) => commonPrefix(key, prefix, delimiter) ?? key))];
  const rest = entries.filter((entry) => after === undefined || byBytes(entry, after) > 0);
  const shown = rest.slice(0, maxKeys);
  const last = shown.at(-1);
  const isTruncated = rest.length > shown.length;
  const isPrefix = (entry: string): boolean => commonPrefix(entry, prefix, delimiter) === entry;
  const Contents = shown.flatMap((entry) => {
    const object = isPrefix(entry) ? undefined : bucket.objects.get(entry);
    if (object === undefined) return [];
    const { etag: ETag, body, lastModified } = object;
    const LastModified = new Date(lastModified).toISOString();
    return [{ Key: encode(entry), LastModified, ETag, Size: body.length, StorageClass: 'STANDARD' }];
  });
  const CommonPrefixes = shown.filter(isPrefix).map((entry) => ({ Prefix: encode(entry) }));
  return s3Reply(
    'ListBucketResult',
    {
      Name: bucket.name,
      Prefix: encode(prefix),
      Delimiter: delimiter === '' ? undefined : encode(delimiter),
      KeyCount: shown.length,
      MaxKeys: maxKeys,
      EncodingType: query.get('encoding-type') ?? undefined,
      IsTruncated: isTruncated,
      NextContinuationToken:
        isTruncated && last !== undefined ? Buffer.from(last).toString('base64url') : undefined,
    },
    requestId,
    { Contents, CommonPrefixes },
  );
};

/** What keys are rolled up to: up to the first delimiter after the prefix. Undefined where there is none. */
function commonPrefix(key: string, prefix: string, delimiter: string): string | undefined {
  const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return at < 0 ? undefined : key.slice(0, at + delimiter.length);
}

function readMaxKeys(text: string | null): number {
  if (text === null) return MAX_KEYS;
  if (!/^\d{1,9}$/.test(text)) {
    throw new S3Error(400, 'InvalidArgument', 'Provided max-keys not an integer or within integer range');
  }
  return Math.min(Number(text), MAX_KEYS);
}

function startAfter(query: URLSearchParams): string | undefined {
  const token = query.get('continuation-token');
  if (token === null) return query.get('start-after') ?? undefined;
  if (!/^[\w-]+$/.test(token)) throw invalidRequest('The continuation token provided is incorrect');
  return Buffer.from(token, 'base64url').toString('utf8');
}

function byBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

// S3 leaves the slashes of keys as they are.
function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}
