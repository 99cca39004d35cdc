import { Credentials } from '../../../src/core/credentials.js';
import { createSts, type Federation, type Hop, type StsSettings } from '../../../src/sts/client.js';
import { fakeClock } from '../../support/clock.js';
import { type ScriptedAnswer, scriptedHttp } from '../../support/scripted-http.js';
import {
  type AssumedFields,
  assumedAnswer,
  callerAnswer,
  federationAnswer,
} from '../../support/sts-answers.js';

const HOP: Hop = {
  roleArn: 'arn:aws:iam::111122223333:role/deploy',
  sessionName: 'GitHubActions',
  durationSeconds: 900,
  tags: [],
  transitiveTagKeys: [],
  policyArns: [],
};
const FEDERATION: Federation = { name: 'ci', durationSeconds: 900, tags: [], policyArns: [] };
const FEDERATED = 'arn:aws:sts::111122223333:federated-user/ci';
const AWS: StsSettings = {
  region: 'us-east-1',
  endpoint: undefined,
  useFips: false,
  useDualstack: false,
  userAgent: [],
};
const OTHER = { ...AWS, endpoint: new URL('https://rgw.example.com') };
const KEYS = new Credentials({
  accessKeyId: 'AKIAEXAMPLE',
  secretAccessKey: 'secret',
  sessionToken: 'token',
});

function stsThat(answer: ScriptedAnswer, settings = AWS) {
  const http = scriptedHttp(answer);
  return { http, sts: createSts(settings, http, fakeClock()) };
}

function assumed(fields: AssumedFields, settings = AWS, headers: Record<string, string> = {}) {
  return stsThat({ body: assumedAnswer(fields), headers }, settings).sts.assumeRoleWithWebIdentity(
    HOP,
    'token',
  );
}

describe('a call', () => {
  it('of a role without tags sends exactly what it has, and no empty Tags', async () => {
    const body = assumedAnswer({}).replaceAll('AssumeRoleWithWebIdentity', 'AssumeRole');
    const { http, sts } = stsThat({ body });
    await sts.assumeRole(HOP, KEYS);
    expect(http.sent.map((request) => [...new URLSearchParams(String(request.body))])).toEqual([
      [
        ['Action', 'AssumeRole'],
        ['Version', '2011-06-15'],
        ['RoleArn', HOP.roleArn],
        ['RoleSessionName', 'GitHubActions'],
        ['DurationSeconds', '900'],
      ],
    ]);
  });

  it.each<[string, Federation, readonly (readonly string[])[]]>([
    ['as little as it can', FEDERATION, []],
    [
      'policies and tags',
      {
        ...FEDERATION,
        policy: '{}',
        policyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
        tags: [{ key: 'Team', value: 'web', droppable: false }],
      },
      [
        ['Policy', '{}'],
        ['PolicyArns.member.1.arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'],
        ['Tags.member.1.Key', 'Team'],
        ['Tags.member.1.Value', 'web'],
      ],
    ],
  ])('for a federated user sends %s', async (_, federation, more) => {
    const { http, sts } = stsThat({ body: federationAnswer(FEDERATED) });
    expect(await sts.getFederationToken(KEYS, federation)).toMatchObject({
      arn: FEDERATED,
      accountId: '111122223333',
    });
    expect([...new URLSearchParams(String(http.sent[0]?.body))].sort()).toEqual(
      [
        ['Action', 'GetFederationToken'],
        ['Version', '2011-06-15'],
        ['Name', 'ci'],
        ['DurationSeconds', '900'],
        ...more,
      ].sort(),
    );
  });

  it("for a federated user needs AWS's word whose the session is, but not another server's", async () => {
    const answer = { body: federationAnswer('') };
    await expect(stsThat(answer).sts.getFederationToken(KEYS, FEDERATION)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: 'The response did not come from STS: it does not name the federated user.',
    });
    expect(await stsThat(answer, OTHER).sts.getFederationToken(KEYS, FEDERATION)).toMatchObject({
      arn: '',
      accountId: '',
    });
  });

  it('with a token sends no more than the token and the role', async () => {
    const { http, sts } = stsThat({ body: assumedAnswer({}) });
    await sts.assumeRoleWithWebIdentity(HOP, 'a.b.c');
    expect(http.sent.map((request) => [...new URLSearchParams(String(request.body))])).toEqual([
      [
        ['Action', 'AssumeRoleWithWebIdentity'],
        ['Version', '2011-06-15'],
        ['RoleArn', HOP.roleArn],
        ['RoleSessionName', 'GitHubActions'],
        ['DurationSeconds', '900'],
        ['WebIdentityToken', 'a.b.c'],
      ],
    ]);
  });

  it('with a text that cannot be encoded is an error, and nothing is sent', async () => {
    const { http, sts } = stsThat({ body: '' });
    await expect(sts.assumeRoleWithWebIdentity(HOP, 'a\ud800')).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      message: 'These values do not make a valid request (the call to STS AssumeRoleWithWebIdentity).',
    });
    expect(http.sent).toEqual([]);
  });

  it.each(['xn--a', 'xn--'])('in the Region %s, which is no name of a host, is an error', async (region) => {
    const { sts } = stsThat({ body: assumedAnswer({}) }, { ...AWS, region });
    await expect(sts.assumeRoleWithWebIdentity(HOP, 'x')).rejects.toMatchObject({
      code: 'INPUT_INVALID',
      message: `aws-region: got "${region}"; allowed: a Region such as us-east-1.`,
    });
  });
});

