import { createHash } from 'node:crypto';
import { checksum } from '../../sandbox/aws/s3/checksums.js';
import { sharedCloud } from '../support/cloud.js';
import {
  ADMIN,
  assume,
  digest,
  document,
  OTHER_ACCOUNT,
  STRANGER,
  s3,
  send,
  sessionOf,
  TWO_ACCOUNTS,
} from '../support/services.js';
import { element } from '../support/sts-client.js';

let offset = 0;
const shared = sharedCloud({ accounts: TWO_ACCOUNTS, now: () => Date.now() + offset });
const admin = (method: string, path: string, more = {}) => s3(shared.cloud, ADMIN, method, path, more);

beforeAll(async () => {
  expect((await admin('PUT', '/notes')).status).toBe(200);
});
beforeEach(() => {
  offset = 0;
});

describe('who calls S3', () => {
  it('is nobody without a signature', async () => {
    const response = await fetch(`${shared.cloud.awsUrl}/notes`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  it('is refused with a wrong secret, an unknown key, or a token that is not its own', async () => {
    const list = (keys: object) => s3(shared.cloud, { ...ADMIN, ...keys }, 'GET', '/');
    expect(await list({ secretAccessKey: 'wrong' })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    expect(await list({ accessKeyId: 'AKIAUNKNOWN0EXAMPLE0' })).toMatchObject({
      status: 403,
      code: 'InvalidAccessKeyId',
    });
    expect(await list({ sessionToken: 'made up' })).toMatchObject({ status: 400, code: 'InvalidToken' });
  });

  it('is refused after the end of its session, and with a clock that is far off', async () => {
    // The clock may be off by 15 minutes, which is also the shortest session.
    offset = -800_000;
    const keys = await sessionOf(shared.cloud, 'short', { Action: 's3:*' }, { DurationSeconds: '900' });
    offset = 0;
    expect((await s3(shared.cloud, keys, 'GET', '/')).status).toBe(200);
    offset = 200_000;
    expect(await s3(shared.cloud, keys, 'GET', '/')).toMatchObject({ status: 400, code: 'ExpiredToken' });
    offset = 1_000_000;
    expect(await s3(shared.cloud, keys, 'GET', '/')).toMatchObject({
      status: 403,
      code: 'RequestTimeTooSkewed',
    });
  });

  it('has to say what the body is, and has signed it', async () => {
    const unsaid = await send(shared.cloud, ADMIN, { service: 's3', method: 'GET', path: '/' });
    expect(unsaid.status).toBe(200);
    const headers = { 'x-amz-content-sha256': 'f'.repeat(64) };
    expect(await admin('PUT', '/notes/a.txt', { headers, body: 'text' })).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
    });
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x';
    const response = await fetch(shared.cloud.awsUrl, { headers: { authorization } });
    expect(await response.text()).toContain('Missing required header for this request: x-amz-content-sha256');
  });
});

describe('objects', () => {
  it('come back as they went in, under any key', async () => {
    for (const key of ['plain.txt', 'a%20b%2B%C3%BC/%25.txt', 'a//b', 'x%2Fy']) {
      const body = `what is in ${key}`;
      const headers = { 'content-type': 'text/plain', 'x-amz-meta-note': 'mine' };
      expect((await admin('PUT', `/notes/${key}`, { body, headers })).status).toBe(200);
      const answer = await admin('GET', `/notes/${key}`);
      expect([
        answer.text,
        answer.headers.get('content-type'),
        answer.headers.get('x-amz-meta-note'),
      ]).toEqual([body, 'text/plain', 'mine']);
      const head = await admin('HEAD', `/notes/${key}`);
      expect([head.status, head.text, head.headers.get('content-length')]).toEqual([
        200,
        '',
        String(body.length),
      ]);
      expect((await admin('DELETE', `/notes/${key}`)).status).toBe(204);
      expect(await admin('GET', `/notes/${key}`)).toMatchObject({ status: 404, code: 'NoSuchKey' });
    }
  });

  it('are listed in order, rolled up at a delimiter, page by page', async () => {
    await admin('PUT', '/pages');
    for (const key of ['b/2', 'a', 'b/1', 'c/', 'd']) await admin('PUT', `/pages/${key}`, { body: key });
    const list = async (query: object) => {
      const { text } = await admin('GET', '/pages', { query: { 'list-type': '2', ...query } });
      const all = (name: string) =>
        [...text.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, 'g'))].map(([, one]) => one);
      return { keys: all('Key'), prefixes: all('Prefix').slice(1), token: all('NextContinuationToken')[0] };
    };
    expect((await list({})).keys).toEqual(['a', 'b/1', 'b/2', 'c/', 'd']);
    expect(await list({ delimiter: '/' })).toMatchObject({ keys: ['a', 'd'], prefixes: ['b/', 'c/'] });
    expect((await list({ prefix: 'b/', delimiter: '/' })).keys).toEqual(['b/1', 'b/2']);
    expect((await list({ 'start-after': 'b/1' })).keys).toEqual(['b/2', 'c/', 'd']);
    const first = await list({ delimiter: '/', 'max-keys': '2' });
    expect(first).toMatchObject({ keys: ['a'], prefixes: ['b/'] });
    const second = await list({ delimiter: '/', 'continuation-token': first.token });
    expect(second).toEqual({ keys: ['d'], prefixes: ['c/'], token: undefined });
    expect((await admin('GET', '/pages', { query: { 'list-type': '2', 'max-keys': 'x' } })).code).toBe(
      'InvalidArgument',
    );
    expect(
      (await admin('GET', '/pages', { query: { 'list-type': '2', 'continuation-token': '?' } })).code,
    ).toBe('InvalidRequest');
  });

  it('are listed with their names encoded, and with what there is to know of them', async () => {
    await admin('PUT', '/facts');
    for (const key of ['a', 'b', '%C3%BC%20%2B/x']) await admin('PUT', `/facts/${key}`, { body: 'four' });
    const fields = async (query: object) => {
      const { text } = await admin('GET', '/facts', { query: { 'list-type': '2', ...query } });
      expect(text).toContain('<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">');
      return (...names: readonly string[]) => names.map((name) => element(text, name));
    };
    const one = (await fields({}))('Name', 'Key', 'Size', 'ETag', 'StorageClass', 'EncodingType');
    const etag = `"${createHash('md5').update('four').digest('hex')}"`;
    expect(one).toEqual(['facts', 'a', '4', etag, 'STANDARD', undefined]);
    const counts = ['KeyCount', 'MaxKeys', 'IsTruncated'];
    expect((await fields({}))(...counts)).toEqual(['3', '1000', 'false']);
    expect((await fields({ 'max-keys': '1001' }))(...counts)).toEqual(['3', '1000', 'false']);
    expect((await fields({ 'max-keys': '3' }))(...counts)).toEqual(['3', '3', 'false']);
    expect((await fields({ 'max-keys': '2' }))(...counts)).toEqual(['2', '2', 'true']);
    const encoded = { 'encoding-type': 'url', prefix: '\u00FC' };
    expect((await fields(encoded))('Key', 'Prefix')).toEqual(['%C3%BC%20%2B/x', '%C3%BC']);
    const rolled = (await fields({ ...encoded, delimiter: '+/' }))(
      'Delimiter',
      'EncodingType',
      'CommonPrefixes',
    );
    expect(rolled).toEqual(['%2B/', 'url', undefined]);
  });

  it('have tags, within their limits', async () => {
    await admin('PUT', '/notes/tagged', { body: 'x', headers: { 'x-amz-tagging': 'a=1&b=two%20words' } });
    const tags = async () => (await admin('GET', '/notes/tagged', { query: { tagging: '' } })).text;
    expect(await tags()).toContain('<Value>two words</Value>');
    const count = async () => (await admin('HEAD', '/notes/tagged')).headers.get('x-amz-tagging-count');
    expect(await count()).toBe('2');
    const put = (body: string) => admin('PUT', '/notes/tagged', { query: { tagging: '' }, body });
    const tagging = (...keys: string[]) =>
      `<Tagging><TagSet>${keys.map((key) => `<Tag><Key>${key}</Key><Value>v</Value></Tag>`).join('')}</TagSet></Tagging>`;
    expect((await put(tagging('c'))).status).toBe(200);
    expect(await tags()).not.toContain('two words');
    expect((await put('<Tagging>')).code).toBe('MalformedXML');
    expect((await put(tagging('a', 'a'))).code).toBe('InvalidTag');
    expect((await put(tagging('a*'))).code).toBe('InvalidTag');
    expect((await put(tagging(...'abcdefghijk'))).code).toBe('BadRequest');
    expect((await admin('DELETE', '/notes/tagged', { query: { tagging: '' } })).status).toBe(204);
    expect(await tags()).not.toContain('<Key>');
    expect(await count()).toBeNull();
    expect((await admin('PUT', '/notes/nope', { query: { tagging: '' }, body: tagging('a') })).code).toBe(
      'NoSuchKey',
    );
  });
});

