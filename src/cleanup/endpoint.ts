import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { isRecord } from '../core/json.js';
import { removeState } from './refresh-state.js';

/** The directory of a credential endpoint: its state, its token, and who it is. */
export interface EndpointStep {
  readonly kind: 'endpoint';
  readonly directory: string;
}

/** The background process that serves the credentials. */
export interface EndpointProcess {
  readonly pid: number;
  readonly port: number;
}

/** Where the process writes down who it is. */
export const PROCESS_FILE = 'endpoint-process.json';

/** The process looks four times a second whether it is still wanted. */
const END_MS = 3_000;
const KILL_MS = 1_000;

/**
 * Removes what is on disk, and waits until the process has found that out and ended. One that does not is killed.
 * Nothing where both are gone.
 * @throws ActionError FILE_REFUSED where something stays
 */
export async function endEndpoint({ directory }: EndpointStep, limitMs = END_MS): Promise<void> {
  const found = readEndpointProcess(directory);
  try {
    removeState({ kind: 'refresh', directory });
  } finally {
    if (found) await untilEnded(found, limitMs);
  }
}

/** Who serves, by what the process itself wrote down; undefined where it did not come to that. */
export function readEndpointProcess(directory: string): EndpointProcess | undefined {
  try {
    const read: unknown = JSON.parse(readFileSync(join(directory, PROCESS_FILE), 'utf8'));
    if (!isRecord(read)) return undefined;
    const { pid, port } = read;
    return isId(pid) && isId(port) ? { pid, port } : undefined;
  } catch {
    return undefined;
  }
}

/** 0 and 1 would be this process's own group, and the first process of the machine. */
function isId(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 1;
}

/**
 * Whether it still serves. Its port counts beside its id: an id is soon given to somebody else, and in a container whose
 * first process does not care for orphans, that of a process that has ended stays taken.
 */
export async function isServing({ pid, port }: EndpointProcess): Promise<boolean> {
  return isRunning(pid) && (await accepts(port));
}

async function untilEnded(found: EndpointProcess, limitMs: number): Promise<void> {
  if (await endsWithin(found, limitMs)) return;
  kill(found.pid);
  if (await endsWithin(found, KILL_MS)) return;
  throw new ActionError('FILE_REFUSED', `The credential endpoint (process ${found.pid}) does not end.`, {
    hint: 'It has no credentials any more. The runner ends it with the job.',
  });
}

async function endsWithin(found: EndpointProcess, limitMs: number): Promise<boolean> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(20))
    if (!(await isServing(found))) return true;
  return false;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in this very moment, or is another user's.
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const done = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once('connect', done(true)).once('error', done(false)).setTimeout(1_000, done(true));
  });
}
