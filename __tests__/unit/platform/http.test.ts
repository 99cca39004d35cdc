import '../../support/native-errors.js';
import { createHttp, type HttpOptions, type HttpRequest } from '../../../src/platform/http.js';
import { retryAfterMs } from '../../../src/platform/retry-advice.js';
import { startRaw, startSpeaker, startTls } from '../../support/servers.js';

const signal = new AbortController().signal;
const PURPOSE = 'the request of the test';

function asked(url: string, request: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url: new URL(url), headers: {}, purpose: PURPOSE, ...request };
}

function get(url: string, options: Partial<HttpOptions> = {}, request: Partial<HttpRequest> = {}) {
  const http = createHttp({ signal, connectTimeoutMs: 5000, requestTimeoutMs: 1000, ...options });
  return http.send(asked(url, request)).finally(() => http.close());
}

describe('a request', () => {
  it('gives status, headers and body', async () => {
    const head = 'HTTP/1.1 201 Created\r\nRetry-After: 3\r\nSet-Cookie: a\r\nSet-Cookie: b\r\n';
    const { port } = await startSpeaker(`${head}Content-Length: 4\r\n\r\nbody`);
    expect(await get(`http://127.0.0.1:${port}/`)).toEqual({
      status: 201,
      headers: { 'retry-after': '3', 'set-cookie': 'a, b', 'content-length': '4' },
      body: Buffer.from('body'),
    });
  });

  it('to a server that it trusts goes over TLS, and a second one over the same connection', async () => {
    const server = await startTls((incoming, answer) =>
      answer.end(`${incoming.headers.host} ${incoming.url} ${incoming.socket.remotePort}`),
    );
    const url = `https://localhost:${server.port}/path?a=b`;
    const http = createHttp({ signal, extraCa: server.cert });
    const first = await http.send(asked(url));
    const second = await http.send(asked(url));
    http.close();
    expect(first.body.toString()).toMatch(new RegExp(`^localhost:${server.port} /path\\?a=b \\d+$`));
    expect(second.body).toEqual(first.body);
    expect(server.connections()).toBe(1);
  });

  it('opens another connection where the server has closed the first', async () => {
    const server = await startRaw((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'));
    });
    const http = createHttp({ signal });
    for (const _ of [1, 2, 3]) {
      await http.send(asked(`http://127.0.0.1:${server.port}/`));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    http.close();
    expect(server.connections()).toBe(3);
  });

  it('to a server with a certificate that nobody vouches for is an error that no retry mends', async () => {
    const server = await startTls((_, answer) => answer.end());
    const error = await get(`https://localhost:${server.port}/`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'NETWORK_FAILED',
      message: expect.stringMatching(/failed \((DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN)\)/),
      retry: undefined,
    });
  });

  it('to a server whose certificate is for another host is an error that says so', async () => {
    const server = await startTls((_, answer) => answer.end());
    await expect(get(`https://127.0.0.1:${server.port}/`, { extraCa: server.cert })).rejects.toMatchObject({
      message: expect.stringContaining('failed (ERR_TLS_CERT_ALTNAME_INVALID)'),
    });
  });

  it('tells the loader once, when the first request has been sent and is not answered', async () => {
    const events: string[] = [];
    const server = await startTls((_, answer) => answer.end());
    const http = createHttp({ signal, extraCa: server.cert, onFirstSent: () => events.push('sent') });
    for (const answered of ['first answer', 'second answer']) {
      await http.send(asked(`https://localhost:${server.port}/`));
      events.push(answered);
    }
    http.close();
    expect(events).toEqual(['sent', 'first answer', 'second answer']);
  });

  it('is not made when the step is over', async () => {
    const controller = new AbortController();
    controller.abort(new Error('over'));
    await expect(get('https://sts.example/', { signal: controller.signal })).rejects.toThrow('over');
  });
});

describe('an answer that is none', () => {
  it.each<[string, string[], string, RegExp]>([
    [
      'to speak another protocol',
      ['HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
      'ANSWER_UNEXPECTED',
      /^The answer is to speak another protocol \(HTTP status 101\), for the request of the test/,
    ],
    [
      'another protocol without its name',
      ['HTTP/1.1 101 Switching Protocols\r\n\r\n'],
      'ANSWER_UNEXPECTED',
      /HTTP status 101/,
    ],
    ['only more to come', ['HTTP/1.1 100 Continue\r\n\r\n'.repeat(50)], 'REQUEST_TIMEOUT', /^No complete/],
    ['not HTTP', ['SSH-2.0-OpenSSH_9\r\n'], 'NETWORK_FAILED', /HPE_/],
    ['a head without an end', [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(20_000)}`], 'NETWORK_FAILED', /HPE_/],
  ])('%s is an error', async (_, answer, code, says) => {
    const { port } = await startSpeaker(...answer);
    await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(says),
    });
  });

  it.each([
    ['nothing', ''],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'],
    ['half a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\nhalf'],
  ])('but %s and the end of the connection is an error worth a retry', async (_, said) => {
    const { port } = await startRaw((socket) => {
      socket.once('data', () => socket.end(said));
    });
    await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'NETWORK_FAILED',
      retry: { kind: 'transient', isUnsent: false },
    });
  });
});

describe('what cannot be sent', () => {
  it.each(['Bearer a\nb', 'a\r\nx-other: b', 'a\u200bb', 'a\u0000b', '\u{1f511}', '\ufeffa', 'a\u007f'])(
    'is an error that names the header and not its value: %j',
    async (value) => {
      const error: unknown = await get(
        'http://127.0.0.1:9/',
        {},
        { headers: { authorization: value } },
      ).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringMatching(/^The header authorization of the request of the test would hold/),
        retry: undefined,
      });
      expect(String(error)).not.toContain(value);
    },
  );

  it.each(['ftp://host/', 'file:///etc/passwd', 'localhost:4566', 'data:text/plain,x', 'ws://host/'])(
    'is an error that names the scheme: %s',
    async (url) => {
      await expect(get(url)).rejects.toMatchObject({
        code: 'REQUEST_INVALID',
        message: expect.stringMatching(/^The address of the request of the test begins with \w+:, not with/),
      });
    },
  );
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
