import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeExit } from '../sandbox/runner/exit-duties.js';
import type { Tool } from './tools.js';

/** A running moto server. */
export interface Moto {
  readonly url: string;
  close(): void;
}

const START_TIMEOUT_MS = 60_000;

/** Starts moto's server on a free port of 127.0.0.1. Rejects with what it said when it does not come up. */
export async function startMoto(python: Tool): Promise<Moto> {
  const directory = mkdtempSync(join(tmpdir(), 'moto-'));
  const child = spawn(python.path, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: directory,
    env: { PATH: process.env.PATH, HOME: directory, PYTHONUNBUFFERED: '1' },
  });
  const stop = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  const liftDuty = beforeExit(stop);
  const close = (): void => {
    stop();
    liftDuty();
  };
  let said = '';
  try {
    const url = await new Promise<string>((resolve, reject) => {
      const give = (): void => reject(new Error(`moto did not start: ${said.trim()}`));
      const limit = setTimeout(give, START_TIMEOUT_MS);
      const listen = (chunk: string): void => {
        said += chunk;
        const found = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(said)?.[1];
        if (found === undefined) return;
        clearTimeout(limit);
        resolve(found);
      };
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', listen);
      child.once('error', reject);
      child.once('exit', give);
    });
    return { url, close };
  } catch (error) {
    close();
    throw error;
  }
}
