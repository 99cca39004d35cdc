import { sharedCloud } from '../support/cloud.js';
import {
  ADMIN,
  digest,
  type ServiceAnswer,
  STRANGER,
  s3,
  send,
  sessionOf,
  TWO_ACCOUNTS,
} from '../support/services.js';

let offset = 0;
const shared = sharedCloud({ accounts: TWO_ACCOUNTS, now: () => Date.now() + offset });
const admin = (method: string, path: string, more = {}) => s3(shared.cloud, ADMIN, method, path, more);
const list = (keys: object = {}, region?: string) =>
  send(shared.cloud, { ...ADMIN, ...keys }, { service: 's3', method: 'GET', path: '/' }, region);
const pages = (path: string, query = {}) => admin('GET', path, { query: { 'list-type': '2', ...query } });
const upload = (headers: Record<string, string>, body = 'text') =>
  admin('PUT', '/notes/a', { body, headers });
const uploadChunks = (body: string, headers: Record<string, string> = {}) =>
  upload(
    {
      'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
      'x-amz-decoded-content-length': '0',
      ...headers,
    },
    body,
  );
const tagWith = (body: string, path = '/notes/a') => admin('PUT', path, { query: { tagging: '' }, body });
const tagging = (...tags: (readonly [string, string])[]) =>
  `<Tagging><TagSet>${tags.map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`).join('')}</TagSet></Tagging>`;

/** The answer to a caller whose clock is so far behind. */
function late(minutes: number): Promise<ServiceAnswer> {
  offset = minutes * 60_000;
  return list();
}

beforeAll(async () => {
  await admin('PUT', '/notes');
  expect((await upload({})).status).toBe(200);
});
beforeEach(() => {
  offset = 0;
});

it.each<[string, () => Promise<ServiceAnswer>, unknown]>([
  [
    'a wrong secret',
    () => list({ secretAccessKey: 'wrong' }),
    '403 SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  ],
  [
    'an unknown key',
    () => list({ accessKeyId: 'AKIAUNKNOWN0EXAMPLE0' }),
    '403 InvalidAccessKeyId: The AWS Access Key Id you provided does not exist in our records.',
  ],
  [
    'a token that is made up',
    () => list({ sessionToken: 'made up' }),
    '400 InvalidToken: The provided token is malformed or otherwise invalid.',
  ],
  [
    'a region that is none',
    () => list({}, 'nowhere'),
    "400 AuthorizationHeaderMalformed: Credential should be scoped to a valid region, not 'nowhere'. ",
  ],
  [
    'a clock that is slow',
    () => late(16),
    '403 RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
  ],
  [
    'a clock that is fast',
    () => late(-16),
    '403 RequestTimeTooSkewed: The difference between the request time and the current time is too large.',
  ],
  [
    'a bucket that is not there',
    () => pages('/nowhere'),
    '404 NoSuchBucket: The specified bucket does not exist',
  ],
  [
    'an object that is not there',
    () => admin('GET', '/notes/nope'),
    '404 NoSuchKey: The specified key does not exist.',
  ],
  [
    'tags of an object that is not there',
    () => tagWith(tagging(['k', 'v']), '/notes/nope'),
    '404 NoSuchKey: The specified key does not exist.',
  ],
  [
    'a document that is not about tags',
    () => tagWith('<Tags/>'),
    '400 MalformedXML: The XML you provided was not well-formed',
  ],
  [
    'eleven tags',
    () => tagWith(tagging(...Array.from('abcdefghijk', (key) => [key, ''] as const))),
    '400 BadRequest: Object tags cannot be greater than 10',
  ],
  [
    'a tag that comes twice',
    () => tagWith(tagging(['a', '1'], ['a', '2'])),
    '400 InvalidTag: Cannot provide multiple Tags with the same key',
  ],
  [
    'a tag without a key',
    () => tagWith(tagging(['', 'v'])),
    '400 InvalidTag: The TagKey you have provided is invalid',
  ],
  [
    'a key of 129 letters',
    () => tagWith(tagging(['k'.repeat(129), ''])),
    '400 InvalidTag: The TagKey you have provided is invalid',
  ],
  [
    'a value of 257 letters',
    () => tagWith(tagging(['k', 'v'.repeat(257)])),
    '400 InvalidTag: The TagValue you have provided is invalid',
  ],
  [
    'a value with a star in it',
    () => tagWith(tagging(['k', '*'])),
    '400 InvalidTag: The TagValue you have provided is invalid',
  ],
  [
    'a page of a negative length',
    () => pages('/notes', { 'max-keys': '-1' }),
    '400 InvalidArgument: Provided max-keys not an integer or within integer range',
  ],
  [
    'a page that is none',
    () => pages('/notes', { 'continuation-token': '?' }),
    '400 InvalidRequest: The continuation token provided is incorrect',
  ],
  [
    'a wrong MD5',
    () => upload({ 'content-md5': digest('md5', 'other') }),
    '400 BadDigest: The Content-MD5 you specified did not match what we received.',
  ],
  [
    'a wrong checksum',
    () => upload({ 'x-amz-checksum-sha256': digest('sha256', 'other') }),
    '400 BadDigest: The SHA256 you specified did not match the calculated checksum.',
  ],
  [
    'a checksum that S3 does not have',
    () => upload({ 'x-amz-checksum-crc16': 'AAA=' }),
    '400 InvalidRequest: Checksum algorithm crc16 is not supported.',
  ],
  [
    'fewer bytes in chunks than were promised',
    () => uploadChunks('0\r\n\r\n', { 'x-amz-decoded-content-length': '1' }),
    '400 IncompleteBody: You did not provide the number of bytes specified by the Content-Length HTTP header',
  ],
  [
    'chunks without the trailer that was promised',
    () => uploadChunks('0\r\n\r\n', { 'x-amz-trailer': 'x-amz-checksum-crc32' }),
    '400 MalformedTrailerError: The request contained trailing data that was not well-formed',
  ],
  [
    'chunks without their length',
    () => uploadChunks('\r\n'),
    '400 InvalidRequest: The chunks of the body are not well-formed',
  ],
  [
    'chunks that are signed one by one',
    () => upload({ 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' }),
    "501 NotImplemented: The sandbox's S3 does not support chunked uploads with STREAMING-AWS4-HMAC-SHA256-PAYLOAD.",
  ],
  [
    "the caller's own bucket again",
    () => admin('PUT', '/notes'),
    '409 BucketAlreadyOwnedByYou: Your previous request to create the named bucket succeeded and you already own it.',
  ],
  [
    "somebody else's bucket again",
    () => s3(shared.cloud, STRANGER, 'PUT', '/notes'),
    '409 BucketAlreadyExists: The requested bucket name is not available.',
  ],
  [
    'a bucket with a name of two letters',
    () => admin('PUT', '/ab'),
    '400 InvalidBucketName: The specified bucket is not valid.',
  ],
  [
    'a bucket with a name of 64 letters',
    () => admin('PUT', `/${'a'.repeat(64)}`),
    '400 InvalidBucketName: The specified bucket is not valid.',
  ],
  [
    'a bucket in another region than it is asked for in',
    () => send(shared.cloud, ADMIN, { service: 's3', method: 'PUT', path: '/far' }, 'eu-central-1'),
    '400 IllegalLocationConstraintException: The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.',
  ],
  [
    'a bucket in no region',
    () => admin('PUT', '/far', { body: '<LocationConstraint/>' }),
    '400 InvalidRequest: The LocationConstraint is not well-formed',
  ],
  [
    'to delete a bucket with something in it',
    () => admin('DELETE', '/notes'),
    '409 BucketNotEmpty: The bucket you tried to delete is not empty',
  ],
  [
    'a policy that is not there',
    () => admin('GET', '/notes', { query: { policy: '' } }),
    '404 NoSuchBucketPolicy: The bucket policy does not exist',
  ],
  [
    'a policy that is none',
    () => admin('PUT', '/notes', { query: { policy: '' }, body: '[]' }),
    expect.stringMatching(/^400 MalformedPolicy: This policy is not valid: the bucket policy, line 1, /),
  ],
  [
    'lists in their first version',
    () => admin('GET', '/notes'),
    "501 NotImplemented: The sandbox's S3 does not support ListObjects in version 1.",
  ],
  [
    'an operation that the sandbox does not have',
    () => admin('GET', '/notes/a', { query: { acl: '' } }),
    "501 NotImplemented: The sandbox's S3 does not support GET /notes/a?acl=.",
  ],
  [
    'a header that the sandbox does not have',
    () => upload({ 'if-none-match': '*' }),
    "501 NotImplemented: The sandbox's S3 does not support the header if-none-match.",
  ],
])('S3 refuses %s in its own words', async (_, ask, words) => {
  const { status, code, message } = await ask();
  expect(`${status} ${code}: ${message}`).toEqual(words);
});

it('says which bucket and which key are missing', async () => {
  expect((await pages('/nowhere')).text).toContain('<BucketName>nowhere</BucketName>');
  expect((await admin('GET', '/notes/nope')).text).toContain('<Key>nope</Key>');
});

it('takes what is at its limits', async () => {
  const tags = Array.from('abcdefghij', (key) => [key.repeat(128), 'v'.repeat(256)] as const);
  expect((await tagWith(tagging(...tags))).status).toBe(200);
  for (const name of ['abc', 'a'.repeat(63)]) expect((await admin('PUT', `/${name}`)).status).toBe(200);
  for (const minutes of [14.9, -14.9]) expect((await late(minutes)).status).toBe(200);
});

it('refuses callers who do not sign, and those whose signature is in the address', async () => {
  const ask = async (query: string) => (await fetch(`${shared.cloud.awsUrl}/notes/a${query}`)).text();
  expect(await ask('')).toContain('<Message>Access Denied</Message>');
  expect(await ask('?X-Amz-Algorithm=AWS4-HMAC-SHA256')).toContain(
    'does not support requests that are signed in their address.</Message>',
  );
});

it('refuses a session after its end', async () => {
  // The clock may be off by 15 minutes, which is also the shortest session.
  offset = -800_000;
  const keys = await sessionOf(shared.cloud, 'short', { Action: 's3:*' }, { DurationSeconds: '900' });
  offset = 200_000;
  expect(await s3(shared.cloud, keys, 'GET', '/')).toMatchObject({
    status: 400,
    code: 'ExpiredToken',
    message: 'The provided token has expired.',
  });
});

describe('a caller without permissions', () => {
  it.each([
    ['GET', '/', '', 's3:ListAllMyBuckets', '*'],
    ['PUT', '/another', '', 's3:CreateBucket', 'another'],
    ['GET', '/notes', 'list-type=2', 's3:ListBucket', 'notes'],
    ['DELETE', '/notes', '', 's3:DeleteBucket', 'notes'],
    ['GET', '/notes', 'location', 's3:GetBucketLocation', 'notes'],
    ['GET', '/notes', 'policy', 's3:GetBucketPolicy', 'notes'],
    ['PUT', '/notes', 'policy', 's3:PutBucketPolicy', 'notes'],
    ['DELETE', '/notes', 'policy', 's3:DeleteBucketPolicy', 'notes'],
    ['GET', '/notes/a', '', 's3:GetObject', 'notes/a'],
    ['PUT', '/notes/a', '', 's3:PutObject', 'notes/a'],
    ['DELETE', '/notes/a', '', 's3:DeleteObject', 'notes/a'],
    ['GET', '/notes/a', 'tagging', 's3:GetObjectTagging', 'notes/a'],
    ['PUT', '/notes/a', 'tagging', 's3:PutObjectTagging', 'notes/a'],
    ['DELETE', '/notes/a', 'tagging', 's3:DeleteObjectTagging', 'notes/a'],
  ])('of %s %s?%s lacks %s', async (method, path, search, action, resource) => {
    const keys = await sessionOf(shared.cloud, 'powerless', { Action: 'kms:*' });
    const query = Object.fromEntries(new URLSearchParams(search));
    const body = method === 'PUT' && search === 'tagging' ? tagging() : '';
    const answer = await s3(shared.cloud, keys, method, path, { query, body });
    expect([answer.status, answer.message]).toEqual([
      403,
      `User: arn:aws:sts::111122223333:assumed-role/powerless/test is not authorized to perform: ${action} on resource: "arn:aws:s3:::${resource}" because no identity-based policy allows the ${action} action`,
    ]);
  });

  it('for tags lacks s3:PutObjectTagging, and for HEAD gets the status alone', async () => {
    const keys = await sessionOf(shared.cloud, 'putter', { Action: 's3:PutObject' });
    const headers = { 'x-amz-tagging': 'a=b' };
    const { message } = await s3(shared.cloud, keys, 'PUT', '/notes/b', { body: 'b', headers });
    expect(message).toContain('perform: s3:PutObjectTagging on');
    for (const path of ['/notes', '/notes/a']) {
      const { status, text } = await s3(shared.cloud, keys, 'HEAD', path);
      expect([status, text]).toEqual([403, '']);
    }
  });
});
