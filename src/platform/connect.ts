import http from 'node:http';
import { isIP, connect as openTcp, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { ActionError } from '../core/errors.js';
import { within } from './deadline.js';
import { type Party, type Purpose, refusedByProxy, requestFailed, timedOut } from './http-errors.js';
import { proxyLogin } from './proxy.js';

/*
 * Opening a connection: name look-up, TCP, the proxy's tunnel, TLS. Sending over it is http.ts's part.
 */

/** How a request gets to its server. */
export interface Route {
  readonly target: URL;
  /** Undefined: directly. */
  readonly proxy: URL | undefined;
}

export interface ConnectOptions {
  /** For all of it together, name look-up and the proxy's own connection included. */
  readonly limitMs: number;
  readonly signal: AbortSignal;
  /** What the connection is for, for errors. */
  readonly purpose: Purpose;
  /** Certificates (PEM) to trust beside those that Node does. */
  readonly extraCa?: string | undefined;
  /** A connection by the same route that is under way already. It is taken, unless it fails. */
  readonly early?: Promise<Socket> | undefined;
}

/**
 * A connection that requests for the target can be written to. For an `https:` target it ends in the target's own
 * TLS, whatever stands in between; for an `http:` one with a proxy it ends at the proxy, which wants absolute URLs.
 * @throws ActionError CONNECT_TIMEOUT, NETWORK_FAILED, or the signal's reason
 */
export async function connect(
  route: Route,
  { limitMs, signal, purpose, extraCa, early }: ConnectOptions,
): Promise<Socket> {
  const attempt: Attempt = { sockets: [], party: { proxy: route.proxy }, extraCa };
  const late = () => timedOut('CONNECT_TIMEOUT', purpose, limitMs, attempt.party);
  const open = () => establish(route, attempt, purpose);
  const opened = early === undefined ? open() : earlyOr(early, attempt, open);
  try {
    return await within(limitMs, signal, late, opened);
  } catch (error) {
    for (const socket of attempt.sockets) socket.destroy();
    if (signal.aborted) throw signal.reason;
    throw requestFailed(purpose, error, { party: attempt.party, isUnsent: true });
  }
}

/** How far a connection has come. */
interface Attempt {
  /** What has to be closed if it comes to nothing. */
  readonly sockets: Socket[];
  /** Whoever is being waited for. */
  party: Party;
  readonly extraCa: string | undefined;
}

/** The early connection once it stands; otherwise, and where it has been closed since, another. */
async function earlyOr(
  early: Promise<Socket>,
  attempt: Attempt,
  open: () => Promise<Socket>,
): Promise<Socket> {
  const socket = await early.catch(() => undefined);
  if (socket === undefined || socket.destroyed) return await open();
  attempt.sockets.push(socket);
  return socket;
}

async function establish({ target, proxy }: Route, attempt: Attempt, purpose: Purpose): Promise<Socket> {
  if (proxy === undefined) return await open(target, attempt);
  const toProxy = await open(proxy, attempt);
  if (target.protocol !== 'https:') return toProxy;
  await openTunnel(toProxy, proxy, target, purpose);
  attempt.party = { proxy: undefined };
  return await secure(toProxy, target, attempt);
}

async function open(to: URL, attempt: Attempt): Promise<Socket> {
  const isSecure = to.protocol === 'https:';
  const socket = openTcp({ host: hostOf(to), port: Number(portOf(to)), noDelay: true });
  attempt.sockets.push(socket);
  // TLS costs 10 ms and more to load, which is done while the connection comes about.
  if (isSecure) await Promise.all([import('node:tls'), ready(socket, 'connect')]);
  else await ready(socket, 'connect');
  return isSecure ? await secure(socket, to, attempt) : socket;
}

async function secure(socket: Socket, to: URL, attempt: Attempt): Promise<TLSSocket> {
  const tls = await import('node:tls');
  const host = hostOf(to);
  const secured = tls.connect({
    socket,
    // The name the certificate must be for. An address is never sent as a server's name (RFC 6066, 3).
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ALPNProtocols: ['http/1.1'],
    ...(attempt.extraCa !== undefined && { ca: [...tls.rootCertificates, attempt.extraCa] }),
  });
  attempt.sockets.push(secured);
  await ready(secured, 'secureConnect');
  return secured;
}

function ready(socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve);
    socket.once('close', () => reject(new Error('closed')));
    // Not `once`: an unused connection may fail at any later time, when nothing else listens.
    socket.on('error', reject);
  });
}

/**
 * Asks the proxy for a tunnel. Only a plain 200 is one: what else the proxy says, now or later, is its own word, and
 * never the server's.
 */
function openTunnel(socket: Socket, proxy: URL, target: URL, purpose: Purpose): Promise<void> {
  const authority = `${target.hostname}:${portOf(target)}`;
  return new Promise((resolve, reject) => {
    const headers = { host: authority, connection: 'keep-alive', ...proxyLogin(proxy) };
    const asked = http.request({
      method: 'CONNECT',
      path: authority,
      headers,
      createConnection: () => socket,
    });
    // Every answer to CONNECT comes as this event, whatever its status.
    asked.once('connect', ({ statusCode = 0 }, _, head) => {
      // In TLS the server waits for us, so that these bytes cannot be its own.
      if (statusCode === 200 && head.length > 0) reject(spokeFirst(purpose, proxy));
      else if (statusCode === 200) resolve();
      else reject(refusedByProxy(purpose, proxy, statusCode));
    });
    asked.on('error', reject);
    asked.once('close', () => reject(new Error('closed')));
    asked.end();
  });
}

function spokeFirst(purpose: Purpose, proxy: URL): ActionError {
  return new ActionError(
    'NETWORK_FAILED',
    `The proxy (${proxy.host}) sent data of its own where a tunnel begins, for ${purpose.purpose} (${purpose.url.host}).`,
    { hint: 'A proxy for HTTPS answers CONNECT with 200 and nothing else. Is http-proxy the right address?' },
  );
}

/** A URL writes an IPv6 address in brackets, a socket does not. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '');
}

function portOf({ port, protocol }: URL): string {
  return port || (protocol === 'https:' ? '443' : '80');
}
