import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import type { Cloud, CloudTrailEvent } from '../../sandbox/cloud.js';
import { HUB, SPOKE } from '../support/assume-role.js';
import { startCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { BY_TOKEN, endpoint, inWorld } from '../support/guarded-account.js';
import { DEPLOY } from '../support/roles.js';
import {
  type Answer,
  assumeWithToken,
  BYSTANDER,
  element,
  type Keys,
  keysOf,
  LEGACY_DEPLOYER,
  requestToken,
  signed,
  unsigned,
} from '../support/sts-client.js';

const NOW = Date.UTC(2026, 10, 20, 12);
const HUB_ID = /^AROA[A-Z2-7]{17}:GitHubActions$/;
const SUBJECT = 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main';
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const file = join(temporaryDirectory(), 'trail.jsonl');
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => NOW, trailFile: file });
});
afterAll(() => cloud.close());

/** What happens, and CloudTrail's events of it. */
async function recorded<Result>(
  happening: () => Promise<Result>,
): Promise<readonly [Result, readonly CloudTrailEvent[]]> {
  const first = cloud.trail.length;
  const result = await happening();
  return [result, cloud.trail.slice(first)];
}

const token = (ref = 'refs/heads/main') => requestToken(cloud.environment({ ref }));
const ask = (keys: Keys, params: Record<string, string>): Promise<Answer> =>
  signed(cloud, keys, params, { date: new Date(NOW) });
const assume = (keys: Keys, RoleArn: string, more: Record<string, string> = {}) =>
  ask(keys, { Action: 'AssumeRole', RoleArn, RoleSessionName: 'session', ...more });
const hubKeys = async () => keysOf(await assumeWithToken(cloud, HUB, await token()));
const providerOf = (account: string) =>
  `arn:aws:iam::${account}:oidc-provider/${cloud.issuer.replace('http://', '')}`;

describe('a token', () => {
  it('that enters is an event with all that AWS puts there', async () => {
    const [answer, events] = await recorded(async () =>
      assumeWithToken(cloud, DEPLOY, await token(), { DurationSeconds: '900' }),
    );
    const provider = providerOf('111122223333');
    const host = new URL(cloud.stsUrl).host;
    expect(events).toEqual([
      {
        eventVersion: '1.11',
        userIdentity: {
          type: 'WebIdentityUser',
          principalId: `${provider}:sts.amazonaws.com:${SUBJECT}`,
          userName: SUBJECT,
          identityProvider: provider,
        },
        eventTime: '2026-11-20T12:00:00Z',
        eventSource: 'sts.amazonaws.com',
        eventName: 'AssumeRoleWithWebIdentity',
        awsRegion: 'us-east-1',
        sourceIPAddress: '127.0.0.1',
        userAgent: 'node',
        requestParameters: { roleArn: DEPLOY, roleSessionName: 'GitHubActions', durationSeconds: 900 },
        responseElements: {
          credentials: {
            accessKeyId: element(answer, 'AccessKeyId'),
            sessionToken: element(answer, 'SessionToken'),
            expiration: 'Nov 20, 2026, 12:15:00 PM',
          },
          assumedRoleUser: { assumedRoleId: element(answer, 'AssumedRoleId'), arn: element(answer, 'Arn') },
          subjectFromWebIdentityToken: SUBJECT,
          provider,
          audience: 'sts.amazonaws.com',
        },
        additionalEventData: { identityProviderConnectionVerificationMethod: 'IAMTrustStore' },
        requestID: element(answer, 'RequestId'),
        eventID: expect.stringMatching(UUID),
        readOnly: true,
        resources: [{ accountId: '111122223333', type: 'AWS::IAM::Role', ARN: DEPLOY }],
        eventType: 'AwsApiCall',
        managementEvent: true,
        recipientAccountId: '111122223333',
        eventCategory: 'Management',
        tlsDetails: {
          tlsVersion: 'TLSv1.3',
          cipherSuite: 'TLS_AES_128_GCM_SHA256',
          clientProvidedHostHeader: host,
        },
      },
    ]);
  });

  it('that the trust policy refuses is one, which does not say why', async () => {
    const [, events] = await recorded(async () =>
      assumeWithToken(cloud, DEPLOY, await token('refs/heads/x')),
    );
    expect(events).toMatchObject([
      {
        userIdentity: { userName: SUBJECT.replace('main', 'x') },
        errorCode: 'AccessDenied',
        errorMessage: 'An unknown error occurred',
        responseElements: null,
        recipientAccountId: '111122223333',
      },
    ]);
  });

  it('with session tags and a source identity shows them', async () => {
    const claims = {
      'https://aws.amazon.com/tags': {
        principal_tags: { Team: ['platform'] },
        transitive_tag_keys: ['Team'],
      },
      'https://aws.amazon.com/source_identity': 'octocat',
    };
    const jwt = await requestToken(cloud.environment({ claims }));
    const [, events] = await recorded(() => assumeWithToken(cloud, HUB, jwt));
    expect(events[0]?.requestParameters).toEqual({
      roleArn: HUB,
      roleSessionName: 'GitHubActions',
      sourceIdentity: 'octocat',
      principalTags: { Team: 'platform' },
      transitiveTagKeys: ['Team'],
    });
  });

  it('that nobody vouches for is none', async () => {
    const [answer, events] = await recorded(async () => assumeWithToken(cloud, DEPLOY, `${await token()}x`));
    expect([answer.status, events]).toEqual([400, []]);
  });

  it('comes from the network of the accounts file, and through its endpoint', async () => {
    await inWorld({ network: endpoint() }, async (elsewhere) => {
      await assumeWithToken(elsewhere, BY_TOKEN, await requestToken(elsewhere.environment()));
      expect(elsewhere.trail).toMatchObject([{ sourceIPAddress: '10.0.0.7', vpcEndpointId: 'vpce-1' }]);
    });
  });

  it('is of the Region whose endpoint was asked', async () => {
    const { port } = new URL(cloud.stsUrl);
    const body = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleArn: DEPLOY };
    const params = new URLSearchParams({
      ...body,
      RoleSessionName: 'session',
      WebIdentityToken: await token(),
    });
    const headers = { host: 'sts.eu-west-1.amazonaws.com' };
    const [, events] = await recorded(
      () =>
        new Promise((resolve, reject) => {
          request({ host: '127.0.0.1', port, method: 'POST', headers }, (response) =>
            response.resume().once('end', resolve),
          )
            .once('error', reject)
            .end(String(params));
        }),
    );
    expect(events).toMatchObject([{ awsRegion: 'eu-west-1', userAgent: '' }]);
  });
});

