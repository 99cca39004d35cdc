import { createHash } from 'node:crypto';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { Cloud } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import {
  assumeWithToken,
  element,
  keysOf,
  LEGACY_DEPLOYER,
  requestToken,
  type Signing,
  signed,
  unsigned,
} from '../support/sts-client.js';

const WHO = { Action: 'GetCallerIdentity' };
const MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.';

let offset = 0;
let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ now: () => Date.now() + offset });
});
beforeEach(() => {
  offset = 0;
});
afterAll(() => cloud.close());

async function sessionKeys(roleArn = 'arn:aws:iam::111122223333:role/production-deploy') {
  return keysOf(await assumeWithToken(cloud, roleArn, await requestToken(cloud.environment())));
}

describe('GetCallerIdentity', () => {
  it('tells the AWS SDK who a user is', async () => {
    const client = new STSClient({
      region: 'eu-west-1',
      endpoint: cloud.stsUrl,
      credentials: LEGACY_DEPLOYER,
    });
    expect(await client.send(new GetCallerIdentityCommand())).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:iam::111122223333:user/legacy-deployer',
      UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
    });
    expect(cloud.requests.at(-1)).toMatchObject({
      action: 'GetCallerIdentity',
      signer: 'AKIAIOSFODNN7EXAMPLE',
    });
  });

  it('tells the AWS SDK which session it is', async () => {
    const credentials = await sessionKeys();
    const client = new STSClient({ region: 'ap-southeast-2', endpoint: cloud.stsUrl, credentials });
    expect(await client.send(new GetCallerIdentityCommand())).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/production-deploy/GitHubActions',
      UserId: expect.stringMatching(/^AROA[A-Z2-7]{17}:GitHubActions$/),
    });
  });

  it('works in another partition, with its own Regions', async () => {
    const keys = await sessionKeys('arn:aws-cn:iam::777788889999:role/china-deploy');
    const answer = await signed(cloud, keys, WHO, { region: 'cn-north-1' });
    expect(element(answer, 'Arn')).toBe(
      'arn:aws-cn:sts::777788889999:assumed-role/china-deploy/GitHubActions',
    );
    expect(await signed(cloud, keys, WHO, { region: 'us-east-1' })).toMatchObject({
      code: 'InvalidClientTokenId',
    });
  });

  it('accepts a signed GET with the parameters in the query', async () => {
    expect((await signed(cloud, LEGACY_DEPLOYER, WHO, { method: 'GET' })).status).toBe(200);
  });

  it('accepts further signed headers, and the hash of the body if it is right', async () => {
    const withHeaders = (extraHeaders: Record<string, string>) =>
      signed(cloud, LEGACY_DEPLOYER, WHO, { extraHeaders });
    expect((await withHeaders({ 'x-amz-meta-note': 'one', 'user-agent': 'by hand' })).status).toBe(200);
    const hash = createHash('sha256').update('Action=GetCallerIdentity&Version=2011-06-15').digest('hex');
    expect((await withHeaders({ 'x-amz-content-sha256': hash })).status).toBe(200);
    for (const wrong of ['c'.repeat(64), 'UNSIGNED-PAYLOAD']) {
      expect(await withHeaders({ 'x-amz-content-sha256': wrong })).toMatchObject({
        code: 'SignatureDoesNotMatch',
      });
    }
  });
});

