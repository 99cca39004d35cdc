import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port of 127.0.0.1 that nobody has at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === 'object') resolve(address.port);
        else reject(new Error('there is no free port'));
      });
    });
  });
}

/** Waits until a server answers, whatever it says but 404 and 5xx. Rejects when its process ends or the time is up. */
export async function answering(url: string, child: ChildProcess, limitMs: number): Promise<void> {
  for (const end = Date.now() + limitMs; Date.now() < end && child.exitCode === null; await sleep(200)) {
    try {
      const { status } = await fetch(url, { signal: AbortSignal.timeout(5_000) });
      if (status !== 404 && status < 500) return;
    } catch {
      // Not yet.
    }
  }
  throw new Error(`${url} does not answer`);
}
