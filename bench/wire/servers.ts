import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeCertificate } from '../../sandbox/certificate.js';
import { startChildServer } from '../child-server.js';
import { addressVariables, askCounts, type Server } from '../server-process.js';
import type { Link } from './link.js';
import { joinNamespaces } from './namespaces.js';
import { portsIn, relayOnLoopback } from './relayed.js';

/** One server for each round trip, and the link to them. */
export interface Wire {
  readonly link: Link;
  readonly servers: readonly Server[];
  stop(): void;
}

/**
 * Servers that speak TLS 1.3 with a throw-away certificate, behind a wire of these round trips.
 * @param relay take the relay even where namespaces can be had
 */
export async function startWire(
  roundTrips: readonly number[],
  relay: boolean,
  root: string,
  temp: string,
): Promise<Wire> {
  const link = relay
    ? relayOnLoopback(roundTrips, '--relay')
    : await joinNamespaces(roundTrips, root, temp).catch((error: unknown) =>
        relayOnLoopback(roundTrips, `no namespaces: ${error instanceof Error ? error.message : error}`),
      );
  const [certFile, keyFile] = [join(temp, 'ca.pem'), join(temp, 'key.pem')];
  const { cert, key } = makeCertificate(link.names);
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key, { mode: 0o600 });
  const script = fileURLToPath(new URL('./server.js', import.meta.url));
  const child = await startChildServer(script, [certFile, keyFile, ...link.listen], link.servers);
  const addresses = await link.open(portsIn(child.ready));
  const servers = roundTrips.map((latencyMs, group): Server => {
    const { token = '', sts = '', cognito = '' } = addresses[group] ?? {};
    return {
      latencyMs,
      env: { ...addressVariables(token, sts, cognito), NODE_EXTRA_CA_CERTS: certFile },
      counts: () => askCounts(child, String(group)),
    };
  });
  const stop = (): void => {
    child.stop();
    link.stop();
  };
  return { link, servers, stop };
}
