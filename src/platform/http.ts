import http from 'node:http';
import { connect, type Route } from './connect.js';
import { Connections } from './connections.js';
import { within } from './deadline.js';
import {
  type Purpose,
  refusedByProxy,
  requestFailed,
  requireSendable,
  switchedProtocols,
  timedOut,
  tooLarge,
} from './http-errors.js';
import { type ProxySettings, proxyFor, proxyLogin } from './proxy.js';

export interface HttpRequest extends Purpose {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Sends requests, each with its time limits, directly or through the proxy. */
export interface Http {
  /**
   * One request, one whole answer of at most 1 MiB.
   * @throws ActionError CONNECT_TIMEOUT, REQUEST_TIMEOUT, NETWORK_FAILED (all worth a retry), ANSWER_UNEXPECTED,
   * REQUEST_INVALID
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /**
   * Begins to open the connection that a later request to this URL's origin will take, the proxy's tunnel included.
   * Should that fail, the request opens one for itself.
   */
  connectEarly(url: URL): void;
  /** Closes the connections that are open or under way. */
  close(): void;
}

export interface HttpOptions {
  readonly proxy?: ProxySettings | undefined;
  /** Ends every request that is under way, with its reason. */
  readonly signal: AbortSignal;
  /** Called once, when the first request has been handed to the network: time to load what is needed next. */
  readonly onFirstSent?: (() => void) | undefined;
  /** Certificates (PEM) to trust beside those that Node does. */
  readonly extraCa?: string | undefined;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

const MAX_BODY_BYTES = 1024 * 1024;

export function createHttp(options: HttpOptions): Http {
  const { proxy, signal, extraCa, connectTimeoutMs = 5_000, requestTimeoutMs = 10_000 } = options;
  const origins = new Map<string, Connections>();
  const closing = new AbortController();
  let onFirstSent = options.onFirstSent;

  const sentOnce = (): void => {
    onFirstSent?.();
    onFirstSent = undefined;
  };
  const routeTo = (url: URL): Route => ({ target: url, proxy: proxyFor(url, proxy) });
  const connectionsTo = ({ origin }: URL): Connections => {
    const connections = origins.get(origin) ?? new Connections();
    origins.set(origin, connections);
    return connections;
  };
  const limits = { limitMs: connectTimeoutMs, extraCa };
  return {
    async send(request) {
      signal.throwIfAborted();
      requireSendable(request, request.headers);
      const route = routeTo(request.url);
      const connections = connectionsTo(request.url);
      await connections.provide((early) => connect(route, { ...limits, signal, purpose: request, early }));
      const sent = http.request({ ...wireForm(request, route), agent: connections });
      sent.once('finish', sentOnce);
      const party = { proxy: isForwarded(route) ? route.proxy : undefined };
      const late = () => timedOut('REQUEST_TIMEOUT', request, requestTimeoutMs, party);
      try {
        const answer = await within(requestTimeoutMs, signal, late, exchange(sent, request));
        if (answer.status === 407 && isForwarded(route)) throw refusedByProxy(request, route.proxy, 407);
        return answer;
      } catch (error) {
        sent.destroy();
        if (signal.aborted) throw signal.reason;
        throw requestFailed(request, error, { party, isUnsent: false });
      }
    },
    connectEarly(url) {
      if (signal.aborted) return;
      const purpose = { purpose: 'a request to come', url };
      connectionsTo(url).openEarly(() => {
        // What AbortSignal.any() does, in a third of a millisecond less.
        signal.addEventListener('abort', () => closing.abort(signal.reason), { signal: closing.signal });
        return connect(routeTo(url), { ...limits, signal: closing.signal, purpose });
      });
    },
    close() {
      closing.abort();
      for (const connections of origins.values()) connections.destroy();
    },
  };
}

/** Whether the proxy itself gets to read the request: one without TLS, which it forwards. */
function isForwarded(route: Route): route is Route & { readonly proxy: URL } {
  return route.proxy !== undefined && route.target.protocol === 'http:';
}

/** The request as it is written: a proxy that forwards it is given the whole URL, and its own login. */
function wireForm({ url, method, headers }: HttpRequest, route: Route): http.RequestOptions {
  const path = `${url.pathname}${url.search}`;
  return {
    method,
    path: isForwarded(route) ? `${url.origin}${path}` : path,
    headers: { ...headers, host: url.host, ...(isForwarded(route) && proxyLogin(route.proxy)) },
  };
}

async function exchange(sent: http.ClientRequest, request: HttpRequest): Promise<HttpResponse> {
  const response = await responseTo(sent, request);
  if (response.statusCode === 101) throw switchedProtocols(request);
  const body = await readBody(response, request);
  return { status: response.statusCode ?? 0, headers: plainHeaders(response), body };
}

function responseTo(sent: http.ClientRequest, request: HttpRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // Without a listener Node closes the connection, and says nothing.
    sent.once('upgrade', (_, socket) => {
      socket.destroy();
      reject(switchedProtocols(request));
    });
    // Not `once`: a request that is destroyed during its answer reports a second error, and nothing else listens.
    sent.on('error', reject);
    sent.once('close', () => reject(new Error('closed')));
    sent.end(request.body);
  });
}

/** By events: reading a stream with `for await` for the first time takes a millisecond more. */
function readBody(response: http.IncomingMessage, request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    response.on('data', (bytes: Buffer) => {
      length += bytes.length;
      if (length > MAX_BODY_BYTES) reject(tooLarge(request));
      else chunks.push(bytes);
    });
    response.once('end', () => resolve(Buffer.concat(chunks)));
    response.on('error', reject);
    response.once('close', () => reject(new Error('closed')));
  });
}

function plainHeaders(response: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}
