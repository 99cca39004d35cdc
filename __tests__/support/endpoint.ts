import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../sandbox/runner/job.js';
import { type EndpointProcess, readEndpointProcess } from '../../src/cleanup/endpoint.js';

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The endpoint that a job's variables name. */
export function endpointOf({ env }: Job): {
  readonly url: string;
  readonly token: string;
  readonly directory: string;
} {
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'] ?? '';
  const token = readFileSync(file, 'utf8');
  return { url: env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? '', token, directory: dirname(file) };
}

/** Who serves. Throws where it did not write that down. */
export function processOf(directory: string): EndpointProcess {
  const found = readEndpointProcess(directory);
  if (found === undefined) throw new Error(`No process in ${directory}`);
  return found;
}

/** Asks as an SDK does; `headers` over its own. */
export function askEndpoint(
  url: string,
  headers: Readonly<Record<string, string>>,
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, body: text === '' ? {} : JSON.parse(text) }),
      );
    });
    asked.once('error', reject).end();
  });
}

/** The credentials that a client of the job gets. */
export function credentialsOf(job: Job): Promise<Answer> {
  const { url, token } = endpointOf(job);
  return askEndpoint(url, { authorization: token });
}

/** One that has ended counts as ended, also where the first process of a container has not yet taken notice of it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch {
    return false;
  }
}

function isZombie(pid: number): boolean {
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

export function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Waits until it is so. Throws after ten seconds. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs = 10_000): Promise<void> {
  for (const end = Date.now() + limitMs; !(await isSo()); await sleep(30))
    if (Date.now() > end) throw new Error('It did not come to that.');
}

/** A process that has ended and whose port is free. */
export async function isGone({ pid, port }: EndpointProcess): Promise<boolean> {
  return !isRunning(pid) && !(await isOpen(port));
}
