import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One request as it arrived, its body complete. Header names are lower-case. */
export interface Call {
  readonly method: string;
  readonly url: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** A complete HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** What the client gets to see: an answer, or one of the ways in which a network does not give one. */
export type Delivery =
  | { readonly how: 'answer'; readonly reply: Reply }
  | { readonly how: 'half'; readonly reply: Reply }
  | { readonly how: 'reset' }
  | { readonly how: 'hang' };

/** A running server on 127.0.0.1. */
export interface LoopbackServer {
  /** `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** Stops listening and destroys every socket, hanging ones too. Safe to call twice. */
  close(): Promise<void>;
}

// More than any STS request may hold; keeps a runaway client from filling the memory.
const MAX_BODY_BYTES = 1_000_000;

/**
 * Starts an HTTP server on 127.0.0.1. Port 0 takes a free port. A handler that throws answers 500 with
 * the reason in the body. Rejects where the port is taken.
 */
export async function listen(
  port: number,
  handle: (call: Call) => Promise<Delivery>,
): Promise<LoopbackServer> {
  const server = createServer((request, response) => {
    // A client that hangs up half-way is the client's own affair.
    response.on('error', () => {});
    serve(request, response, handle).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (call: Call) => Promise<Delivery>,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    deliver(response, { how: 'answer', reply: { status: 413, body: 'Request body too large' } });
    return;
  }
  const call = toCall(request, body);
  if (call === undefined) {
    deliver(response, { how: 'answer', reply: { status: 400, body: 'Malformed request target' } });
    return;
  }
  try {
    deliver(response, await handle(call));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    deliver(response, { how: 'answer', reply: { status: 500, body: `The sandbox failed: ${reason}` } });
  }
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > MAX_BODY_BYTES) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function toCall(request: IncomingMessage, body: Buffer): Call | undefined {
  const target = request.url ?? '/';
  if (!URL.canParse(target, 'http://127.0.0.1')) return undefined;
  const url = new URL(target, 'http://127.0.0.1');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method ?? 'GET',
    url: target,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body,
  };
}

function deliver(response: ServerResponse, delivery: Delivery): void {
  switch (delivery.how) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'half': {
      const body = Buffer.from(delivery.reply.body);
      writeHead(response, delivery.reply, body.length);
      response.write(body.subarray(0, Math.floor(body.length / 2)));
      return;
    }
    case 'answer': {
      const body = Buffer.from(delivery.reply.body);
      writeHead(response, delivery.reply, body.length);
      response.end(body);
    }
  }
}

function writeHead(response: ServerResponse, reply: Reply, length: number): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(length) });
}
