import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { PROCESS_FILE } from './cleanup/endpoint.js';
import { removeState } from './cleanup/refresh-state.js';
import { errnoOf } from './core/errno.js';
import { isRecord } from './core/json.js';
import { TOKEN_FILE } from './refresh/endpoint-names.js';
import { serveCredentials } from './refresh/endpoint-server.js';
import type { Expiring } from './refresh/expiry.js';
import { renewedSession, renewedToken } from './refresh/renewed-session.js';
import { keepSession, type SessionKeeper } from './refresh/session-keeper.js';
import { type CachedSession, readState } from './refresh/state.js';

/*
 * The background process of `credential-endpoint` and `export-token-file`. `start RUNNER …` starts it and ends as soon as
 * it is ready, with its port on standard output; `RUNNER serve STATE` and `RUNNER keep-token STATE FILE` are the process
 * itself. Each renewal is a run of the helper that `credential_process` has, so that hours leave nothing behind in this
 * one: no connections, no variables, no SDK.
 */

/** How often it looks whether it is still wanted. */
const LOOK_MS = 250;
/** Longer than a renewal may take (renew.ts), and a wait for one. */
const HELPER_LIMIT_MS = 120_000;

const [, script = '', ...rest] = process.argv;
const isStarter = rest[0] === 'start';
const task = isStarter ? rest.slice(1) : rest;
const [runner = '0', command, path = '', tokenFile = ''] = task;
const directory = dirname(path);

function start(): void {
  // No directory of the job's: on Windows, none can be removed in which a process runs.
  const child = spawn(process.execPath, [script, ...task], {
    detached: true,
    cwd: dirname(script),
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const fail = (why: string): void => {
    process.stderr.write(`${why}\n`, () => process.exit(1));
  };
  child.once('message', (message) => {
    if (!isRecord(message) || typeof message['port'] !== 'number') {
      fail(isRecord(message) ? String(message['why']) : 'it said nothing of use');
      return;
    }
    process.stdout.write(`${message['port']}\n`, () => process.exit(0));
  });
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
}

async function serve(): Promise<void> {
  let session = readState(path).session;
  const renew = async (): Promise<CachedSession> => {
    const startMs = Date.now();
    session = asKept(renewedSession(await askHelper(), session, startMs));
    return session;
  };
  const keeper = keepSession(session, { now: () => Date.now(), renew });
  const token = readFileSync(join(directory, TOKEN_FILE), 'utf8');
  stayWith(keeper, (await serveCredentials({ token, current: () => keeper.current() })).port);
}

async function keepToken(): Promise<void> {
  const renew = async (): Promise<Expiring> => {
    const Obtained = new Date().toISOString();
    const { Token, Expiration } = renewedToken(await askHelper('token'));
    writeWhole(tokenFile, Token);
    return { Obtained, Expiration };
  };
  const keeper = keepSession(await renew(), { now: () => Date.now(), renew });
  // Nobody is answered: the port tells the end of the job that the process lives.
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  stayWith(keeper, typeof address === 'object' && address !== null ? address.port : 0);
}

/** With the helper's own time of asking, so that it takes the session for due when this process does. */
function asKept(session: CachedSession): CachedSession {
  try {
    const kept = readState(path).session;
    return kept.AccessKeyId === session.AccessKeyId ? kept : session;
  } catch {
    return session; // It could not be kept.
  }
}

/** Renews as long as it is wanted, and says that it does so from now on. */
function stayWith(keeper: SessionKeeper<unknown>, port: number): void {
  writeWhole(join(directory, PROCESS_FILE), JSON.stringify({ pid: process.pid, port }));
  setInterval(() => {
    if (isRunnerGone()) {
      // Nobody else will: `post` never comes.
      removeState({ kind: 'refresh', directory });
      if (tokenFile !== '') removeState({ kind: 'refresh', directory: dirname(tokenFile) });
      process.exit();
    }
    if (!existsSync(path) || keeper.isHopeless()) process.exit();
    keeper.renewIfDue();
  }, LOOK_MS);
  // Without these, a signal would leave a helper behind that is renewing at this moment.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit());
  process.send?.({ port }, () => process.disconnect());
}

/** What the helper says, which ends with this process. */
function askHelper(...what: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  const helper = join(dirname(dirname(script)), 'credential-process', 'index.js');
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [helper, path, ...what],
      { cwd: helperDirectory(), timeout: HELPER_LIMIT_MS, killSignal: 'SIGKILL', windowsHide: true },
      (_, stdout, stderr) => {
        process.off('exit', end);
        resolve({ stdout, stderr });
      },
    );
    const end = (): void => void child.kill('SIGKILL');
    process.on('exit', end);
  });
}

/** Where the step ran, by which relative paths are meant, as long as that is there: Node does not start where nothing is. */
function helperDirectory(): string {
  const workspace = process.env['GITHUB_WORKSPACE'];
  return workspace && existsSync(workspace) ? workspace : dirname(script);
}

/** Complete or not at all, whenever somebody reads it. */
function writeWhole(file: string, text: string): void {
  rmSync(`${file}.tmp`, { force: true });
  writeFileSync(`${file}.tmp`, text, { mode: 0o600, flag: 'wx' });
  renameSync(`${file}.tmp`, file);
}

function isRunnerGone(): boolean {
  const pid = Number(runner);
  if (!(pid > 1)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

if (isStarter) start();
else {
  (command === 'keep-token' ? keepToken() : serve()).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    process.send?.({ why }, () => process.exit(1));
    if (!process.connected) process.exit(1);
  });
}
