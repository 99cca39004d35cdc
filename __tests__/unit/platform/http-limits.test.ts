import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createHttp, type HttpOptions } from '../../../src/platform/http.js';
import { sharedCloud } from '../../support/cloud.js';

const sandbox = sharedCloud();
const signal = new AbortController().signal;

function get(url: string, options: Partial<HttpOptions> = {}) {
  const http = createHttp({ signal, connectTimeoutMs: 100, requestTimeoutMs: 200, ...options });
  const request = { method: 'GET', url: new URL(url), headers: {}, purpose: 'the request of the test' };
  return http.send(request).finally(() => http.close());
}

describe('a time limit', () => {
  const WORTH_A_RETRY = { retry: { kind: 'transient' } };

  it.each(['hang', 'hang-body'] as const)('names the request where the server does %s', async (kind) => {
    sandbox.cloud.fault('sts', { kind });
    await expect(get(sandbox.cloud.stsUrl)).rejects.toMatchObject({
      code: 'REQUEST_TIMEOUT',
      message: expect.stringMatching(/^No complete answer within 0\.2 s, for the request of the test \(127/),
      ...WORTH_A_RETRY,
    });
  });

  it('names the connection where none comes about', async () => {
    // A server that accepts and stays silent: the TLS handshake, which is part of connecting, does not end.
    const silent = createTcpServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    await expect(get(`https://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'CONNECT_TIMEOUT',
      message: `No connection within 0.1 s, for the request of the test (127.0.0.1:${port}).`,
      ...WORTH_A_RETRY,
    });
    silent.close();
  });

  it('is a whole answer of at most 1 MiB', async () => {
    const server: Server = createServer((_, response) => response.end(Buffer.alloc(2 ** 20 + 1)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await expect(get(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({
      code: 'ANSWER_UNEXPECTED',
      message: expect.stringContaining('larger than 1 MiB'),
    });
    server.close();
  });

  it('ends with the reason of the step, where that ends first', async () => {
    const controller = new AbortController();
    sandbox.cloud.fault('sts', { kind: 'hang' });
    setTimeout(() => controller.abort(new Error('over')), 20);
    await expect(get(sandbox.cloud.stsUrl, { signal: controller.signal })).rejects.toThrow('over');
  });
});
