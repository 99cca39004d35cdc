import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeExit } from '../../sandbox/runner/exit-duties.js';
import { answering, freePort } from '../loopback.js';

/** A Ceph cluster of one monitor, one OSD in memory and one gateway, on loopback. */
export interface Ceph {
  /** S3, STS and IAM. */
  readonly url: string;
  /** Keys of a user of the tenant who may do everything. */
  readonly admin: { readonly accessKeyId: string; readonly secretAccessKey: string };
  stop(): void;
}

/** Ceph's account: a tenant, whose name must have the form of an account id. */
export const TENANT = '111122223333';
const READY_MS = 60_000;
const COMMAND_MS = 60_000;
/** Who may do what in the cluster. */
const KEYS = [
  ['mon.', '--cap', 'mon', 'allow *'],
  ['client.admin', '--cap', 'mon', 'allow *', '--cap', 'osd', 'allow *', '--cap', 'mgr', 'allow *'],
  ['osd.0', '--cap', 'mon', 'allow profile osd', '--cap', 'osd', 'allow *'],
  ['client.rgw', '--cap', 'mon', 'allow rw', '--cap', 'osd', 'allow rwx'],
] as const;

/**
 * Starts a cluster of its own; it takes ten to twenty seconds.
 * @param program what starts Ceph's programs, each by its name (scripts/install-world.sh)
 */
export async function startCeph(program: string): Promise<Ceph> {
  const directory = mkdtempSync(join(tmpdir(), 'ceph-'));
  const children: ChildProcess[] = [];
  const stop = (): void => {
    for (const child of children.splice(0).reverse()) child.kill('SIGKILL');
    closeSync(output);
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    lift();
  };
  const lift = beforeExit(stop);
  const env = { PATH: process.env.PATH ?? '', CEPH_CONF: join(directory, 'ceph.conf') };
  const log = join(directory, 'output');
  const output = openSync(log, 'w');
  const run = (...args: readonly string[]): void => {
    execFileSync(program, args, {
      cwd: directory,
      env,
      timeout: COMMAND_MS,
      stdio: ['ignore', output, output],
    });
  };
  const serve = (...args: readonly string[]): ChildProcess => {
    // Ends with this process, however that ends.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', program, ...args], {
      cwd: directory,
      env,
      stdio: 'ignore',
    });
    children.push(child);
    return child;
  };
  try {
    const [monitor, gateway] = [await freePort(), await freePort()];
    const libraries = execFileSync(program, ['libraries'], { encoding: 'utf8' }).trim();
    writeFileSync(env.CEPH_CONF, configuration(directory, libraries, monitor, gateway));
    const admin = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: randomUUID() };
    startMonitor(run, serve, directory, monitor);
    startOsd(run, serve, directory);
    run(
      ...['radosgw-admin', 'user', 'create', '--tenant', TENANT, '--uid', 'admin', '--display-name', 'admin'],
      ...['--access-key', admin.accessKeyId, '--secret-key', admin.secretAccessKey],
      ...['--caps', 'roles=*;oidc-provider=*'],
    );
    const url = `http://127.0.0.1:${gateway}`;
    await answering(url, serve('radosgw', '-f', '-n', 'client.rgw'), READY_MS);
    return { url, admin, stop };
  } catch (error) {
    const said = readFileSync(log, 'utf8').trim().split('\n').slice(-3).join(' ');
    stop();
    throw new Error(`Ceph does not start: ${error instanceof Error ? error.message : error} ${said}`);
  }
}

type Run = (...args: readonly string[]) => void;
type Serve = (...args: readonly string[]) => ChildProcess;

function startMonitor(run: Run, serve: Serve, directory: string, port: number): void {
  writeFileSync(join(directory, 'keyring'), '', { mode: 0o600 });
  for (const [name, ...capabilities] of KEYS)
    run('ceph-authtool', 'keyring', '--gen-key', '-n', name, ...capabilities);
  run('monmaptool', '--create', '--add', 'a', `127.0.0.1:${port}`, 'monmap');
  run('ceph-mon', '--mkfs', '-i', 'a', '--monmap', 'monmap', '--keyring', 'keyring');
  serve('ceph-mon', '-f', '-i', 'a');
}

function startOsd(run: Run, serve: Serve, directory: string): void {
  mkdirSync(join(directory, 'osd'));
  const id = randomUUID();
  run('ceph', '--connect-timeout', '30', 'osd', 'new', id);
  run('ceph-osd', '-i', '0', '--mkfs', '--osd-uuid', id);
  serve('ceph-osd', '-f', '-i', '0');
}

/** @param libraries where the packages are unpacked, which is not where the programs look for their parts */
function configuration(directory: string, libraries: string, monitor: number, gateway: number): string {
  return `[global]
fsid = ${randomUUID()}
mon host = 127.0.0.1:${monitor}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
keyring = ${directory}/keyring
auth cluster required = cephx
auth service required = cephx
auth client required = cephx
run dir = ${directory}
admin socket = ${directory}/$name.asok
log file = ${directory}/$name.log
erasure code dir = ${libraries}/ceph/erasure-code
plugin dir = ${libraries}/ceph
osd class dir = ${libraries}/rados-classes
osd pool default size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
[mon.a]
mon data = ${directory}/mon
mon initial members = a
[osd.0]
osd data = ${directory}/osd
osd objectstore = memstore
memstore device bytes = 268435456
[client.rgw]
rgw data = ${directory}/rgw
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw s3 auth use sts = true
rgw sts key = ${randomUUID().slice(0, 16)}
`;
}
