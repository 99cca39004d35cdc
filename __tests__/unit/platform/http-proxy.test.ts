import '../../support/native-errors.js';
import { createHttp, type HttpOptions } from '../../../src/platform/http.js';
import { type LoopbackProxy, startProxy } from '../../support/proxy.js';
import { startRaw, startSpeaker, startTls, type TlsServer } from '../../support/servers.js';

const signal = new AbortController().signal;
/** An answer as a server that were believed would give it. */
const FORGED = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged';

let server: TlsServer;
let proxy: LoopbackProxy;
let guarded: LoopbackProxy;

beforeAll(async () => {
  server = await startTls((incoming, answer) => answer.end(`${incoming.method} ${incoming.url}`));
  proxy = await startProxy();
  guarded = await startProxy({ login: 'fleet:50%off' });
});
afterAll(() => Promise.all([proxy.close(), guarded.close()]));

function client(by: string, options: Partial<HttpOptions> = {}) {
  const settings = { url: new URL(by), exceptions: '' };
  return createHttp({
    signal,
    proxy: settings,
    extraCa: server.cert,
    connectTimeoutMs: 5000,
    requestTimeoutMs: 5000,
    ...options,
  });
}

function get(by: string, options: Partial<HttpOptions> = {}, url = `https://localhost:${server.port}/a?b`) {
  const http = client(by, options);
  const request = { method: 'GET', url: new URL(url), headers: {}, purpose: 'the request of the test' };
  return http.send(request).finally(() => http.close());
}

describe('https through a proxy', () => {
  it('is a tunnel, and what is sent through it reaches the server', async () => {
    const first = proxy.seen.length;
    const answer = await get(`http://${proxy.host}`);
    expect([answer.status, answer.body.toString()]).toEqual([200, 'GET /a?b']);
    expect(proxy.seen.slice(first)).toEqual([`CONNECT localhost:${server.port}`]);
  });

  it('uses one tunnel for several requests', async () => {
    const first = proxy.seen.length;
    const http = client(`http://${proxy.host}`);
    const url = new URL(`https://localhost:${server.port}/`);
    for (const purpose of ['x', 'y', 'z']) await http.send({ method: 'GET', url, headers: {}, purpose });
    http.close();
    expect(proxy.seen.slice(first)).toHaveLength(1);
  });

  it.each(['http://fleet:50%25off@', 'http://fleet:50%off@', 'http://flee%74:50%off@'])(
    'gives the login of %s, also with a raw %% in the password',
    async (login) => {
      expect((await get(`${login}${guarded.host}`)).status).toBe(200);
    },
  );

  it('with a wrong login is an error that names the proxy, and not worth a retry', async () => {
    await expect(get(`http://fleet:wrong@${guarded.host}`)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(/^The proxy asks for a login \(407\), for the request of the test/),
      retry: undefined,
    });
  });

  it('does not trust the proxy in the place of the server', async () => {
    const other = await startTls((_, answer) => answer.end('forged'));
    const redirecting = await startProxy({ leadsTo: other.port });
    await expect(get(`http://${redirecting.host}`)).rejects.toMatchObject({
      message: expect.stringMatching(/^The connection failed \(/),
    });
    await redirecting.close();
  });
});

