import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ENDPOINT_PATH } from './endpoint-names.js';
import type { CachedSession } from './state.js';

/*
 * The credentials of a container as AWS's SDKs ask for them, by a full URI and with a token in the header Authorization:
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html. The format is that of ECS.
 */

const LOOPBACK = '127.0.0.1';

export interface EndpointOptions {
  /** What a client must send as it is. */
  readonly token: string;
  /** A session that lives. Throws an error whose message is fit for people. */
  current(): Promise<CachedSession>;
}

/** Answers on a free port of the loopback address. */
export async function serveCredentials(
  options: EndpointOptions,
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer((request, response) => void answer(request, response, options));
  // A client sends a few lines at once, and asks again an hour later.
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  server.keepAliveTimeout = 1;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, LOOPBACK, () => resolve());
  });
  return { server, port: portOf(server.address()) };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { token, current }: EndpointOptions,
): Promise<void> {
  const refusal = refusalOf(request, token);
  if (refusal !== undefined) {
    send(response, refusal.status, { code: refusal.code, message: refusal.message });
    return;
  }
  try {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = await current();
    send(response, 200, { AccessKeyId, SecretAccessKey, Token: SessionToken, Expiration });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    send(response, 503, { code: 'CredentialsUnavailable', message: `assume-aws-role: ${message}` });
  }
}

interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Why a request gets no credentials. Nothing of the request is repeated. */
function refusalOf(request: IncomingMessage, token: string): Refusal | undefined {
  const { method, url, headers, socket } = request;
  // A web page can have its own host's name lead here (DNS rebinding); the name is then in the header.
  const hosts = [LOOPBACK, 'localhost'].map((name) => `${name}:${socket.localPort}`);
  if (!hosts.includes(headers.host ?? ''))
    return { status: 403, code: 'HostNotAllowed', message: 'The host must be 127.0.0.1 or localhost.' };
  if (url !== ENDPOINT_PATH)
    return { status: 404, code: 'NotFound', message: `There is only ${ENDPOINT_PATH}.` };
  if (method !== 'GET') return { status: 405, code: 'MethodNotAllowed', message: 'Only GET is allowed.' };
  if (!isSame(headers.authorization ?? '', token)) {
    return {
      status: 401,
      code: 'Unauthorized',
      message: 'The header Authorization must be the text in AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.',
    };
  }
  return undefined;
}

/** In a time that does not depend on where they differ, nor on how long they are. */
function isSame(one: string, other: string): boolean {
  const [first, second] = [one, other].map((text) => createHash('sha256').update(text).digest());
  return first !== undefined && second !== undefined && timingSafeEqual(first, second);
}

function send(response: ServerResponse, status: number, body: Readonly<Record<string, string>>): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'cache-control': 'no-store',
    connection: 'close',
    ...(status === 405 && { allow: 'GET' }),
  });
  response.end(JSON.stringify(body));
}