describe("STS's answer", () => {
  it.each<[AssumedFields, string]>([
    [{ arn: '' }, 'does not name the assumed role'],
    [{ arn: 'arn:aws:sts::1:assumed-role/x/y' }, 'does not name the assumed role'],
    [{ arn: 'arn:minio:sts::111122223333:assumed-role/x/y' }, 'does not name the assumed role'],
    [{ accessKeyId: 'ASIA\nx' }, 'has blanks or line breaks in its credentials'],
    [{ secretAccessKey: 'a b' }, 'has blanks or line breaks in its credentials'],
    [{ sessionToken: 'a\u200bb' }, 'has blanks or line breaks in its credentials'],
  ])('is none with %j', async (fields, lacks) => {
    await expect(assumed(fields)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: `The response did not come from STS: it ${lacks}.`,
    });
  });

  it.each<[AssumedFields, string, string]>([
    [{ arn: '' }, '', ''],
    [{ arn: 'arn:aws:sts:::assumed-role/deploy/x' }, 'arn:aws:sts:::assumed-role/deploy/x', ''],
    [{ arn: 'arn:aws:sts::tenant:assumed-role/d/x' }, 'arn:aws:sts::tenant:assumed-role/d/x', 'tenant'],
    [{ arn: 'arn:minio:sts:::assumed-role/d/x' }, 'arn:minio:sts:::assumed-role/d/x', ''],
  ])('of another server may be with %j', async (fields, arn, accountId) => {
    expect(await assumed(fields, OTHER)).toMatchObject({ arn, accountId });
  });

  it('to GetCallerIdentity needs an account with AWS alone', async () => {
    const body = callerAnswer('arn:aws:iam:::user/me', '');
    expect(await stsThat({ body }, OTHER).sts.getCallerIdentity(KEYS)).toEqual({
      arn: 'arn:aws:iam:::user/me',
      accountId: '',
    });
    await expect(stsThat({ body }).sts.getCallerIdentity(KEYS)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
    });
  });

  it('with credentials that ended before it was sent is an error', async () => {
    const date = { date: 'Tue, 01 Jan 2030 00:00:00 GMT' };
    await expect(assumed({ expiration: '2029-12-31T23:59:59Z' }, AWS, date)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringContaining('expired at 2029-12-31T23:59:59.000Z, before it was sent'),
    });
    expect(await assumed({ expiration: '2030-01-01T01:00:00Z' }, AWS, date)).toBeDefined();
    expect(await assumed({ expiration: '2029-12-31T23:59:59Z' })).toBeDefined();
  });

  it.each([
    ['no XML', '<p>portal</p>'],
    ['nothing', ''],
    ['half of one', assumedAnswer({}).slice(0, 300)],
    ['an end that is no time', assumedAnswer({ expiration: 'soon' })],
    ['JSON', '{"Credentials":{}}'],
  ])('that is %s is an error in our own words', async (_, body) => {
    await expect(stsThat({ body }).sts.assumeRoleWithWebIdentity(HOP, 'x')).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringMatching(/^The response did not come from STS(: it [\w' ]+| \(HTTP 200\))\.$/),
    });
  });

  it.each<[number, string, string, string]>([
    [
      403,
      '<Error><Code>AccessDenied</Code><Message></Message></Error>',
      'ACCESS_DENIED',
      'AccessDenied (HTTP 403, without a message).',
    ],
    [
      403,
      '<ErrorResponse><Error><Code>AccessDenied</Code><Mess',
      'ACCESS_DENIED',
      'AccessDenied (HTTP 403, without a message).',
    ],
    [
      403,
      '<ErrorResponse><Error><Code>AccessDen',
      'ANSWER_UNEXPECTED',
      'The response did not come from STS (HTTP 403).',
    ],
    [
      400,
      '<ErrorResponse><Error><Code/><Message/></Error></ErrorResponse>',
      'ANSWER_UNEXPECTED',
      'The response did not come from STS (HTTP 400).',
    ],
    [
      400,
      '<ErrorResponse><Error><Message>x</Message></Error></ErrorResponse>',
      'ANSWER_UNEXPECTED',
      'The response did not come from STS (HTTP 400).',
    ],
    [503, '<Error><Code>SlowDown</Code></Error>', 'THROTTLED', 'SlowDown (HTTP 503, without a message).'],
    [500, '<Error><Code>', 'SERVICE_UNAVAILABLE', 'STS returned HTTP 500.'],
    [302, '', 'ANSWER_UNEXPECTED', 'The response did not come from STS (HTTP 302).'],
  ])('%i %s is %s', async (status, body, code, message) => {
    const call = stsThat({ status, body }).sts.assumeRoleWithWebIdentity(HOP, 'x');
    await expect(call).rejects.toMatchObject({ code, message });
  });
});
