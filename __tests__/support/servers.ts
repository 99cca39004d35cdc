import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { makeCertificate } from './certificate.js';

/** A server on 127.0.0.1 that is stopped after the test file. */
export interface LoopbackServer {
  readonly port: number;
  /** How many connections came in. */
  connections(): number;
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
}

export async function startTls(
  answer: (incoming: IncomingMessage, answer: ServerResponse) => void,
  hosts?: readonly string[],
): Promise<TlsServer> {
  const { key, cert } = makeCertificate(hosts);
  return { ...(await started(createTlsServer({ key, cert }, answer))), cert };
}

async function started(server: Stoppable): Promise<LoopbackServer> {
  const sockets = new Set<Socket>();
  let count = 0;
  server.on('connection', (socket) => {
    count++;
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('It listens on no port.');
  return { port: address.port, connections: () => count };
}
