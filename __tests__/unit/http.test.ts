import nock from 'nock';
import { createHttp, type HttpOptions, retryAfterMs } from '../../src/http.js';

const signal = new AbortController().signal;

function get(url: string, options: Partial<HttpOptions> = {}) {
  const http = createHttp({ signal, connectTimeoutMs: 100, requestTimeoutMs: 200, ...options });
  const request = { method: 'GET', url: new URL(url), headers: {}, purpose: 'the request of the test' };
  return http.send(request).finally(() => http.close());
}

describe('a request', () => {
  afterEach(() => nock.cleanAll());
  // It changes node:http itself, which the test files of one process share.
  afterAll(() => nock.restore());

  it('gives status, headers and body', async () => {
    nock('https://sts.example')
      .get('/')
      .reply(201, 'body', { 'Retry-After': '3', 'Set-Cookie': ['a', 'b'] });
    expect(await get('https://sts.example/')).toEqual({
      status: 201,
      headers: expect.objectContaining({ 'retry-after': '3', 'set-cookie': 'a, b' }),
      body: Buffer.from('body'),
    });
  });

  it.each([
    ['ECONNREFUSED', true],
    ['ENOTFOUND', true],
    ['EAI_AGAIN', true],
    ['SELF_SIGNED_CERT_IN_CHAIN', false],
    ['CERT_HAS_EXPIRED', false],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', false],
    ['ERR_TLS_CERT_ALTNAME_INVALID', false],
  ])('that ends in %s is worth another: %s', async (code, retries) => {
    nock('https://sts.example')
      .get('/')
      .replyWithError(Object.assign(new Error('secret words'), { code }));
    await expect(get('https://sts.example/')).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: `The connection failed (${code}), for the request of the test (sts.example).`,
      retry: retries ? { kind: 'transient' } : undefined,
    });
  });

  it('tells the loader once, when the first request has been sent', async () => {
    let told = 0;
    nock('https://sts.example').get('/').twice().reply(200);
    const http = createHttp({ signal, onFirstSent: () => told++ });
    const request = { method: 'GET', url: new URL('https://sts.example/'), headers: {}, purpose: 'x' };
    await http.send(request);
    await http.send(request);
    http.close();
    expect(told).toBe(1);
  });

  it('is not made when the step is over', async () => {
    const controller = new AbortController();
    controller.abort(new Error('over'));
    await expect(get('https://sts.example/', { signal: controller.signal })).rejects.toThrow('over');
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2030-01-01T00:00:00Z');
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['soon', undefined],
    ['0', 0],
    ['7', 7000],
    ['86400', 60_000],
    ['Tue, 01 Jan 2030 00:00:09 GMT', 9000],
    ['Tue, 01 Jan 2020 00:00:00 GMT', 0],
  ])('%j is %j ms', (header, ms) => {
    expect(retryAfterMs(header, now)).toBe(ms);
  });
});
