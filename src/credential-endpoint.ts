import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROCESS_FILE } from './cleanup/endpoint.js';
import { removeState } from './cleanup/refresh-state.js';
import { errnoOf } from './core/errno.js';
import { isRecord } from './core/json.js';
import { TOKEN_FILE } from './refresh/endpoint-names.js';
import { serveCredentials } from './refresh/endpoint-server.js';
import { renewedSession } from './refresh/renewed-session.js';
import { keepSession } from './refresh/session-keeper.js';
import { type CachedSession, readState } from './refresh/state.js';

/*
 * The background process of `credential-endpoint`. `start STATE RUNNER` starts it and ends as soon as it listens, with
 * its port on standard output; `serve STATE RUNNER` is the process itself. Each renewal is a run of the helper that
 * `credential_process` has, so that hours leave nothing behind in this one: no connections, no variables, no SDK.
 */

/** How often it looks whether it is still wanted. */
const LOOK_MS = 250;
/** Longer than a renewal may take (renew.ts), and a wait for one. */
const HELPER_LIMIT_MS = 120_000;

const [, script = '', command, path = '', runner = '0'] = process.argv;

function start(): void {
  // No directory of the job's: on Windows, none can be removed in which a process runs.
  const child = spawn(process.execPath, [script, 'serve', path, runner], {
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
  const directory = dirname(path);
  const first = readState(path).session;
  const keeper = keepSession(first, { now: () => Date.now(), renew: renewals(first) });
  const token = readFileSync(join(directory, TOKEN_FILE), 'utf8');
  const { port } = await serveCredentials({ token, current: () => keeper.current() });
  writeProcessFile(join(directory, PROCESS_FILE), port);
  setInterval(() => {
    if (isRunnerGone()) {
      // Nobody else will: `post` never comes.
      removeState({ kind: 'refresh', directory });
      process.exit();
    }
    if (!existsSync(path) || keeper.isHopeless()) process.exit();
    keeper.renewIfDue();
  }, LOOK_MS);
  // Without these, a signal would leave a helper behind that is renewing at this moment.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => process.exit());
  process.send?.({ port }, () => process.disconnect());
}

/** One renewal after another, each by a helper that ends with this process. */
function renewals(first: CachedSession): () => Promise<CachedSession> {
  let session = first;
  const helper = join(dirname(dirname(script)), 'credential-process', 'index.js');
  return () =>
    new Promise((resolve, reject) => {
      const startMs = Date.now();
      const child = execFile(
        process.execPath,
        [helper, path],
        { cwd: helperDirectory(), timeout: HELPER_LIMIT_MS, killSignal: 'SIGKILL', windowsHide: true },
        (_, stdout, stderr) => {
          process.off('exit', end);
          try {
            session = renewedSession({ stdout, stderr }, session, startMs);
            resolve(session);
          } catch (error) {
            reject(error);
          }
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

/** Complete or not at all: whoever ends this process reads it. */
function writeProcessFile(file: string, port: number): void {
  writeFileSync(`${file}.tmp`, JSON.stringify({ pid: process.pid, port }), { mode: 0o600, flag: 'wx' });
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

if (command === 'start') start();
else {
  serve().catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    process.send?.({ why }, () => process.exit(1));
    if (!process.connected) process.exit(1);
  });
}
