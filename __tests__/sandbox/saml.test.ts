import { createHash } from 'node:crypto';
import { AssumeRoleWithSAMLCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cloud, SamlOptions } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { rsaKeys } from '../support/rsa-keys.js';
import { type Answer, element, keysOf, signed, unsigned } from '../support/sts-client.js';

const ROLE = 'arn:aws:iam::111122223333:role/saml-deploy';
const PROVIDER = 'arn:aws:iam::111122223333:saml-provider/octo-idp';
const ISSUER = 'https://idp.example.com/saml';
const ATTRIBUTE = 'https://aws.amazon.com/SAML/Attributes/';
const START = Date.UTC(2026, 10, 20, 12);

let now = START;
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => now });
});
afterEach(() => {
  now = START;
});
afterAll(() => cloud.close());

async function assume(SAMLAssertion: string, more: Record<string, string> = {}, on = cloud): Promise<Answer> {
  return unsigned(on, {
    Action: 'AssumeRoleWithSAML',
    RoleArn: ROLE,
    PrincipalArn: PROVIDER,
    SAMLAssertion,
    ...more,
  });
}

const assumeWith = async (options: SamlOptions, more: Record<string, string> = {}) =>
  assume(await cloud.samlAssertion(options), more);

/** The assertion with its XML changed after it was signed. */
async function tampered(change: (xml: string) => string, options: SamlOptions = {}): Promise<string> {
  const xml = Buffer.from(await cloud.samlAssertion(options), 'base64').toString('utf8');
  const changed = change(xml);
  expect(changed).not.toBe(xml);
  return Buffer.from(changed).toString('base64');
}

const invalid = (message: string) => ({ status: 400, code: 'InvalidIdentityToken', message });
const expired = (message: string) => ({ status: 400, code: 'ExpiredTokenException', message });
const denied = (action: string) => ({
  status: 403,
  code: 'AccessDenied',
  message: `Not authorized to perform ${action}`,
});

describe('an assertion of the identity provider', () => {
  it('opens the role, and the answer says whose it is', async () => {
    const answer = await assumeWith({ subject: 'octocat' });
    expect(answer.status).toBe(200);
    const fields = ['Arn', 'Issuer', 'Subject', 'SubjectType', 'Audience', 'NameQualifier', 'Expiration'];
    expect(Object.fromEntries(fields.map((name) => [name, element(answer, name)]))).toEqual({
      Arn: 'arn:aws:sts::111122223333:assumed-role/saml-deploy/octocat',
      Issuer: ISSUER,
      Subject: 'octocat',
      SubjectType: 'persistent',
      Audience: 'https://signin.aws.amazon.com/saml',
      NameQualifier: createHash('sha1').update(`${ISSUER}111122223333/octo-idp`).digest('base64'),
      Expiration: '2026-11-20T13:00:00Z',
    });
  });

  it('opens it through the AWS SDK, and the credentials are good for the next hop', async () => {
    const real = await startCloud();
    try {
      const client = new STSClient({ region: 'us-east-1', endpoint: real.stsUrl });
      const { Credentials } = await client.send(
        new AssumeRoleWithSAMLCommand({
          RoleArn: ROLE,
          PrincipalArn: PROVIDER,
          SAMLAssertion: await real.samlAssertion(),
        }),
      );
      const keys = {
        accessKeyId: Credentials?.AccessKeyId ?? '',
        secretAccessKey: Credentials?.SecretAccessKey ?? '',
        sessionToken: Credentials?.SessionToken ?? '',
      };
      const next = 'arn:aws:iam::444455556666:role/spoke-closed';
      const hop = { Action: 'AssumeRole', RoleArn: next, RoleSessionName: 'session' };
      expect((await signed(real, keys, hop)).status).toBe(200);
    } finally {
      await real.close();
    }
  });

  it('carries session tags and a source identity, which stay for the rest of the chain', async () => {
    const answer = await assumeWith({
      tags: { Team: 'platform' },
      transitiveTagKeys: ['Team'],
      sourceIdentity: 'octocat',
    });
    expect(element(answer, 'SourceIdentity')).toBe('octocat');
    const next = await signed(
      cloud,
      keysOf(answer),
      {
        Action: 'AssumeRole',
        RoleArn: 'arn:aws:iam::444455556666:role/spoke-closed',
        RoleSessionName: 'session',
      },
      { date: new Date(now) },
    );
    expect(element(next, 'SourceIdentity')).toBe('octocat');
    // Team=platform: 12 + 8 of 470.
    expect(element(next, 'PackedPolicySize')).toBe('5');
  });
});

