import type { Cloud, Fault } from '../../sandbox/cloud.js';
import { startCloud } from '../support/cloud.js';
import { element, LEGACY_DEPLOYER, signed, unsigned } from '../support/sts-client.js';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud();
});
afterEach(() => cloud.clearFaults());
afterAll(() => cloud.close());

const WHO = { Action: 'GetCallerIdentity' };
const who = () => signed(cloud, LEGACY_DEPLOYER, WHO);
const token = async (signal?: AbortSignal) => {
  const environment = cloud.environment();
  return fetch(environment.ACTIONS_ID_TOKEN_REQUEST_URL ?? '', {
    headers: { authorization: `Bearer ${environment.ACTIONS_ID_TOKEN_REQUEST_TOKEN}` },
    ...(signal === undefined ? {} : { signal }),
  });
};

describe('STS, on command,', () => {
  it.each<[Fault, object]>([
    [{ kind: 'throttle' }, { status: 400, code: 'Throttling', message: 'Rate exceeded' }],
    [{ kind: 'idp-communication-error' }, { status: 400, code: 'IDPCommunicationError' }],
    [
      { kind: 'error', status: 503, code: 'ServiceUnavailable', message: 'Busy <now>' },
      { status: 503, code: 'ServiceUnavailable', body: expect.stringContaining('<Type>Receiver</Type>') },
    ],
    [
      { kind: 'status', status: 502, body: 'Bad gateway' },
      { status: 502, body: 'Bad gateway' },
    ],
    [
      { kind: 'status', status: 204 },
      { status: 204, body: '' },
    ],
    [{ kind: 'garbage' }, { status: 200, body: expect.stringContaining('<html>') }],
    [
      { kind: 'answer', body: '<x/>' },
      { status: 200, body: '<x/>' },
    ],
  ])('%j, once', async (fault, answer) => {
    cloud.fault('sts', fault);
    expect(await who()).toMatchObject(answer);
    expect((await who()).status).toBe(200);
  });

  it('resets the connection, as often as asked', async () => {
    cloud.fault('sts', { kind: 'reset', times: 2 });
    await expect(who()).rejects.toThrow('fetch failed');
    await expect(who()).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    expect(cloud.requests.at(-1)).toMatchObject({ status: 0 });
    expect((await who()).status).toBe(200);
  });

  it('says how long to wait, where asked', async () => {
    cloud.fault('sts', { kind: 'throttle', retryAfterSeconds: 7 });
    const response = await fetch(cloud.stsUrl, { method: 'POST' });
    expect(response.headers.get('retry-after')).toBe('7');
  });

  it('adds headers to a status', async () => {
    cloud.fault('sts', { kind: 'status', status: 301, headers: { location: 'http://127.0.0.1:9/' } });
    const response = await fetch(cloud.stsUrl, { redirect: 'manual' });
    expect([response.status, response.headers.get('location')]).toEqual([301, 'http://127.0.0.1:9/']);
  });

  it('takes its time with every answer, until cleared', async () => {
    cloud.fault('sts', { kind: 'latency', ms: 60 });
    for (let round = 0; round < 2; round++) {
      const before = performance.now();
      expect((await who()).status).toBe(200);
      expect(performance.now() - before).toBeGreaterThan(55);
    }
    cloud.fault('sts', { kind: 'latency', ms: 600_000 });
    cloud.clearFaults();
    // A fault that is still there outlasts the time limit of this test.
    expect((await who()).status).toBe(200);
  });

  it('fails several times in the order in which it was told, for one action only', async () => {
    cloud.fault('sts', { kind: 'status', status: 500, times: 2 }, 'GetCallerIdentity');
    cloud.fault('sts', { kind: 'status', status: 503 });
    expect((await unsigned(cloud, { Action: 'AssumeRole' })).status).toBe(503);
    expect([(await who()).status, (await who()).status, (await who()).status]).toEqual([500, 500, 200]);
  });

  it('fails for ever with Infinity, until cleared', async () => {
    cloud.fault('sts', { kind: 'status', status: 500, times: Number.POSITIVE_INFINITY });
    for (let round = 0; round < 5; round++) expect((await who()).status).toBe(500);
    cloud.clearFaults();
    expect((await who()).status).toBe(200);
  });
});

describe('the token service, on command,', () => {
  it.each<[Fault, number, RegExp]>([
    [{ kind: 'throttle', retryAfterSeconds: 1 }, 429, /Rate exceeded/],
    [
      { kind: 'error', status: 500, code: 'Oops', message: 'No luck' },
      500,
      /^{"typeKey":"Oops","message":"No luck"}$/,
    ],
    [{ kind: 'garbage' }, 200, /<html>/],
    [{ kind: 'answer', body: '{}' }, 200, /^{}$/],
  ])('%j', async (fault, status, body) => {
    cloud.fault('token', fault);
    const response = await token();
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(body);
    expect((await token()).status).toBe(200);
  });

  it('leaves STS its way to the keys', async () => {
    cloud.fault('token', { kind: 'status', status: 500 });
    expect((await fetch(`${cloud.issuer}/.well-known/jwks`)).status).toBe(200);
    expect((await token()).status).toBe(500);
  });
});

