import { fileURLToPath } from 'node:url';
import { type ChildServer, startChildServer } from '../child-server.js';
import { addressesOf, type Link, SERVICES } from './link.js';

/**
 * The wire where namespaces cannot be had: everything on loopback, through a process that holds bytes back.
 * @param reason why there are no namespaces
 */
export function relayOnLoopback(roundTrips: readonly number[], reason: string): Link {
  let relay: ChildServer | undefined;
  return {
    kind: `a relay on loopback that holds bytes back, TCP's handshakes reckoned in (${reason})`,
    client: [],
    servers: [],
    names: ['127.0.0.1'],
    listen: roundTrips.flatMap(() => SERVICES.map(() => '127.0.0.1:0')),
    async open(serverPorts) {
      const script = fileURLToPath(new URL('./relay-process.js', import.meta.url));
      const pairs = serverPorts.map(
        (port, index) => `${port}:${roundTrips[Math.floor(index / SERVICES.length)]}`,
      );
      relay = await startChildServer(script, pairs);
      const urls = portsIn(relay.ready).map((port) => `https://127.0.0.1:${port}`);
      return roundTrips.map((_, group) => addressesOf(urls.slice(group * SERVICES.length)));
    },
    stop: () => relay?.stop(),
  };
}

/** The ports that a child process sent. */
export function portsIn({ ports }: Readonly<Record<string, unknown>>): readonly number[] {
  return Array.isArray(ports) ? ports.map(Number) : [];
}
