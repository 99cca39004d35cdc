import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeExit } from '../../sandbox/runner/exit-duties.js';
import { addressesOf, type Link, SERVICES } from './link.js';

/**
 * Real handshakes: client and servers in network namespaces of their own, joined by link.py, which holds every packet
 * back. The namespaces are nobody's but its, so that they go with it, however this process ends.
 * @param root the repository
 * @throws Error where this machine does not allow it
 */
export async function joinNamespaces(
  roundTrips: readonly number[],
  root: string,
  temp: string,
): Promise<Link> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('needs Linux and root');
  accessSync('/dev/net/tun');
  const hosts = join(temp, 'hosts');
  const names = roundTrips.map((ms) => SERVICES.map((service) => `${service}-${ms}.test`));
  const lines = names.flatMap((group, n) => group.map((name, s) => `${addressOf(n, s)} ${name}\n`));
  writeFileSync(hosts, ['127.0.0.1 localhost\n', ...lines].join(''));

  const script = join(root, 'bench', 'wire', 'link.py');
  const child = spawn('python3', [script, hosts, ...roundTrips.map(String)], { stdio: 'pipe' });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  const liftDuty = beforeExit(kill);
  const { client, servers, mount } = await firstLine(child);
  // A mount namespace of its own begins at its root.
  const place = ['nsenter', `--mount=${mount}`, `--wd=${process.cwd()}`];
  return {
    kind: 'two network namespaces joined by TUN devices, real handshakes',
    client: [...place, `--net=${client}`],
    servers: [...place, `--net=${servers}`],
    names: names.flat(),
    listen: names.flatMap((group, n) => group.map((_, s) => `${addressOf(n, s)}:443`)),
    open: async () => names.map((group) => addressesOf(group.map((name) => `https://${name}`))),
    stop() {
      liftDuty();
      kill();
    },
  };
}

/** As link.py has them. */
function addressOf(roundTrip: number, service: number): string {
  return `10.77.${roundTrip + 1}.${service + 1}`;
}

function firstLine(child: ChildProcess): Promise<Readonly<Record<string, unknown>>> {
  return new Promise((resolve, reject) => {
    let [said, failed] = ['', ''];
    child.stderr?.on('data', (chunk: Buffer) => {
      failed += chunk.toString('utf8');
    });
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('\n')) resolve(JSON.parse(said));
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(failed.trim().split('\n').at(-1) ?? 'link.py ended')));
  });
}
