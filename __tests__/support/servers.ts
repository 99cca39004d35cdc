import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { makeCertificate } from './certificate.js';

/** A server on 127.0.0.1 that is stopped after the test file. */
export interface LoopbackServer {
  readonly port: number;
  /** How many connections came in. */
  connections(): number;
  /** How many of them are open. */
  open(): number;
}

interface Stoppable {
  listen(port: number, host: string, listening: () => void): unknown;
  address(): AddressInfo | string | null;
  close(): unknown;
  on(event: 'connection', listener: (socket: Socket) => void): unknown;
}

const stops: (() => void)[] = [];

afterAll(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A server that does with each connection what `talk` says. */
export function startRaw(talk: (socket: Socket) => void): Promise<LoopbackServer> {
  return started(createServer(talk));
}

/**
 * What stands before another server of this machine, and passes on every byte.
 * @param opens when it begins to, for each connection
 */
export function startFront(port: number, opens = async (): Promise<void> => {}): Promise<LoopbackServer> {
  return startRaw(async (socket) => {
    await opens();
    const inner = connect(port, '127.0.0.1');
    inner.on('error', () => socket.destroy());
    socket.on('close', () => inner.destroy());
    socket.pipe(inner).pipe(socket);
  });
}

/** Waits until it is so; throws after five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let waitedMs = 0; !isSo(); waitedMs += 5) {
    if (waitedMs > 5_000) throw new Error('It has not come about.');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server that waits for a request's head, and then writes exactly this. */
export function startSpeaker(...parts: readonly string[]): Promise<LoopbackServer> {
  return startRaw((socket) => {
    socket.once('data', () => {
      for (const part of parts) socket.write(part, 'latin1');
    });
  });
}

export interface TlsServer extends LoopbackServer {
  /** The certificate, for those who shall trust it. */
  readonly cert: string;
  /** How many connections have TLS. */
  secured(): number;
}

export async function startTls(
  answer: (incoming: IncomingMessage, answer: ServerResponse) => void,
  hosts?: readonly string[],
): Promise<TlsServer> {
  const { key, cert } = makeCertificate(hosts);
  const server = createTlsServer({ key, cert }, answer);
  let secured = 0;
  server.on('secureConnection', () => secured++);
  return { ...(await started(server)), cert, secured: () => secured };
}

async function started(server: Stoppable): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return { port: address.port, connections: () => count, open: () => sockets.size };
}
