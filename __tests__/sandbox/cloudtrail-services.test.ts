import { lookUp, readLookup } from '../../sandbox/aws/cloudtrail/lookup.js';
import type { Cloud } from '../../sandbox/cloud.js';
import { isObject } from '../../sandbox/core/json.js';
import { ACCOUNT, allow, assume, document, FIRST, inWorld, USER } from '../support/guarded-account.js';
import { element, keysOf, LEGACY_DEPLOYER, signed } from '../support/sts-client.js';

const ADMINISTRATOR = { caller: { permissions: [allow('*')] } };

/** Asks IAM as the user of the account. */
const iam = (cloud: Cloud, params: Record<string, string>) =>
  signed(
    { ...cloud, stsUrl: cloud.awsUrl },
    LEGACY_DEPLOYER,
    { Version: '2010-05-08', ...params },
    { service: 'iam' },
  );

describe('a call to IAM', () => {
  const put = {
    Action: 'PutRolePolicy',
    RoleName: 'first',
    PolicyName: 'Revoke',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: allow() }),
  };

  it('that changes something is an event of us-east-1 with its parameters', async () => {
    await inWorld(ADMINISTRATOR, async (cloud) => {
      const answer = await iam(cloud, put);
      expect(cloud.trail).toMatchObject([
        {
          eventSource: 'iam.amazonaws.com',
          eventName: 'PutRolePolicy',
          awsRegion: 'us-east-1',
          readOnly: false,
          userIdentity: { type: 'IAMUser', arn: USER },
          requestParameters: { roleName: 'first', policyName: 'Revoke', policyDocument: put.PolicyDocument },
          responseElements: null,
          requestID: element(answer, 'RequestId'),
          recipientAccountId: ACCOUNT,
        },
      ]);
    });
  });

  it('that makes something shows what, without a secret', async () => {
    await inWorld(ADMINISTRATOR, async (cloud) => {
      await iam(cloud, { Action: 'CreateUser', UserName: 'new' });
      const answer = await iam(cloud, { Action: 'CreateAccessKey', UserName: 'new' });
      const secret = element(answer, 'SecretAccessKey') ?? '';
      expect(secret).toHaveLength(40);
      expect(cloud.trail.at(-1)?.responseElements).toMatchObject({
        accessKey: { userName: 'new', accessKeyId: element(answer, 'AccessKeyId') },
      });
      expect(JSON.stringify(cloud.trail)).not.toContain(secret);
    });
  });

  it('that makes something with a list in it shows the list', async () => {
    await inWorld(ADMINISTRATOR, async (cloud) => {
      const tag = { 'Tags.member.1.Key': 'Team', 'Tags.member.1.Value': 'platform' };
      const AssumeRolePolicyDocument = JSON.stringify(
        document({ Effect: 'Allow', Principal: { AWS: USER }, Action: 'sts:AssumeRole' }),
      );
      await iam(cloud, { Action: 'CreateRole', RoleName: 'new', AssumeRolePolicyDocument, ...tag });
      expect(cloud.trail.at(-1)?.responseElements).toMatchObject({
        role: { roleName: 'new', tags: [{ key: 'Team', value: 'platform' }] },
      });
    });
  });

  it('that only reads, or is refused, has no response', async () => {
    await inWorld(ADMINISTRATOR, async (cloud) => {
      await iam(cloud, { Action: 'ListRoles' });
      expect(cloud.trail).toMatchObject([
        { readOnly: true, requestParameters: null, responseElements: null },
      ]);
    });
    await inWorld({}, async (cloud) => {
      const answer = await iam(cloud, put);
      expect(cloud.trail).toMatchObject([
        { errorCode: 'AccessDenied', errorMessage: answer.message, responseElements: null },
      ]);
    });
  });
});

describe('LookupEvents', () => {
  const recorded = () =>
    inWorld(ADMINISTRATOR, async (cloud) => {
      const first = keysOf(await assume(cloud, LEGACY_DEPLOYER, FIRST));
      await signed(cloud, first, { Action: 'GetCallerIdentity' });
      await iam(cloud, { Action: 'ListRoles' });
      return { events: [...cloud.trail], key: first.accessKeyId };
    });
  const find = async (AttributeKey: string, value: (key: string) => string) => {
    const { events, key } = await recorded();
    const lookup = readLookup({ LookupAttributes: [{ AttributeKey, AttributeValue: value(key) }] });
    const { Events: found } = lookUp(events, lookup);
    return Array.isArray(found) ? found.map((event) => isObject(event) && event['EventName']) : [];
  };

  it.each<[string, (key: string) => string, readonly string[]]>([
    ['AccessKeyId', (key) => key, ['GetCallerIdentity']],
    ['Username', () => 'session', ['GetCallerIdentity']],
    ['Username', () => 'deployer', ['ListRoles', 'AssumeRole']],
    ['EventName', () => 'AssumeRole', ['AssumeRole']],
    ['EventSource', () => 'sts.amazonaws.com', ['GetCallerIdentity', 'AssumeRole']],
    ['ReadOnly', () => 'true', ['ListRoles', 'GetCallerIdentity', 'AssumeRole']],
    ['ResourceName', () => FIRST, ['AssumeRole']],
    ['ResourceType', () => 'AWS::IAM::Role', ['AssumeRole']],
    ['EventId', () => 'none', []],
  ])('finds events by %s, the latest first', async (attribute, value, expected) => {
    expect(await find(attribute, value)).toEqual(expected);
  });

  it('gives them in pages, and those of a time', async () => {
    const { events } = await recorded();
    const page = lookUp(events, readLookup({ MaxResults: 2 }));
    expect(page['Events']).toHaveLength(2);
    const next = lookUp(events, readLookup({ MaxResults: 2, NextToken: page['NextToken'] }));
    expect(next['Events']).toHaveLength(1);
    expect(next).not.toHaveProperty('NextToken');
    expect(lookUp(events, readLookup({ EndTime: 1 }))['Events']).toEqual([]);
    expect(lookUp(events, readLookup({ StartTime: 1, EndTime: 4e9 }))['Events']).toHaveLength(3);
  });

  it.each<[string, object]>([
    ['one attribute', { LookupAttributes: [{}, {}] }],
    ['not one of those', { LookupAttributes: [{ AttributeKey: 'Color', AttributeValue: 'red' }] }],
    ['between 1 and 50', { MaxResults: 51 }],
  ])('refuses what is not %s', (words, input) => {
    expect(() => readLookup({ ...input })).toThrow(words);
  });

  it('is refused to callers without permission for it', async () => {
    await inWorld({}, async (cloud) => {
      const headers = {
        'x-amz-target': 'com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents',
      };
      const ask = () =>
        signed(
          { ...cloud, stsUrl: cloud.awsUrl },
          LEGACY_DEPLOYER,
          {},
          { service: 'cloudtrail', extraHeaders: headers },
        );
      expect((await ask()).body).toContain('AccessDeniedException');
    });
  });
});
