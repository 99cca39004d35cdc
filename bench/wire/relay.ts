import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Listens on a free loopback port, and passes everything on to `targetPort`, each byte half a round trip late. The
 * kernel has accepted a connection before the relay hears of it, so the round trip of TCP's own handshake is added to
 * the client's first bytes. Rejects where it cannot listen.
 */
export async function startRelay(targetPort: number, roundTripMs: number): Promise<Server> {
  const relay = createServer((near) => {
    const far = connect(targetPort, '127.0.0.1');
    const opened = performance.now() + roundTripMs;
    passOn(near, far, () => Math.max(performance.now(), opened) + roundTripMs / 2);
    passOn(far, near, () => performance.now() + roundTripMs / 2);
  });
  await new Promise<void>((resolve, reject) => {
    relay.once('error', reject);
    relay.listen(0, '127.0.0.1', resolve);
  });
  return relay;
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Writes what comes in from one side to the other when it is due, in order. */
function passOn(from: Socket, to: Socket, dueAt: () => number): void {
  let queue = Promise.resolve();
  const enqueue = (act: () => void): void => {
    const due = dueAt();
    queue = queue
      .then(() => delay(Math.max(0, due - performance.now())))
      .then(() => {
        if (!to.destroyed) act();
      });
  };
  from.setNoDelay(true);
  from.on('data', (bytes) => enqueue(() => to.write(bytes)));
  from.on('end', () => enqueue(() => to.end()));
  // An error needs a listener; what follows is done when the socket has closed.
  from.on('error', () => {});
  from.on('close', (hadError) => {
    if (hadError) to.destroy();
  });
}
