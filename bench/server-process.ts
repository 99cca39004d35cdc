import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeExit } from '../sandbox/runner/exit-duties.js';

/** A running server process that answers as GitHub's token endpoint and as STS. */
export interface Server {
  readonly latencyMs: number;
  readonly url: string;
  /** How many requests have come in since its start. */
  requests(): Promise<number>;
  stop(): void;
}

/** Starts a server in a process of its own, which ends with this one. Rejects where it does not start. */
export async function startServer(latencyMs: number): Promise<Server> {
  const script = fileURLToPath(new URL('./server.js', import.meta.url));
  const child = fork(script, [String(latencyMs)], { execArgv: [] });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  const liftDuty = beforeExit(kill);
  const url = readField(await nextMessage(child), 'url');
  return {
    latencyMs,
    url: String(url),
    async requests() {
      const told = nextMessage(child);
      child.send('requests');
      return Number(readField(await told, 'requests'));
    },
    stop() {
      liftDuty();
      kill();
    },
  };
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('The server process of the bench ended.'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message);
    });
  });
}

function readField(message: unknown, name: string): unknown {
  if (typeof message !== 'object' || message === null) return undefined;
  return Object.entries(message).find(([key]) => key === name)?.[1];
}