describe('an upload', () => {
  // The catalogue of parametrised CRC algorithms gives these for the digits 1 to 9.
  it.each([
    ['crc32', 'cbf43926'],
    ['crc32c', 'e3069283'],
    ['crc64nvme', 'ae8b14860a799888'],
  ])('has the checksum %s', (algorithm, hex) => {
    expect(Buffer.from(checksum(algorithm, Buffer.from('123456789')), 'base64').toString('hex')).toBe(hex);
  });

  it('is checked against the checksums that come with it', async () => {
    const put = (headers: object) => admin('PUT', '/notes/sum', { body: 'text', headers });
    for (const algorithm of ['sha1', 'sha256']) {
      expect((await put({ [`x-amz-checksum-${algorithm}`]: digest(algorithm, 'text') })).status).toBe(200);
      expect((await put({ [`x-amz-checksum-${algorithm}`]: digest(algorithm, 'other') })).code).toBe(
        'BadDigest',
      );
    }
    expect((await put({ 'content-md5': digest('md5', 'text') })).status).toBe(200);
    expect((await put({ 'content-md5': digest('md5', 'other') })).code).toBe('BadDigest');
    expect((await put({ 'x-amz-checksum-crc16': 'AAA=' })).code).toBe('InvalidRequest');
  });

  it('may come in chunks with a trailer', async () => {
    const put = (body: string, more: object = {}) =>
      admin('PUT', '/notes/chunks', {
        body,
        headers: {
          'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
          'content-encoding': 'aws-chunked',
          'x-amz-decoded-content-length': '9',
          'x-amz-trailer': 'x-amz-checksum-crc32',
          ...more,
        },
      });
    const good = '4\r\n1234\r\n5\r\n56789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n';
    expect((await put(good)).status).toBe(200);
    expect((await admin('GET', '/notes/chunks')).text).toBe('123456789');
    expect((await put(good.replace('y/Q5Jg==', 'AAAAAA=='))).code).toBe('BadDigest');
    expect((await put(good, { 'x-amz-decoded-content-length': '8' })).code).toBe('IncompleteBody');
    expect((await put(good.replace('x-amz-checksum-crc32', 'x-other'))).code).toBe('MalformedTrailerError');
    expect((await put('zz\r\n')).code).toBe('InvalidRequest');
    expect((await put('4')).code).toBe('InvalidRequest');
    const signedChunks = { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' };
    expect(await put(good, signedChunks)).toMatchObject({ status: 501, code: 'NotImplemented' });
  });
});

describe('buckets', () => {
  it('belong to one account, by their names', async () => {
    expect((await admin('PUT', '/notes')).code).toBe('BucketAlreadyOwnedByYou');
    expect((await s3(shared.cloud, STRANGER, 'PUT', '/notes')).code).toBe('BucketAlreadyExists');
    for (const name of ['No', 'a', '127.0.0.1', 'a..b', '-ab']) {
      expect((await admin('PUT', `/${name}`)).code).toBe('InvalidBucketName');
    }
    expect((await admin('GET', '/')).text).toContain('<Name>notes</Name>');
    expect((await s3(shared.cloud, STRANGER, 'GET', '/')).text).not.toContain('<Name>');
  });

  it('are made where the request is sent', async () => {
    const make = (body: string, region: string) =>
      send(shared.cloud, ADMIN, { service: 's3', method: 'PUT', path: '/frankfurt', body }, region);
    const constraint =
      '<CreateBucketConfiguration><LocationConstraint>eu-central-1</LocationConstraint></CreateBucketConfiguration>';
    expect((await make('', 'eu-central-1')).code).toBe('IllegalLocationConstraintException');
    expect((await make(constraint, 'us-east-1')).code).toBe('IllegalLocationConstraintException');
    expect((await make('<LocationConstraint/>', 'us-east-1')).code).toBe('InvalidRequest');
    expect((await make(constraint, 'eu-central-1')).status).toBe(200);
    expect((await admin('GET', '/frankfurt', { query: { location: '' } })).text).toContain('>eu-central-1<');
    expect((await admin('GET', '/notes', { query: { location: '' } })).text).toContain('/2006-03-01/"></Loc');
    expect((await admin('HEAD', '/frankfurt')).headers.get('x-amz-bucket-region')).toBe('eu-central-1');
  });

  it('can be deleted when they are empty', async () => {
    await admin('PUT', '/full');
    await admin('PUT', '/full/a', { body: 'a' });
    expect(await admin('DELETE', '/full')).toMatchObject({ status: 409, code: 'BucketNotEmpty' });
    await admin('DELETE', '/full/a');
    expect((await admin('DELETE', '/full')).status).toBe(204);
    expect(await admin('HEAD', '/full')).toMatchObject({ status: 404 });
  });

  it('answer what the sandbox does not have with an error that says so', async () => {
    const message = expect.stringContaining("The sandbox's S3 does not support");
    const refused = { status: 501, code: 'NotImplemented', message };
    expect(await admin('GET', '/notes/x', { query: { acl: '' } })).toMatchObject(refused);
    expect(await admin('GET', '/notes')).toMatchObject(refused);
    expect(await admin('POST', '/notes/x', { query: { uploads: '' } })).toMatchObject(refused);
    const presigned = await fetch(`${shared.cloud.awsUrl}/notes/x?X-Amz-Algorithm=AWS4-HMAC-SHA256`);
    expect(presigned.status).toBe(501);
    const headers = { 'x-amz-copy-source': '/notes/y' };
    expect(await admin('PUT', '/notes/x', { headers })).toMatchObject(refused);
  });
});

describe('what policies say about S3', () => {
  it('is what the role allows, in the words of AWS', async () => {
    const keys = await sessionOf(shared.cloud, 'reader', { Action: 's3:GetObject' });
    await admin('PUT', '/notes/read', { body: 'me' });
    expect((await s3(shared.cloud, keys, 'GET', '/notes/read')).text).toBe('me');
    expect(await s3(shared.cloud, keys, 'PUT', '/notes/read', { body: 'x' })).toMatchObject({
      status: 403,
      code: 'AccessDenied',
      message:
        'User: arn:aws:sts::111122223333:assumed-role/reader/test is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::notes/read" because no identity-based policy allows the s3:PutObject action',
    });
    for (const path of ['/', '/notes?list-type=2']) {
      const [at = '', search] = path.split('?');
      const query = Object.fromEntries(new URLSearchParams(search));
      expect((await s3(shared.cloud, keys, 'GET', at, { query })).code).toBe('AccessDenied');
    }
    expect((await s3(shared.cloud, keys, 'PUT', '/new-bucket')).code).toBe('AccessDenied');
  });

  it('hides whether an object exists from who may not list the bucket', async () => {
    const keys = await sessionOf(shared.cloud, 'guesser', { Action: 's3:GetObject' });
    expect(await s3(shared.cloud, keys, 'GET', '/notes/nope')).toMatchObject({
      status: 403,
      code: 'AccessDenied',
    });
    const lister = await sessionOf(shared.cloud, 'lister', { Action: ['s3:GetObject', 's3:ListBucket'] });
    expect(await s3(shared.cloud, lister, 'GET', '/notes/nope')).toMatchObject({
      status: 404,
      code: 'NoSuchKey',
    });
  });

  it('depends on tags of the object, of the request and of the session, and on the prefix', async () => {
    const equals = (key: string, value: string) => ({ Condition: { StringEquals: { [key]: value } } });
    await admin('PUT', '/notes/red', { body: 'red', headers: { 'x-amz-tagging': 'colour=red' } });
    await admin('PUT', '/notes/blue', { body: 'blue', headers: { 'x-amz-tagging': 'colour=blue' } });
    const red = await sessionOf(shared.cloud, 'red', {
      Action: 's3:GetObject',
      ...equals('s3:ExistingObjectTag/colour', 'red'),
    });
    expect((await s3(shared.cloud, red, 'GET', '/notes/red')).status).toBe(200);
    expect((await s3(shared.cloud, red, 'GET', '/notes/blue')).status).toBe(403);
    const tagger = await sessionOf(shared.cloud, 'tagger', {
      Action: ['s3:PutObject', 's3:PutObjectTagging'],
      ...equals('s3:RequestObjectTag/colour', 'red'),
    });
    const put = (tags: string) =>
      s3(shared.cloud, tagger, 'PUT', '/notes/new', { body: 'x', headers: { 'x-amz-tagging': tags } });
    expect([(await put('colour=red')).status, (await put('colour=blue')).status]).toEqual([200, 403]);
    const home = await sessionOf(shared.cloud, 'home', {
      Action: 's3:ListBucket',
      ...equals('s3:prefix', 'home/'),
    });
    const list = (prefix: string) =>
      s3(shared.cloud, home, 'GET', '/notes', { query: { 'list-type': '2', prefix } });
    expect([(await list('home/')).status, (await list('')).status]).toEqual([200, 403]);
  });

  it.each([
    ['delimiter', '/'],
    ['max-keys', '5'],
  ])('depends on the %s of a list', async (name, value) => {
    const Condition = { StringEquals: { [`s3:${name}`]: value } };
    const keys = await sessionOf(shared.cloud, name, { Action: 's3:ListBucket', Condition });
    const list = (more: object) =>
      s3(shared.cloud, keys, 'GET', '/notes', { query: { 'list-type': '2', ...more } });
    expect([(await list({})).status, (await list({ [name]: value })).status]).toEqual([403, 200]);
  });

  it('depends on the keys of the tags in a request', async () => {
    const keys = await sessionOf(shared.cloud, 'keys-only', {
      Action: ['s3:PutObject', 's3:PutObjectTagging'],
      Condition: { 'ForAllValues:StringEquals': { 's3:RequestObjectTagKeys': ['colour', 'size'] } },
    });
    const put = (tags: string) =>
      s3(shared.cloud, keys, 'PUT', '/notes/new', { body: 'x', headers: { 'x-amz-tagging': tags } });
    expect((await put('colour=any&size=any')).status).toBe(200);
    expect((await put('colour=any&shape=any')).status).toBe(403);
  });

  it('is limited by a session policy', async () => {
    await sessionOf(shared.cloud, 'all', { Action: 's3:*' });
    const Policy = document({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' });
    const keys = await assume(shared.cloud, 'all', { Policy });
    expect((await s3(shared.cloud, keys, 'GET', '/notes/read')).status).toBe(200);
    expect((await s3(shared.cloud, keys, 'DELETE', '/notes/read')).message).toContain(
      'because no session policy allows the s3:DeleteObject action',
    );
  });

  it('can come from the bucket, for another account and against everybody', async () => {
    await admin('PUT', '/shared');
    await admin('PUT', '/shared/a', { body: 'a' });
    const policy = (body: string) => admin('PUT', '/shared', { query: { policy: '' }, body });
    const get = (keys: typeof ADMIN) => s3(shared.cloud, keys, 'GET', '/shared/a');
    expect((await get(STRANGER)).message).toMatch(/"arn:aws:s3:::shared\/a"$/);
    const Resource = 'arn:aws:s3:::shared/*';
    const Principal = { AWS: `arn:aws:iam::${OTHER_ACCOUNT}:root` };
    expect(
      (await policy(document({ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource }))).status,
    ).toBe(204);
    expect((await get(STRANGER)).text).toBe('a');
    await policy(document({ Effect: 'Deny', Principal: '*', Action: 's3:GetObject', Resource }));
    expect((await get(ADMIN)).message).toContain('with an explicit deny in a resource-based policy');
    expect((await admin('GET', '/shared', { query: { policy: '' } })).text).toContain('"Deny"');
    expect((await policy('{')).code).toBe('MalformedPolicy');
    expect((await policy(document({ Effect: 'Allow', Action: 's3:*', Resource: '*' }))).code).toBe(
      'MalformedPolicy',
    );
    expect((await admin('DELETE', '/shared', { query: { policy: '' } })).status).toBe(204);
    expect((await admin('GET', '/shared', { query: { policy: '' } })).code).toBe('NoSuchBucketPolicy');
  });
});

it.each([
  ['GET', '/', '', 'ListBuckets'],
  ['PUT', '/operations', '', 'CreateBucket'],
  ['HEAD', '/operations', '', 'HeadBucket'],
  ['GET', '/operations', 'list-type', 'ListObjectsV2'],
  ['GET', '/operations', 'location', 'GetBucketLocation'],
  ['PUT', '/operations', 'policy', 'PutBucketPolicy'],
  ['GET', '/operations', 'policy', 'GetBucketPolicy'],
  ['DELETE', '/operations', 'policy', 'DeleteBucketPolicy'],
  ['PUT', '/operations/a', '', 'PutObject'],
  ['GET', '/operations/a', '', 'GetObject'],
  ['HEAD', '/operations/a', '', 'HeadObject'],
  ['PUT', '/operations/a', 'tagging', 'PutObjectTagging'],
  ['GET', '/operations/a', 'tagging', 'GetObjectTagging'],
  ['DELETE', '/operations/a', 'tagging', 'DeleteObjectTagging'],
  ['DELETE', '/operations/a', '', 'DeleteObject'],
  ['DELETE', '/operations', '', 'DeleteBucket'],
  ['POST', '/operations/a', 'uploads', 'unknown'],
])('takes %s %s?%s for %s', async (method, path, parameter, action) => {
  await admin(method, path, parameter === '' ? {} : { query: { [parameter]: '' } });
  expect(shared.cloud.requests.at(-1)?.action).toBe(action);
});

it('notes the calls, and lets faults strike', async () => {
  shared.cloud.fault('s3', { kind: 'throttle' });
  expect(await admin('GET', '/')).toMatchObject({ status: 503, code: 'SlowDown' });
  await admin('GET', '/notes/read');
  expect(shared.cloud.requests.at(-1)).toMatchObject({
    service: 's3',
    action: 'GetObject',
    params: { Bucket: 'notes', Key: 'read' },
    signer: ADMIN.accessKeyId,
    status: 200,
  });
});
