import { connect } from 'node:net';
import type { Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { LEGACY_DEPLOYER, signed, unsigned } from '../support/sts-client.js';

const ROLE = 'arn:aws:iam::111122223333:role/access-key-deploy';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterAll(() => cloud.close());

const assume = (more: Record<string, string>) =>
  signed(cloud, LEGACY_DEPLOYER, {
    Action: 'AssumeRole',
    RoleArn: ROLE,
    RoleSessionName: 'session',
    ...more,
  });

const at = (place: string, value: string, constraint: string) =>
  `1 validation error detected: Value ${value} at '${place}' failed to satisfy constraint: Member must ${constraint}`;

describe('AssumeRole refuses, in the words of AWS,', () => {
  const long = (length: number) => 'x'.repeat(length);
  const rows: readonly [string, Record<string, string>, string][] = [
    [
      'a session name that is too short',
      { RoleSessionName: 'x' },
      at('roleSessionName', "'x'", 'have length greater than or equal to 2'),
    ],
    [
      'a session name that is too long',
      { RoleSessionName: long(65) },
      at('roleSessionName', `'${long(65)}'`, 'have length less than or equal to 64'),
    ],
    [
      'a session name with a space',
      { RoleSessionName: 'a b' },
      at('roleSessionName', "'a b'", 'satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [
      'an ARN that is too short',
      { RoleArn: 'arn' },
      at('roleArn', "'arn'", 'have length greater than or equal to 20'),
    ],
    [
      'an ARN that is too long',
      { RoleArn: ROLE.padEnd(2049, 'x') },
      at('roleArn', `'${ROLE.padEnd(2049, 'x')}'`, 'have length less than or equal to 2048'),
    ],
    ['an ARN that is none', { RoleArn: 'x'.repeat(20) }, 'Request ARN is invalid'],
    ['an ARN of a user', { RoleArn: 'arn:aws:iam::111122223333:user/deployer' }, 'Request ARN is invalid'],
    [
      'a duration that is too short',
      { DurationSeconds: '899' },
      at('durationSeconds', "'899'", 'have value greater than or equal to 900'),
    ],
    [
      'a duration that is too long',
      { DurationSeconds: '43201' },
      at('durationSeconds', "'43201'", 'have value less than or equal to 43200'),
    ],
    [
      'an external id that is too short',
      { ExternalId: 'x' },
      at('externalId', "'x'", 'have length greater than or equal to 2'),
    ],
    [
      'an external id that is too long',
      { ExternalId: long(1225) },
      at('externalId', `'${long(1225)}'`, 'have length less than or equal to 1224'),
    ],
    [
      'an external id with a space',
      { ExternalId: 'a b' },
      at('externalId', "'a b'", 'satisfy regular expression pattern: [\\w+=,.@:\\/-]*'),
    ],
    [
      'a source identity that is too short',
      { SourceIdentity: 'x' },
      at('sourceIdentity', "'x'", 'have length greater than or equal to 2'),
    ],
    [
      'a source identity that is too long',
      { SourceIdentity: long(65) },
      at('sourceIdentity', `'${long(65)}'`, 'have length less than or equal to 64'),
    ],
    [
      'a source identity with a space',
      { SourceIdentity: 'a b' },
      at('sourceIdentity', "'a b'", 'satisfy regular expression pattern: [\\w+=,.@-]*'),
    ],
    [
      'the serial number of a device that is too short',
      { SerialNumber: '12345678' },
      at('serialNumber', "'12345678'", 'have length greater than or equal to 9'),
    ],
    [
      'the serial number of a device that is too long',
      { SerialNumber: long(257) },
      at('serialNumber', `'${long(257)}'`, 'have length less than or equal to 256'),
    ],
    [
      'the serial number of a device with a space',
      { SerialNumber: 'my device' },
      at('serialNumber', "'my device'", 'satisfy regular expression pattern: [\\w+=/:,.@-]*'),
    ],
    [
      'a code of five digits',
      { TokenCode: '12345' },
      at('tokenCode', "'12345'", 'have length greater than or equal to 6'),
    ],
    [
      'a code of seven digits',
      { TokenCode: '1234567' },
      at('tokenCode', "'1234567'", 'have length less than or equal to 6'),
    ],
    [
      'a code with a letter',
      { TokenCode: '12345x' },
      at('tokenCode', "'12345x'", 'satisfy regular expression pattern: [\\d]*'),
    ],
    ['an empty policy', { Policy: '' }, at('policy', "''", 'have length greater than or equal to 1')],
    [
      'a policy that is too long',
      { Policy: long(2049) },
      at('policy', `'${long(2049)}'`, 'have length less than or equal to 2048'),
    ],
    [
      'an empty tag key',
      { 'Tags.member.1.Key': '', 'Tags.member.1.Value': 'v' },
      at('tags.1.member.key', "''", 'have length greater than or equal to 1'),
    ],
    [
      'a tag key that is too long',
      { 'Tags.member.1.Key': long(129), 'Tags.member.1.Value': 'v' },
      at('tags.1.member.key', `'${long(129)}'`, 'have length less than or equal to 128'),
    ],
    [
      'a tag value that is too long',
      { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': long(257) },
      at('tags.1.member.value', `'${long(257)}'`, 'have length less than or equal to 256'),
    ],
    [
      'a tag value with a forbidden character',
      { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'a*b' },
      at(
        'tags.1.member.value',
        "'a*b'",
        'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
      ),
    ],
    [
      'a tag key with a forbidden character',
      { 'Tags.member.1.Key': 'a*b', 'Tags.member.1.Value': 'v' },
      at('tags.1.member.key', "'a*b'", 'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*'),
    ],
    ['a tag without a key', { 'Tags.member.1.Value': 'v' }, at('tags.1.member.key', 'null', 'not be null')],
    ['a tag without a value', { 'Tags.member.1.Key': 'k' }, at('tags.1.member.value', 'null', 'not be null')],
    [
      'an empty transitive tag key',
      { 'TransitiveTagKeys.member.1': '' },
      at('transitiveTagKeys.1.member', "''", 'have length greater than or equal to 1'),
    ],
    [
      'a transitive tag key that is too long',
      { 'TransitiveTagKeys.member.1': long(129) },
      at('transitiveTagKeys.1.member', `'${long(129)}'`, 'have length less than or equal to 128'),
    ],
    [
      'a transitive tag key with a forbidden character',
      { 'TransitiveTagKeys.member.1': 'a*b' },
      at(
        'transitiveTagKeys.1.member',
        "'a*b'",
        'satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*',
      ),
    ],
    [
      'a managed policy that is too long',
      { 'PolicyArns.member.1.arn': long(2049) },
      at('policyArns.1.member.arn', `'${long(2049)}'`, 'have length less than or equal to 2048'),
    ],
    [
      'a managed policy that is no ARN',
      { 'PolicyArns.member.1.arn': 'ReadOnlyAccess' },
      at('policyArns.1.member.arn', "'ReadOnlyAccess'", 'have length greater than or equal to 20'),
    ],
  ];
  it.each(rows)('%s', async (_, more, message) => {
    expect(await assume(more)).toMatchObject({ status: 400, code: 'ValidationError', message });
  });

  it('everything that is wrong, at once', async () => {
    expect(await assume({ RoleSessionName: 'x', DurationSeconds: '1' })).toMatchObject({
      message: expect.stringMatching(
        /^2 validation errors detected: Value 'x' at 'roleSessionName' .+; Value '1' at 'durationSeconds' /,
      ),
    });
  });

  it('more than 50 transitive tag keys', async () => {
    const keys = Array.from({ length: 51 }, (_, i) => [`TransitiveTagKeys.member.${i + 1}`, `k${i}`]);
    expect((await assume(Object.fromEntries(keys))).message).toMatch(
      /at 'transitiveTagKeys' failed to satisfy constraint: Member must have length less than or equal to 50$/,
    );
  });

  it('more than 50 tags and more than 10 managed policies', async () => {
    const tags = Array.from({ length: 51 }, (_, i) => [
      [`Tags.member.${i + 1}.Key`, `k${i}`],
      [`Tags.member.${i + 1}.Value`, ''],
    ]).flat();
    expect(await assume(Object.fromEntries(tags))).toMatchObject({
      code: 'ValidationError',
      message: expect.stringMatching(
        /at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50$/,
      ),
    });
    const arns = Array.from({ length: 11 }, (_, i) => [
      `PolicyArns.member.${i + 1}.arn`,
      `arn:aws:iam::aws:policy/P${i}`,
    ]);
    expect(await assume(Object.fromEntries(arns))).toMatchObject({
      code: 'ValidationError',
      message: expect.stringMatching(
        /at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10$/,
      ),
    });
  });

  it('a duration that is no number', async () => {
    for (const DurationSeconds of ['', 'an hour', '9e2', '900.5']) {
      expect(await assume({ DurationSeconds })).toMatchObject({
        status: 400,
        code: 'MalformedInput',
        message: `Invalid integer: ${DurationSeconds}`,
      });
    }
  });
});

it.each<[string, Record<string, string>]>([
  ['the shortest session name', { RoleSessionName: 'xx' }],
  ['the shortest external id', { ExternalId: 'xx' }],
  ['the longest external id', { ExternalId: 'x'.repeat(1224) }],
  ['a source identity of the shortest', { SourceIdentity: 'xx' }],
  ['a source identity of the longest', { SourceIdentity: 'x'.repeat(64) }],
  ['the longest tag key', { 'Tags.member.1.Key': 'k'.repeat(128), 'Tags.member.1.Value': '' }],
  ['the longest tag value', { 'Tags.member.1.Key': 'k', 'Tags.member.1.Value': 'v'.repeat(256) }],
])('accepts %s', async (_, more) => {
  expect((await assume(more)).message ?? '').not.toContain('validation error');
});

it('accepts the limits themselves', async () => {
  const tags = { 'Tags.member.1.Key': 'ключ', 'Tags.member.1.Value': 'a b_.:/=+-@ü' };
  expect((await assume({ RoleSessionName: 'x'.repeat(64), DurationSeconds: '900', ...tags })).status).toBe(
    200,
  );
});

it('does not care in which order and with which gaps tags are numbered', async () => {
  const tags = {
    'Tags.member.7.Value': 'v',
    'Tags.member.7.Key': 'k',
    'Tags.member.2.Key': 'l',
    'Tags.member.2.Value': '',
  };
  expect((await assume(tags)).status).toBe(200);
});

describe('AssumeRoleWithWebIdentity refuses, before it looks at the token,', () => {
  const ask = (more: Record<string, string>) =>
    unsigned(cloud, { Action: 'AssumeRoleWithWebIdentity', ...more });
  const complete = { RoleArn: ROLE, RoleSessionName: 'session', WebIdentityToken: 'token' };

  it('a call without its parameters', async () => {
    expect(await ask({})).toMatchObject({
      status: 400,
      code: 'ValidationError',
      message:
        "3 validation errors detected: Value null at 'roleArn' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'roleSessionName' failed to satisfy constraint: Member must not be null; " +
        "Value null at 'webIdentityToken' failed to satisfy constraint: Member must not be null",
    });
  });

  it('a token that is too short or too long', async () => {
    expect(await ask({ ...complete, WebIdentityToken: 'abc' })).toMatchObject({
      message: at('webIdentityToken', "'abc'", 'have length greater than or equal to 4'),
    });
    expect(await ask({ ...complete, WebIdentityToken: 'x'.repeat(20001) })).toMatchObject({
      message: expect.stringContaining('Member must have length less than or equal to 20000'),
    });
  });

  it('a malformed policy', async () => {
    expect(await ask({ ...complete, Policy: '{' })).toMatchObject({
      status: 400,
      code: 'MalformedPolicyDocument',
    });
  });
});

describe('whatever comes in, an answer in the form of AWS goes out:', () => {
  const send = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${cloud.stsUrl}${path}`, init);
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      body: await response.text(),
    };
  };

  it.each<[string, string, RequestInit, string]>([
    ['no action', '/', {}, 'MissingAction'],
    ['an unknown action', '/?Action=GetSecret&Version=2011-06-15', {}, 'InvalidAction'],
    ['a known action in an unknown version', '/?Action=AssumeRole&Version=2010-05-08', {}, 'InvalidAction'],
    ['no version', '/?Action=GetCallerIdentity', {}, 'InvalidAction'],
    ['an action of every object', '/?Action=constructor&Version=2011-06-15', {}, 'InvalidAction'],
    ['JSON', '/', { method: 'POST', body: '{"Action":"AssumeRole"}' }, 'MissingAction'],
    ['bytes', '/', { method: 'PUT', body: new Uint8Array([0, 255, 254, 37, 37]) }, 'MissingAction'],
    ['broken escapes', '/?Action=%E0%A4%A&%', {}, 'InvalidAction'],
  ])('%s', async (_, path, init, code) => {
    const answer = await send(path, init);
    expect(answer).toMatchObject({ status: 400, type: 'text/xml' });
    expect(answer.body).toContain(`<Type>Sender</Type>\n    <Code>${code}</Code>`);
  });

  it('text that is markup is escaped', async () => {
    const { body } = await send(
      `/?${new URLSearchParams({ Action: '<a>&"\'\u0001', Version: '2011-06-15' })}`,
    );
    expect(body).toContain('Could not find operation &lt;a&gt;&amp;&quot;&apos;\ufffd for version');
  });

  it.each(['GET // HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', 'no HTTP at all\r\n\r\n'])(
    'a request that is none gets 400: %j',
    async (text) => {
      const socket = connect(Number(new URL(cloud.stsUrl).port), '127.0.0.1');
      socket.end(text);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    },
  );

  it('a body without end is cut off', async () => {
    const body = 'x'.repeat(1_500_000);
    const outcome = await send('/', { method: 'POST', body }).catch(() => 'cut off');
    expect(outcome === 'cut off' || (typeof outcome === 'object' && outcome.status === 413)).toBe(true);
  });
});