describe('a role assumed from a role of another account', () => {
  it('is an event in both, of which the second sees only whose session it was', async () => {
    const keys = await hubKeys();
    const tags = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'platform' };
    const [answer, events] = await recorded(() =>
      assume(keys, SPOKE, { ...tags, 'TransitiveTagKeys.member.1': 'Team', SourceIdentity: 'octocat' }),
    );
    const [own, other, ...more] = events;
    expect(more).toEqual([]);
    expect(own).toMatchObject({
      recipientAccountId: '222233334444',
      requestID: element(answer, 'RequestId'),
      userIdentity: {
        type: 'AssumedRole',
        principalId: expect.stringMatching(HUB_ID),
        arn: 'arn:aws:sts::222233334444:assumed-role/hub-deploy/GitHubActions',
        accessKeyId: keys.accessKeyId,
        sessionContext: {
          sessionIssuer: { type: 'Role', arn: HUB, userName: 'hub-deploy' },
          webIdFederationData: { federatedProvider: providerOf('222233334444'), attributes: {} },
          attributes: { creationDate: '2026-11-20T12:00:00Z', mfaAuthenticated: 'false' },
        },
      },
      requestParameters: {
        roleArn: SPOKE,
        roleSessionName: 'session',
        sourceIdentity: 'octocat',
        tags: [{ key: 'Team', value: 'platform' }],
        transitiveTagKeys: ['Team'],
      },
    });
    expect(other).toEqual({
      ...own,
      userIdentity: {
        type: 'AWSAccount',
        principalId: own?.userIdentity['principalId'],
        accountId: '222233334444',
      },
      recipientAccountId: '444455556666',
      eventID: expect.stringMatching(UUID),
    });
    expect(other?.eventID).not.toBe(own?.eventID);
    expect(own?.['sharedEventID']).toMatch(UUID);
  });

  it('and refused is one in the account of the caller only', async () => {
    const keys = await hubKeys();
    const role = 'arn:aws:iam::444455556666:role/spoke-closed';
    const [answer, events] = await recorded(() => assume(keys, role));
    expect(events).toMatchObject([
      { recipientAccountId: '222233334444', errorCode: 'AccessDenied', errorMessage: answer.message },
    ]);
  });

  it('shows what the session inherits: transitive tags and the source identity, but no federation', async () => {
    const from = await requestToken(cloud.environment());
    const first = keysOf(await assumeWithToken(cloud, 'arn:aws:iam::222233334444:role/link-1', from));
    const more = {
      'Tags.member.1.Key': 'Team',
      'Tags.member.1.Value': 'platform',
      'TransitiveTagKeys.member.1': 'Team',
      SourceIdentity: 'octocat',
    };
    const second = keysOf(await assume(first, 'arn:aws:iam::444455556666:role/link-2', more));
    const [, [event]] = await recorded(() => assume(second, 'arn:aws:iam::123456789012:role/link-3'));
    expect(event?.requestParameters).toMatchObject({
      incomingTransitiveTags: { Team: 'platform' },
      sourceIdentity: 'octocat',
    });
    expect(event?.userIdentity['sessionContext']).toMatchObject({ sourceIdentity: 'octocat' });
    expect(event?.userIdentity['sessionContext']).not.toHaveProperty('webIdFederationData');
  });
});

