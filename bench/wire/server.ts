import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type Counts, respondAfter } from '../respond.js';
import { SERVICES } from './link.js';

/*
 * GitHub's token endpoint, STS and Cognito, each at an address of its own, once for each round trip; TLS 1.3 alone.
 *
 *   node server.js CERT_FILE KEY_FILE HOST:PORT...
 *
 * Sends { ports } when it listens, and, asked for a number, the Counts of that round trip; ends with its parent.
 */
const [certFile = '', keyFile = '', ...addresses] = process.argv.slice(2);
const tls = { cert: readFileSync(certFile), key: readFileSync(keyFile), minVersion: 'TLSv1.3' as const };
const counts = new Map<number, Counts>();

function count(group: number, what: keyof Counts): void {
  const { requests = 0, connections = 0 } = counts.get(group) ?? {};
  const before = { requests, connections };
  counts.set(group, { ...before, [what]: before[what] + 1 });
}

async function listen(address: string, group: number): Promise<number> {
  const server = createServer(
    tls,
    respondAfter(0, () => count(group, 'requests')),
  );
  server.on('connection', () => count(group, 'connections'));
  const [host = '', port = ''] = address.split(':');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host, resolve);
  });
  return (server.address() as AddressInfo).port;
}

process.on('message', (group) =>
  process.send?.(counts.get(Number(group)) ?? { requests: 0, connections: 0 }),
);
process.on('disconnect', () => process.exit());

const ports = await Promise.all(
  addresses.map((address, index) => listen(address, Math.floor(index / SERVICES.length))),
);
process.send?.({ ports });