describe('only 200 to CONNECT is a tunnel', () => {
  it.each<[string, string, boolean]>([
    ['201', `HTTP/1.1 201 Created\r\nContent-Length: 6\r\n\r\nforged${FORGED}`, false],
    ['202', `HTTP/1.1 202 Accepted\r\n\r\n${FORGED}`, false],
    ['204', `HTTP/1.1 204 No Content\r\n\r\n${FORGED}`, false],
    ['206', `HTTP/1.1 206 Partial Content\r\n\r\n${FORGED}`, false],
    ['299', 'HTTP/1.1 299 Fine\r\n\r\n', false],
    ['100', `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`, false],
    ['101', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n', false],
    ['103', `HTTP/1.1 103 Early Hints\r\n\r\n${FORGED}`, false],
    ['302', 'HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n', false],
    ['403', 'HTTP/1.1 403 Forbidden\r\nContent-Length: 9\r\n\r\nForbidden', false],
    ['404', 'HTTP/1.0 404 Not Found\r\n\r\n', false],
    ['429', 'HTTP/1.1 429 Too Many Requests\r\n\r\n', true],
    ['500', 'HTTP/1.1 500 Internal Server Error\r\n\r\n', true],
    ['502', 'HTTP/1.1 502 Bad Gateway\r\n\r\n', true],
    ['503', 'HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\n\r\n', true],
  ])('%s is the answer of the proxy', async (status, said, retries) => {
    const { port } = await startSpeaker(said);
    const error: unknown = await get(`http://127.0.0.1:${port}`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'NETWORK_FAILED',
      message: `The proxy (127.0.0.1:${port}) gave no tunnel but HTTP status ${status}, for the request of the test (localhost:${server.port}).`,
      retry: retries ? { kind: 'transient', isUnsent: true } : undefined,
    });
  });

  it.each([
    ['an answer behind it', `HTTP/1.1 200 OK\r\n\r\n${FORGED}`],
    ['a body', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nforged'],
    ['a chunked body', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nforged\r\n0\r\n\r\n'],
  ])('200 with %s is not one', async (_, said) => {
    const { port } = await startSpeaker(said);
    await expect(get(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(/^The proxy \(127\.0\.0\.1:\d+\) sent data of its own/),
    });
  });

  it('200 and then plain HTTP instead of TLS is a failure of the connection', async () => {
    const { port } = await startRaw((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.once('data', () => socket.end(FORGED));
      });
    });
    await expect(get(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'NETWORK_FAILED' });
  });

  it.each(['SSH-2.0-x\r\n', '\u0000\u0001', 'HTTP/9.9 200 OK\r\n\r\n', 'HTTP/1.1 2000 OK\r\n\r\n'])(
    'what is not HTTP (%j) names the proxy',
    async (said) => {
      const { port } = await startSpeaker(said);
      await expect(get(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
        code: 'NETWORK_FAILED',
        message: expect.stringMatching(/^The connection to the proxy \(127\.0\.0\.1:\d+\) failed \(HPE_/),
      });
    },
  );

  it('a proxy that hangs up names the proxy, and is asked again', async () => {
    const { port } = await startRaw((socket) => {
      socket.once('data', () => socket.end());
    });
    await expect(get(`http://127.0.0.1:${port}`)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(/^The connection to the proxy/),
      retry: { kind: 'transient', isUnsent: true },
    });
  });
});

describe('the limit on connecting holds for a proxy that', () => {
  it.each<[string, readonly string[]]>([
    ['accepts and never answers CONNECT', []],
    ['answers half a line', ['HTTP/1.1 20']],
    ['never ends its head', ['HTTP/1.1 200 OK\r\nX-A: b\r\n']],
  ])('%s', async (_, said) => {
    const { port } = await startSpeaker(...said);
    await expect(get(`http://127.0.0.1:${port}`, { connectTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: `No connection through the proxy (127.0.0.1:${port}) within 0.1 s, for the request of the test (localhost:${server.port}).`,
      retry: { kind: 'transient', isUnsent: true },
    });
  });

  it('opens a tunnel into which nobody speaks', async () => {
    const { port } = await startSpeaker('HTTP/1.1 200 OK\r\n\r\n');
    await expect(get(`http://127.0.0.1:${port}`, { connectTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: expect.stringMatching(/^No connection within 0\.1 s, for/),
    });
  });

  it('speaks TLS itself, but does not', async () => {
    const { port } = await startRaw(() => {});
    await expect(get(`https://127.0.0.1:${port}`, { connectTimeoutMs: 100 })).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: expect.stringContaining('through the proxy'),
    });
  });

  it('never answers, when the step ends first', async () => {
    const { port } = await startRaw(() => {});
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error('over')), 20);
    await expect(get(`http://127.0.0.1:${port}`, { signal: controller.signal })).rejects.toThrow('over');
  });
});

describe('http through a proxy', () => {
  it('is the proxy itself, which is named when it does not answer', async () => {
    const { port } = await startRaw(() => {});
    const target = 'http://sts.example/';
    await expect(get(`http://127.0.0.1:${port}`, { requestTimeoutMs: 100 }, target)).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
    });
  });
});
