import '../../support/native-errors.js';
import { connect, createServer } from 'node:net';
import { createHttp, type HttpOptions, type HttpRequest } from '../../../src/platform/http.js';
import { startProxy } from '../../support/proxy.js';
import { startRaw, startSpeaker, startTls, until } from '../../support/servers.js';

const signal = new AbortController().signal;
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

function client(options: Partial<HttpOptions> = {}) {
  return createHttp({ signal, connectTimeoutMs: 5_000, requestTimeoutMs: 5_000, ...options });
}

function asked(url: string): HttpRequest {
  return { method: 'GET', url: new URL(url), headers: {}, purpose: 'the request of the test' };
}

describe('a connection that is opened early', () => {
  it('is the one that the request goes over, with TLS done before', async () => {
    const server = await startTls((_, answer) => answer.end('ok'));
    const url = `https://localhost:${server.port}/`;
    const http = client({ extraCa: server.cert });
    http.connectEarly(new URL(url));
    await until(() => server.secured() === 1);
    expect((await http.send(asked(url))).body.toString()).toBe('ok');
    http.close();
    expect(server.connections()).toBe(1);
  });

  it('is waited for by a request that comes before it stands', async () => {
    const server = await startTls((_, answer) => answer.end('ok'));
    const url = `https://localhost:${server.port}/`;
    const http = client({ extraCa: server.cert });
    http.connectEarly(new URL(url));
    expect((await http.send(asked(url))).status).toBe(200);
    http.close();
    expect(server.connections()).toBe(1);
  });

  it('is one at most, and none where there is a connection or will be one', async () => {
    const server = await startTls((_, answer) => answer.end('ok'));
    const url = `https://localhost:${server.port}/`;
    const http = client({ extraCa: server.cert });
    const early = () => http.connectEarly(new URL(url));
    const request = http.send(asked(url));
    early();
    await request;
    for (const _ of [1, 2, 3]) early();
    await http.send(asked(url));
    early();
    http.close();
    expect(server.connections()).toBe(1);
  });

  it('is through the tunnel of the proxy, of which there is one', async () => {
    const server = await startTls((_, answer) => answer.end('ok'));
    const proxy = await startProxy();
    const url = `https://localhost:${server.port}/`;
    const http = client({
      extraCa: server.cert,
      proxy: { url: new URL(`http://${proxy.host}`), exceptions: '' },
    });
    http.connectEarly(new URL(url));
    await until(() => server.connections() === 1);
    expect((await http.send(asked(url))).status).toBe(200);
    http.close();
    await proxy.close();
    expect(proxy.seen).toEqual([`CONNECT localhost:${server.port}`]);
  });

  it('to the proxy is what an http request that the proxy forwards goes over', async () => {
    const server = await startSpeaker(OK);
    const proxy = await startProxy();
    const url = `http://127.0.0.1:${server.port}/`;
    const http = client({ proxy: { url: new URL(`http://${proxy.host}`), exceptions: '' } });
    http.connectEarly(new URL(url));
    expect((await http.send(asked(url))).status).toBe(200);
    http.close();
    await proxy.close();
    expect(proxy.seen).toEqual([`GET ${url}`]);
  });
});

describe('a connection that fails early', () => {
  it('is forgotten: the request opens another', async () => {
    const server = await startTls((_, answer) => answer.end('ok'));
    let tunnels = 0;
    // A proxy that refuses its first tunnel.
    const proxy = await startRaw((socket) => {
      socket.once('data', () => {
        if (tunnels++ === 0) return socket.end('HTTP/1.1 503 Busy\r\n\r\n');
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        return socket.pipe(connect(server.port, '127.0.0.1')).pipe(socket);
      });
    });
    const url = `https://localhost:${server.port}/`;
    const http = client({
      extraCa: server.cert,
      proxy: { url: new URL(`http://127.0.0.1:${proxy.port}`), exceptions: '' },
    });
    http.connectEarly(new URL(url));
    await until(() => tunnels === 1 && proxy.open() === 0);
    expect((await http.send(asked(url))).status).toBe(200);
    http.close();
    expect([tunnels, server.connections()]).toEqual([2, 1]);
  });

  it('is no failure where somebody listens by the time of the request', async () => {
    const server = createServer((socket) => socket.once('data', () => socket.end(OK)));
    const port = await freePort();
    const http = client();
    http.connectEarly(new URL(`http://127.0.0.1:${port}/`));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    expect((await http.send(asked(`http://127.0.0.1:${port}/`))).status).toBe(200);
    http.close();
    server.close();
  });

  it('because the server has closed it is replaced', async () => {
    let count = 0;
    const server = await startRaw((socket) => {
      if (count++ === 0) socket.end();
      else socket.once('data', () => socket.end(OK));
    });
    const http = client();
    http.connectEarly(new URL(`http://127.0.0.1:${server.port}/`));
    await until(() => count === 1 && server.open() === 0);
    expect((await http.send(asked(`http://127.0.0.1:${server.port}/`))).status).toBe(200);
    http.close();
    expect(count).toBe(2);
  });

  it('because nothing comes leaves the request its own limit, not a second one', async () => {
    const silent = await startRaw((socket) => void socket.resume());
    const http = client({ connectTimeoutMs: 400 });
    const start = performance.now();
    http.connectEarly(new URL(`https://127.0.0.1:${silent.port}/`));
    await expect(http.send(asked(`https://127.0.0.1:${silent.port}/`))).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: `No connection within 0.4 s, for the request of the test (127.0.0.1:${silent.port}).`,
      retry: { kind: 'transient', isUnsent: true },
    });
    expect(performance.now() - start).toBeLessThan(790);
    await until(() => silent.open() === 0);
    http.close();
  });
});

describe('an early connection that no request needs', () => {
  it('is closed with the others', async () => {
    const server = await startTls((_, answer) => answer.end());
    const http = client({ extraCa: server.cert });
    http.connectEarly(new URL(`https://localhost:${server.port}/`));
    await until(() => server.secured() === 1);
    http.close();
    await until(() => server.open() === 0);
    expect(server.connections()).toBe(1);
  });

  it('is closed also while it is being opened', async () => {
    const silent = await startRaw((socket) => void socket.resume());
    const http = client();
    http.connectEarly(new URL(`https://127.0.0.1:${silent.port}/`));
    await until(() => silent.open() === 1);
    http.close();
    await until(() => silent.open() === 0);
    expect(silent.connections()).toBe(1);
  });

  it('is closed where the step is over', async () => {
    const silent = await startRaw((socket) => void socket.resume());
    const controller = new AbortController();
    const http = client({ signal: controller.signal });
    http.connectEarly(new URL(`https://127.0.0.1:${silent.port}/`));
    await until(() => silent.open() === 1);
    controller.abort(new Error('over'));
    await until(() => silent.open() === 0);
    http.close();
    expect(silent.connections()).toBe(1);
  });
});

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('It listened on no port.');
  return address.port;
}