describe('other calls', () => {
  const SERIAL = 'arn:aws:iam::111122223333:mfa/legacy-deployer';

  it('by a user, with MFA, name the user and the device, and never the code', async () => {
    const code = cloud.mfaCode(SERIAL);
    const [answer, events] = await recorded(() =>
      ask(LEGACY_DEPLOYER, { Action: 'GetSessionToken', SerialNumber: SERIAL, TokenCode: code }),
    );
    const user = {
      type: 'IAMUser',
      principalId: expect.stringMatching(/^AIDA/),
      arn: 'arn:aws:iam::111122223333:user/legacy-deployer',
      accountId: '111122223333',
      userName: 'legacy-deployer',
    };
    expect(events).toMatchObject([
      {
        userIdentity: { ...user, accessKeyId: LEGACY_DEPLOYER.accessKeyId },
        readOnly: false,
        requestParameters: { serialNumber: SERIAL },
        responseElements: { credentials: { accessKeyId: element(answer, 'AccessKeyId') } },
      },
    ]);
    expect(events[0]?.userIdentity).not.toHaveProperty('sessionContext');
    expect(events[0]).not.toHaveProperty('resources');
    expect(JSON.stringify(events)).not.toContain(code);
    const [, [asked]] = await recorded(() => ask(keysOf(answer), { Action: 'GetCallerIdentity' }));
    const attributes = { creationDate: '2026-11-20T12:00:00Z', mfaAuthenticated: 'true' };
    expect(asked).toMatchObject({
      userIdentity: { ...user, sessionContext: { attributes } },
      requestParameters: null,
      responseElements: null,
    });
  });

  it('with an assertion name its subject, the provider and what it says of the session', async () => {
    const role = 'arn:aws:iam::111122223333:role/saml-deploy';
    const PrincipalArn = 'arn:aws:iam::111122223333:saml-provider/octo-idp';
    const SAMLAssertion = await cloud.samlAssertion({ subject: 'octocat' });
    const [answer, events] = await recorded(() =>
      unsigned(cloud, { Action: 'AssumeRoleWithSAML', RoleArn: role, PrincipalArn, SAMLAssertion }),
    );
    const nameQualifier = element(answer, 'NameQualifier');
    expect(events).toMatchObject([
      {
        userIdentity: {
          type: 'SAMLUser',
          principalId: `${nameQualifier}:octocat`,
          userName: 'octocat',
          identityProvider: nameQualifier,
        },
        requestParameters: { roleArn: role, roleSessionName: 'octocat', principalArn: PrincipalArn },
        responseElements: { subject: 'octocat', nameQualifier },
        resources: [{ type: 'AWS::IAM::Role' }, { type: 'AWS::IAM::SAMLProvider', ARN: PrincipalArn }],
      },
    ]);
    const [, [used]] = await recorded(() => ask(keysOf(answer), { Action: 'GetCallerIdentity' }));
    expect(used?.userIdentity['sessionContext']).not.toHaveProperty('webIdFederationData');
  });

  it('with policies show these, and a refusal for a wrong parameter shows the parameter', async () => {
    const policy = '{"Version":"2012-10-17","Statement":[]}';
    const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    const more = { Policy: policy, 'PolicyArns.member.1.arn': arn, DurationSeconds: '1', ExternalId: 'ab' };
    const [, events] = await recorded(() => assume(BYSTANDER, DEPLOY, more));
    expect(events).toMatchObject([
      {
        errorCode: 'ValidationError',
        requestParameters: { policy, policyArns: [{ arn }], durationSeconds: 1, externalId: 'ab' },
      },
    ]);
  });

  it('with a wrong signature have no event', async () => {
    const [, events] = await recorded(() =>
      ask({ ...BYSTANDER, secretAccessKey: 'x' }, { Action: 'AssumeRole' }),
    );
    expect(events).toEqual([]);
  });
});

it('every event is a line of the file, and what the control interface gives; none has a secret key', async () => {
  const keys = await hubKeys();
  const lines = cloud.trail.map((event) => `${JSON.stringify(event)}\n`).join('');
  expect(readFileSync(file, 'utf8')).toBe(lines);
  expect(await (await fetch(`${cloud.stsUrl}/_sandbox/trail`)).text()).toBe(lines);
  expect(lines).toContain(keys.accessKeyId);
  expect(lines).not.toContain(keys.secretAccessKey);
  expect(lines).not.toContain('eyJhbGciOi');
});