describe('a signature is refused', () => {
  it('when there is none', async () => {
    expect(await unsigned(cloud, WHO)).toMatchObject({
      status: 403,
      code: 'MissingAuthenticationToken',
      message: 'Request is missing Authentication Token',
    });
  });

  it('with a wrong secret, for the AWS SDK too', async () => {
    const credentials = {
      ...LEGACY_DEPLOYER,
      secretAccessKey: LEGACY_DEPLOYER.secretAccessKey.toLowerCase(),
    };
    expect(await signed(cloud, credentials, WHO)).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: MISMATCH,
    });
    const client = new STSClient({ region: 'us-east-1', endpoint: cloud.stsUrl, credentials });
    await expect(client.send(new GetCallerIdentityCommand())).rejects.toMatchObject({
      name: 'SignatureDoesNotMatch',
    });
    expect(cloud.requests.at(-1)?.signer).toBeUndefined();
  });

  it('when the body was changed on the way', async () => {
    const sentBody = 'Action=GetCallerIdentity&Version=2011-06-15&RoleArn=other';
    expect(await signed(cloud, LEGACY_DEPLOYER, WHO, { sentBody })).toMatchObject({
      code: 'SignatureDoesNotMatch',
    });
  });

  it('with an unknown access key', async () => {
    const keys = { ...LEGACY_DEPLOYER, accessKeyId: 'AKIAUNKNOWN0EXAMPLE0' };
    expect(await signed(cloud, keys, WHO)).toMatchObject({
      status: 403,
      code: 'InvalidClientTokenId',
      message: 'The security token included in the request is invalid.',
    });
  });

  it('with a session token that is missing, changed or not its own', async () => {
    const [keys, others] = [await sessionKeys(), await sessionKeys()];
    const { sessionToken: own = '', ...bare } = keys;
    for (const bent of [
      bare,
      { ...bare, sessionToken: `${own}x` },
      { ...bare, sessionToken: others.sessionToken ?? '' },
    ]) {
      expect(await signed(cloud, bent, WHO)).toMatchObject({ status: 403, code: 'InvalidClientTokenId' });
    }
    const withToken = { ...LEGACY_DEPLOYER, sessionToken: own };
    expect(await signed(cloud, withToken, WHO)).toMatchObject({ code: 'InvalidClientTokenId' });
  });

  it.each<[string, Signing]>([
    ['the session token is not signed', { unsigned: ['x-amz-security-token'] }],
    ['the date is not signed', { unsigned: ['x-amz-date'] }],
  ])('when %s', async (_, signing) => {
    expect(await signed(cloud, await sessionKeys(), WHO, signing)).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: MISMATCH,
    });
  });

  it('when the host is not signed', async () => {
    expect(await signed(cloud, LEGACY_DEPLOYER, WHO, { unsigned: ['host'] })).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "'Host' must be a 'SignedHeader' in the AWS Authorization.",
    });
  });

  it('when it is for another service, no Region, or another day', async () => {
    expect(await signed(cloud, LEGACY_DEPLOYER, WHO, { service: 's3' })).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to correct service: 'sts'. ",
    });
    expect(await signed(cloud, LEGACY_DEPLOYER, WHO, { region: 'nowhere' })).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: "Credential should be scoped to a valid region, not 'nowhere'. ",
    });
    expect(await signed(cloud, LEGACY_DEPLOYER, WHO, { scopeDate: '20200101' })).toMatchObject({
      code: 'SignatureDoesNotMatch',
      message: expect.stringMatching(
        /^Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20200101' != '\d{8}', from '\d{8}T\d{6}Z'\.$/,
      ),
    });
  });

  it('when it is older than 15 minutes, or from the future', async () => {
    const signedAt = (ms: number) => signed(cloud, LEGACY_DEPLOYER, WHO, { date: new Date(Date.now() + ms) });
    expect((await signedAt(-14 * 60_000)).status).toBe(200);
    expect((await signedAt(14 * 60_000)).status).toBe(200);
    expect(await signedAt(-16 * 60_000)).toMatchObject({
      status: 403,
      code: 'SignatureDoesNotMatch',
      message: expect.stringMatching(/^Signature expired: \d{8}T\d{6}Z is now earlier than .+ - 15 min\.\)$/),
    });
    expect(await signedAt(16 * 60_000)).toMatchObject({
      message: expect.stringMatching(/^Signature not yet current: .+ is still later than .+ \+ 15 min\.\)$/),
    });
  });

  it.each<[string, string]>([
    [
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sts/aws4_request',
      "Authorization header requires 'Signature' parameter.",
    ],
    ...['a/b/c', 'a/b/c/d', 'a/b/c/d/e/f'].map((credential): [string, string] => [
      `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=x`,
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    ]),
    [
      'AWS4-ECDSA-P256-SHA256 Credential=a',
      "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256' (only AWS4-HMAC-SHA256 for now).",
    ],
    ['Bearer token', "Unsupported AWS 'algorithm': 'Bearer' (only AWS4-HMAC-SHA256 for now)."],
    ['AWS4-HMAC-SHA256 Signature=x', "Authorization header requires 'Credential' parameter."],
    [
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sts/aws4_request, Signature=x',
      "Authorization header requires 'SignedHeaders' parameter.",
    ],
    [
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=x',
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ],
  ])('when the header is incomplete: %s', async (authorization, message) => {
    const body = new URLSearchParams({ ...WHO, Version: '2011-06-15' });
    const response = await fetch(cloud.stsUrl, { method: 'POST', body, headers: { authorization } });
    expect(response.status).toBe(400);
    const text = await response.text();
    expect(element(text, 'Code')).toBe('IncompleteSignature');
    expect(element(text, 'Message')).toBe(message);
  });

  it('with another terminator in its scope', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/sts/aws5, SignedHeaders=host, Signature=x';
    const body = new URLSearchParams({ ...WHO, Version: '2011-06-15' });
    const response = await fetch(cloud.stsUrl, { method: 'POST', body, headers: { authorization } });
    const text = await response.text();
    expect([element(text, 'Code'), element(text, 'Message')]).toEqual([
      'SignatureDoesNotMatch',
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.",
    ]);
  });

  it('in a Region in which the account has switched STS off', async () => {
    expect(await signed(cloud, LEGACY_DEPLOYER, WHO, { region: 'me-south-1' })).toMatchObject({
      status: 403,
      code: 'RegionDisabledException',
      message:
        'STS is not activated in this region for account:111122223333. Your account administrator can activate STS in this region using the IAM Console.',
    });
  });
});

describe('a session ends', () => {
  it('at its expiration, and not before', async () => {
    const keys = await sessionKeys();
    offset = 3_599_000;
    const date = () => new Date(Date.now() + offset);
    expect((await signed(cloud, keys, WHO, { date: date() })).status).toBe(200);
    offset = 3_600_001;
    expect(await signed(cloud, keys, WHO, { date: date() })).toMatchObject({
      status: 403,
      code: 'ExpiredToken',
      message: 'The security token included in the request is expired',
    });
    const client = new STSClient({
      region: 'us-east-1',
      endpoint: cloud.stsUrl,
      credentials: keys,
      systemClockOffset: offset,
    });
    const command = new AssumeRoleCommand({
      RoleArn: 'arn:aws:iam::111122223333:role/any',
      RoleSessionName: 'x1',
    });
    await expect(client.send(command)).rejects.toMatchObject({
      name: expect.stringMatching(/^ExpiredToken/),
    });
  });

  it('earlier where the accounts file says so', async () => {
    const keys = await sessionKeys('arn:aws:iam::111122223333:role/short-lived');
    expect((await signed(cloud, keys, WHO)).status).toBe(200);
    offset = 5_001;
    expect(await signed(cloud, keys, WHO)).toMatchObject({ code: 'ExpiredToken' });
  });
});
