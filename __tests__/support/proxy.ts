import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

/** An HTTP proxy on 127.0.0.1 that remembers what it was asked for. */
export interface LoopbackProxy {
  readonly host: string;
  /** `METHOD TARGET` of each request, `CONNECT host:port` included. */
  readonly seen: readonly string[];
  /** The Proxy-Authorization header of each request. */
  readonly logins: readonly (string | undefined)[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** `USER:PASSWORD`; everybody else gets a 407. */
  readonly login?: string;
  /** Where every tunnel leads, whatever was asked for: a port of this machine. */
  readonly leadsTo?: number;
}

export async function startProxy({ login, leadsTo }: ProxyOptions = {}): Promise<LoopbackProxy> {
  const seen: string[] = [];
  const logins: (string | undefined)[] = [];
  const sockets = new Set<Socket>();
  const expected = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const admit = (message: IncomingMessage): boolean => {
    seen.push(`${message.method} ${message.url}`);
    logins.push(message.headers['proxy-authorization']);
    return expected === undefined || message.headers['proxy-authorization'] === expected;
  };
  const forward = (incoming: IncomingMessage, answer: ServerResponse): void => {
    if (!admit(incoming)) {
      answer.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('login');
      return;
    }
    const { 'proxy-authorization': _, ...headers } = incoming.headers;
    const outgoing = request(incoming.url ?? '', { method: incoming.method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    });
    outgoing.on('error', () => answer.writeHead(502).end());
    incoming.pipe(outgoing);
  };
  const server = createServer(forward);
  server.on('connection', (socket) => sockets.add(socket));
  server.on('connect', (incoming: IncomingMessage, client: Socket, head: Buffer) => {
    if (!admit(incoming)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const [host, port] = (incoming.url ?? '').split(':');
    const [realPort, realHost] = leadsTo === undefined ? [Number(port), host] : [leadsTo, '127.0.0.1'];
    const upstream = connect(realPort, realHost, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    sockets.add(upstream);
    for (const socket of [upstream, client]) socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    seen,
    logins,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