describe('a server that hangs', () => {
  it('takes the request and never answers', async () => {
    cloud.fault('token', { kind: 'hang' });
    await expect(token(AbortSignal.timeout(100))).rejects.toThrow('timeout');
    expect(cloud.requests.at(-1)).toMatchObject({ action: 'GET /token', status: 0 });
  });

  it('stops half-way through the body', async () => {
    cloud.fault('token', { kind: 'hang-body' });
    const response = await token(AbortSignal.timeout(200));
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow('timeout');
  });

  it('can still be stopped without waiting for an answer', async () => {
    const other = await startCloud();
    other.fault('sts', { kind: 'hang' });
    other.fault('sts', { kind: 'hang-body' });
    other.fault('sts', { kind: 'latency', ms: 60_000 }, 'Slow');
    const waiting = Promise.allSettled([
      fetch(other.stsUrl),
      fetch(other.stsUrl).then((response) => response.text()),
      fetch(`${other.stsUrl}/?Action=Slow`),
    ]);
    while (other.requests.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    // Waiting for the slow answer would outlast the time limit of this test.
    await other.close();
    await other.close();
    expect((await waiting).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
  });
});

it('records each request with its answer, in order', async () => {
  const start = cloud.requests.length;
  await who();
  await unsigned(cloud, WHO);
  expect(cloud.requests.slice(start)).toMatchObject([
    {
      service: 'sts',
      action: 'GetCallerIdentity',
      method: 'POST',
      url: '/',
      params: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      status: 200,
      signer: 'AKIAIOSFODNN7EXAMPLE',
      at: expect.any(Number),
    },
    { action: 'GetCallerIdentity', status: 403 },
  ]);
  expect(cloud.requests.at(-1)).not.toHaveProperty('signer');
});

describe('a tool in another process', () => {
  const order = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${cloud.stsUrl}/_sandbox/${path}`, init);
    const answer: unknown = await response.json();
    return { status: response.status, answer };
  };

  it.each<[Fault]>([
    [{ kind: 'throttle', times: 1, retryAfterSeconds: 2 }],
    [{ kind: 'error', status: 403, code: 'AccessDenied', message: 'No', times: 1 }],
    [{ kind: 'status', status: 500, body: 'x', headers: { 'x-a': 'b' } }],
    [{ kind: 'answer', body: 'x' }],
    [{ kind: 'garbage' }],
    [{ kind: 'idp-communication-error' }],
  ])('can add the fault %j', async (fault) => {
    expect(await order('POST', 'faults', { service: 'sts', fault, action: 'GetCallerIdentity' })).toEqual({
      status: 200,
      answer: { added: fault.kind },
    });
    expect(element(await who(), 'Account')).toBeUndefined();
    expect(element(await who(), 'Account')).toBe('111122223333');
  });

  it.each<[Fault]>([
    [{ kind: 'reset' }],
    [{ kind: 'hang' }],
    [{ kind: 'hang-body' }],
    [{ kind: 'latency', ms: 1 }],
  ])('can add the fault %j, and clear it', async (fault) => {
    expect((await order('POST', 'faults', { service: 'sts', fault })).status).toBe(200);
    expect((await order('DELETE', 'faults')).status).toBe(200);
    expect((await who()).status).toBe(200);
  });

  it('can read the requests, which its own orders are none of', async () => {
    await who();
    const { answer } = await order('GET', 'requests');
    expect(answer).toEqual(JSON.parse(JSON.stringify(cloud.requests)));
  });

  it('can register a run and get its environment', async () => {
    const run = {
      environment: 'production',
      legacySubject: true,
      tokenLifetimeSeconds: 9,
      claims: { extra: 1 },
    };
    expect(await order('POST', 'environment', run)).toMatchObject({
      status: 200,
      answer: { GITHUB_REF: 'refs/heads/main', ACTIONS_ID_TOKEN_REQUEST_TOKEN: expect.any(String) },
    });
    expect((await order('POST', 'environment', { idToken: false })).answer).not.toHaveProperty(
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
    );
  });

  it.each<[string, string, unknown, string]>([
    ['POST', 'faults', [], 'the order must be an object'],
    [
      'POST',
      'faults',
      { service: 'sqs', fault: { kind: 'hang' } },
      'service must be one of token, sts, cognito, iam, s3, kms, cloudtrail',
    ],
    ['POST', 'faults', { service: 'sts', fault: { kind: 'explode' } }, 'fault.kind "explode" is not known'],
    ['POST', 'faults', { service: 'sts', fault: { kind: 'latency' } }, 'fault.ms is missing'],
    [
      'POST',
      'faults',
      { service: 'sts', fault: { kind: 'hang', times: '2' } },
      'fault.times must be a whole number',
    ],
    ['POST', 'environment', { branch: 'main' }, 'run.branch is not known'],
    ['POST', 'environment', { idToken: 'yes' }, 'run.idToken must be true or false'],
    ['POST', 'environment', { ref: 1 }, 'run.ref must be text'],
  ])('is told what is wrong with %s %s %j', async (method, path, body, message) => {
    expect(await order(method, path, body)).toEqual({ status: 400, answer: { message } });
  });

  it('is told about orders that do not exist, and about broken JSON', async () => {
    expect(await order('GET', 'secrets')).toEqual({
      status: 404,
      answer: { message: 'The sandbox does not know "GET secrets"' },
    });
    const response = await fetch(`${cloud.stsUrl}/_sandbox/faults`, { method: 'POST', body: '{' });
    expect(response.status).toBe(400);
  });
});