describe('the session lasts', () => {
  const ends = async (options: SamlOptions, more: Record<string, string> = {}) =>
    element(await assumeWith(options, more), 'Expiration');

  it('as long as was asked for', async () => {
    expect(await ends({}, { DurationSeconds: '900' })).toBe('2026-11-20T12:15:00Z');
  });

  it('not longer than the identity provider says, and whatever the console may have', async () => {
    expect(await ends({ sessionEndsInSeconds: 1200 })).toBe('2026-11-20T12:20:00Z');
    expect(await ends({ sessionDurationSeconds: 43200 })).toBe('2026-11-20T13:00:00Z');
  });

  it('not longer than the role allows', async () => {
    expect(await assumeWith({}, { DurationSeconds: '3601' })).toMatchObject({
      code: 'ValidationError',
      message: 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
    });
  });
});

describe('is refused', () => {
  it.each<[string, (xml: string) => string]>([
    ['with another role in it', (xml) => xml.replace(ROLE, ROLE.replace('saml-deploy', 'mfa-deploy'))],
    [
      'with another session name',
      (xml) => xml.replace('>octocat</saml:AttributeValue>', '>admin</saml:AttributeValue>'),
    ],
    ['with a longer life', (xml) => xml.replaceAll('2026-11-20T12:05:00.000Z', '2027-11-20T12:05:00.000Z')],
    ['with its signature taken away', (xml) => xml.replace(/<ds:Signature.*<\/ds:Signature>/, '')],
    [
      'signed with SHA-1',
      (xml) => xml.replace('2001/04/xmldsig-more#rsa-sha256', '2000/09/xmldsig#rsa-sha1'),
    ],
  ])('when it was changed: %s', async (_, change) => {
    expect(await assume(await tampered(change))).toMatchObject(invalid('Response signature invalid'));
  });

  it('when another identity provider signed it', async () => {
    const other = await startCloud({ now: () => now, keys: () => rsaKeys('another signer') });
    try {
      expect(await assume(await other.samlAssertion())).toMatchObject(invalid('Response signature invalid'));
    } finally {
      await other.close();
    }
  });

  it.each<[string, string]>([
    ['no base64', '<samlp:Response/>'],
    ['no XML', Buffer.from('hello').toString('base64')],
    ['XML, but no Response', Buffer.from('<Assertion/>').toString('base64')],
    ['a document with entities', Buffer.from('<!DOCTYPE r [<!ENTITY e "x">]><r>&e;</r>').toString('base64')],
  ])('when it is %s', async (_, text) => {
    expect(await assume(text)).toMatchObject(invalid('Invalid base64 SAMLResponse'));
  });

  it.each<[string, SamlOptions, object]>([
    ['expired', { lifetimeSeconds: 0 }, expired('Response has expired')],
    ['not good yet', { notBeforeSeconds: 60 }, invalid('Response is not yet valid')],
    [
      'for another service',
      { audience: 'https://sp.example.com' },
      invalid('Response does not contain the required audience.'),
    ],
    [
      "another provider's",
      { issuer: 'https://idp.example.org/saml' },
      invalid('Issuer not present in specified provider'),
    ],
    [
      'without a session name',
      { attributes: { [`${ATTRIBUTE}RoleSessionName`]: [] } },
      invalid('RoleSessionName is required in AuthnResponse'),
    ],
    [
      'with a session name of other characters',
      { sessionName: 'octo cat' },
      invalid('RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}'),
    ],
    [
      'with a source identity that AWS keeps for itself',
      { sourceIdentity: 'aws:octocat' },
      invalid('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"'),
    ],
    [
      'for another role',
      { roles: [[ROLE.replace('saml', 'mfa'), PROVIDER]] },
      denied('sts:AssumeRoleWithSAML'),
    ],
    [
      'for another recipient than the role trusts',
      { recipient: 'https://eu-west-1.signin.aws.amazon.com/saml' },
      denied('sts:AssumeRoleWithSAML'),
    ],
    ['the report of a failure', { status: 'AuthnFailed' }, { status: 403, code: 'IDPRejectedClaim' }],
  ])('when it is %s', async (_, options, answer) => {
    expect(await assumeWith(options)).toMatchObject(answer);
  });

  it('when it is redeemed later than five minutes after it was issued', async () => {
    const assertion = await cloud.samlAssertion({ lifetimeSeconds: 3600 });
    now = START + 299_000;
    expect((await assume(assertion)).status).toBe(200);
    now = START + 300_000;
    expect(await assume(assertion)).toMatchObject(
      expired('Token must be redeemed within 5 minutes of issuance'),
    );
  });

  it('when the account has no such provider', async () => {
    const PrincipalArn = `${PROVIDER}-2`;
    expect(await assumeWith({}, { PrincipalArn })).toMatchObject(invalid("Specified provider doesn't exist"));
  });

  it('when a parameter is missing', async () => {
    const answer = await unsigned(cloud, { Action: 'AssumeRoleWithSAML', RoleArn: ROLE });
    expect(answer).toMatchObject({ status: 400, code: 'ValidationError' });
    expect(answer.message).toContain("Value null at 'principalArn'");
    expect(answer.message).toContain("Value null at 'sAMLAssertion'");
  });

  it.each<[string, Record<string, string>, string]>([
    [
      'an assertion that is too short',
      { SAMLAssertion: 'abc' },
      "at 'sAMLAssertion' failed to satisfy constraint: Member must have length greater than or equal to 4",
    ],
    [
      'an assertion that is too long',
      { SAMLAssertion: 'x'.repeat(100_001) },
      "at 'sAMLAssertion' failed to satisfy constraint: Member must have length less than or equal to 100000",
    ],
    [
      'a provider that is too short',
      { PrincipalArn: 'arn' },
      "at 'principalArn' failed to satisfy constraint: Member must have length greater than or equal to 20",
    ],
    [
      'a provider that is too long',
      { PrincipalArn: PROVIDER.padEnd(2049, 'x') },
      "at 'principalArn' failed to satisfy constraint: Member must have length less than or equal to 2048",
    ],
    [
      'a provider with a control character',
      { PrincipalArn: `${PROVIDER}\u0007` },
      "at 'principalArn' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u007E\\u0085\\u00A0-\\uD7FF\\uE000-\\uFFFD\\u10000-\\u10FFFF]+",
    ],
  ])('with %s', async (_, more, message) => {
    const answer = await assumeWith({}, more);
    expect(answer).toMatchObject({ status: 400, code: 'ValidationError' });
    expect(answer.message).toMatch(/^1 validation error detected: /);
    expect(answer.message?.endsWith(message)).toBe(true);
  });

  it.each([4, 100_000])(
    'as no assertion when it has %i characters, and not for its length',
    async (length) => {
      expect(await assume('x'.repeat(length))).toMatchObject(invalid('Invalid base64 SAMLResponse'));
    },
  );
});

it('a forged assertion before the signed one is not seen', async () => {
  const wrapped = await tampered((xml) => {
    const assertion = /<saml:Assertion.*<\/saml:Assertion>/.exec(xml)?.[0] ?? '';
    const forged = assertion
      .replace(/<ds:Signature.*<\/ds:Signature>/, '')
      .replace(/ ID="[^"]*"/, ' ID="_forged"')
      .replaceAll('>octocat<', '>admin<');
    return xml.replace(assertion, forged + assertion);
  });
  const answer = await assume(wrapped);
  expect(['Subject', 'Arn'].map((name) => element(answer, name))).toEqual([
    'octocat',
    'arn:aws:sts::111122223333:assumed-role/saml-deploy/octocat',
  ]);
});

it('takes the pair of role and provider either way round, and the URN as audience', async () => {
  expect((await assumeWith({ roles: [[PROVIDER, ROLE]] })).status).toBe(200);
  expect((await assumeWith({ audience: 'urn:amazon:webservices' })).status).toBe(200);
});
