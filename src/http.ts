import http from 'node:http';
import { errnoOf } from './errno.js';
import { ActionError } from './errors.js';
import { bypassesProxy, type ProxySettings } from './proxy.js';
import { oneLine } from './text.js';

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  /** What the request is, for errors: "the token request to GitHub". */
  readonly purpose: string;
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
   * @throws ActionError CONNECT_TIMEOUT, REQUEST_TIMEOUT, NETWORK_FAILED (all worth a retry), ANSWER_UNEXPECTED
   */
  send(request: HttpRequest): Promise<HttpResponse>;
  /** Closes the connections that were kept open. */
  close(): void;
}

export interface HttpOptions {
  readonly proxy?: ProxySettings | undefined;
  /** Ends every request that is under way, with its reason. */
  readonly signal: AbortSignal;
  /** Called once, when the first request has been handed to the network: time to load what is needed next. */
  readonly onFirstSent?: () => void;
  readonly connectTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
}

const REACHABLE =
  'Can this runner reach that host? Behind a proxy, set http-proxy or HTTPS_PROXY (and no-proxy for what is direct).';

const MAX_BODY_BYTES = 1024 * 1024;

export function createHttp(options: HttpOptions): Http {
  const { proxy, signal, connectTimeoutMs = 5_000, requestTimeoutMs = 10_000 } = options;
  const agents = new Map<string, http.Agent>();
  let onFirstSent = options.onFirstSent;

  const agentFor = async (url: URL, transport: Transport): Promise<http.Agent> => {
    const proxyUrl = proxy && !bypassesProxy(url, proxy.exceptions) ? proxy.url : undefined;
    const kind = `${url.protocol} ${proxyUrl ? 'proxied' : 'direct'}`;
    const agent =
      agents.get(kind) ??
      (proxyUrl ? await proxyAgent(proxyUrl, url.protocol) : new transport.Agent({ keepAlive: true }));
    agents.set(kind, agent);
    return agent;
  };

  const sentOnce = (): void => {
    onFirstSent?.();
    onFirstSent = undefined;
  };
  return {
    async send(request) {
      signal.throwIfAborted();
      const transport = await transportFor(request.url);
      const agent = await agentFor(request.url, transport);
      const { url, method, headers, body } = request;
      const sent = transport.request(url, { method, headers, agent, signal }).once('finish', sentOnce);
      const limits = limitTime(sent, request, connectTimeoutMs, requestTimeoutMs);
      try {
        const response = await responseTo(sent, body);
        const answer = await readBody(response, request);
        if (response.statusCode === 407) throw proxyRefused(request);
        return { status: response.statusCode ?? 0, headers: plainHeaders(response), body: answer };
      } catch (error) {
        if (signal.aborted) throw signal.reason;
        throw limits.exceeded() ?? networkFailure(request, error, !limits.isConnected());
      } finally {
        limits.stop();
      }
    },
    close() {
      for (const agent of agents.values()) agent.destroy();
    },
  };
}

function responseTo(sent: http.ClientRequest, body: HttpRequest['body']): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // Not `once`: a request that is destroyed during its answer reports an error again, and nobody else listens.
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Destroys a request that does not connect, or is not answered whole, in time. */
function limitTime(sent: http.ClientRequest, request: HttpRequest, connectMs: number, requestMs: number) {
  let error: ActionError | undefined;
  let isConnected = false;
  const limit = (ms: number, code: 'CONNECT_TIMEOUT' | 'REQUEST_TIMEOUT') =>
    setTimeout(() => {
      // Kept here, since a request destroyed during its answer reports just a reset.
      error = timedOut(request, code, ms);
      sent.destroy(error);
    }, ms);
  let timer = limit(connectMs, 'CONNECT_TIMEOUT');
  const connected = (): void => {
    isConnected = true;
    clearTimeout(timer);
    timer = limit(requestMs, 'REQUEST_TIMEOUT');
  };
  sent.once('socket', (socket) => {
    if (!socket.connecting) return connected();
    socket.once(request.url.protocol === 'https:' ? 'secureConnect' : 'connect', connected);
  });
  return { exceeded: () => error, isConnected: () => isConnected, stop: () => clearTimeout(timer) };
}

type Transport = Pick<typeof http, 'Agent' | 'request'>;

/** TLS costs 10 ms and more to load, which a server without it (a proxy's or a test's STS) need not wait for. */
async function transportFor(url: URL): Promise<Transport> {
  return url.protocol === 'https:' ? (await import('node:https')).default : http;
}

async function proxyAgent(proxy: URL, protocol: string): Promise<http.Agent> {
  if (protocol === 'https:') {
    const { HttpsProxyAgent } = await import('https-proxy-agent');
    return new HttpsProxyAgent(proxy);
  }
  const { HttpProxyAgent } = await import('http-proxy-agent');
  return new HttpProxyAgent(proxy);
}

async function readBody(response: http.IncomingMessage, request: HttpRequest): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > MAX_BODY_BYTES) {
      throw new ActionError('ANSWER_UNEXPECTED', `The answer to ${request.purpose} is larger than 1 MiB.`, {
        hint: 'Something else answers in its place: a proxy, a captive portal, or a wrong address.',
      });
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

function plainHeaders(response: http.IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );
}

function timedOut(
  request: HttpRequest,
  code: 'CONNECT_TIMEOUT' | 'REQUEST_TIMEOUT',
  ms: number,
): ActionError {
  const isUnsent = code === 'CONNECT_TIMEOUT';
  const what = isUnsent ? 'No connection' : 'No complete answer';
  return new ActionError(
    code,
    `${what} within ${ms / 1000} s, for ${request.purpose} (${request.url.host}).`,
    {
      hint: REACHABLE,
      retry: { kind: 'transient', isUnsent },
    },
  );
}

function proxyRefused(request: HttpRequest): ActionError {
  return new ActionError(
    'NETWORK_FAILED',
    `The proxy asks for a login (407), for ${request.purpose} (${request.url.host}).`,
    {
      hint: 'Give the proxy as http://USER:PASSWORD@HOST:PORT, from a secret.',
    },
  );
}

/** A certificate that is wrong now will be wrong in a second, too. */
const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)_|^ERR_TLS|^EPROTO/;

function networkFailure(request: HttpRequest, error: unknown, isUnsent: boolean): ActionError {
  if (error instanceof ActionError) return error;
  const code = errnoOf(error) ?? '';
  const reason = code || oneLine(error instanceof Error ? error.message : String(error));
  return new ActionError(
    'NETWORK_FAILED',
    `The connection failed (${reason}), for ${request.purpose} (${request.url.host}).`,
    {
      hint: REACHABLE,
      cause: error,
      ...(!CERTIFICATE_ERROR.test(reason) && { retry: { kind: 'transient', isUnsent } }),
    },
  );
}

/** Milliseconds of a `Retry-After` header, in either of its forms (RFC 9110, 10.2.3); at most a minute. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header === '') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(60_000, Math.max(0, ms));
}
