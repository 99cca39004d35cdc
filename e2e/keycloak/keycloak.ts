import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeExit } from '../../sandbox/runner/exit-duties.js';
import { answering, freePort } from '../loopback.js';

/** A Keycloak with a realm and a client that may have tokens for AWS, on loopback. */
export interface Keycloak {
  readonly issuer: string;
  /** A token of the client's service account. */
  token(): Promise<string>;
  stop(): void;
}

export const AUDIENCE = 'sts.amazonaws.com';
const CLIENT = 'deploy';
const READY_MS = 300_000;

/** Starts a copy of Keycloak; it takes half a minute. */
export async function startKeycloak(installed: string): Promise<Keycloak> {
  const directory = mkdtempSync(join(tmpdir(), 'keycloak-'));
  const home = join(directory, 'keycloak');
  const secret = randomUUID();
  // It writes to its own directory.
  cpSync(installed, home, { recursive: true, dereference: true });
  mkdirSync(join(home, 'data', 'import'), { recursive: true });
  writeFileSync(join(home, 'data', 'import', 'realm.json'), JSON.stringify(realm(secret)));
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}/realms/ci`;
  const options = ['--http-host', '127.0.0.1', '--http-port', String(port), '--cache', 'local'];
  // Ends by itself if this process is killed.
  const program = ['--kill-after=10', '900', join(home, 'bin', 'kc.sh')];
  const child = spawn('timeout', [...program, 'start-dev', ...options, '--import-realm'], {
    cwd: directory,
    env: { PATH: process.env.PATH ?? '', HOME: directory },
    stdio: 'ignore',
    // Its shell starts a Java, which would stay.
    detached: true,
  });
  const stop = (): void => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    lift();
  };
  const lift = beforeExit(stop);
  try {
    await answering(`${issuer}/.well-known/openid-configuration`, child, READY_MS);
  } catch (error) {
    stop();
    throw error;
  }
  return { issuer, stop, token: () => requestToken(issuer, secret) };
}

/** The subject of the service account's tokens. */
export function subjectOf(token: string): string {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).sub;
}

async function requestToken(issuer: string, secret: string): Promise<string> {
  const answer = await fetch(`${issuer}/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: CLIENT, client_secret: secret }),
  });
  const { access_token: token } = JSON.parse(await answer.text());
  if (typeof token !== 'string') throw new Error(`Keycloak gives no token: ${answer.status}`);
  return token;
}

function realm(secret: string): object {
  const audience = {
    name: 'audience',
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    config: { 'included.custom.audience': AUDIENCE, 'access.token.claim': 'true' },
  };
  const client = {
    ...{ clientId: CLIENT, secret, enabled: true, protocol: 'openid-connect' },
    ...{ serviceAccountsEnabled: true, publicClient: false, standardFlowEnabled: false },
    protocolMappers: [audience],
  };
  return { realm: 'ci', enabled: true, sslRequired: 'none', clients: [client] };
}
