import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { endEndpoint, isServing, readEndpointProcess } from '../../../src/cleanup/endpoint.js';
import { isRunning, until } from '../../support/endpoint.js';
import { temporaryDirectory } from '../../support/files.js';

function directoryWith(content: unknown): string {
  const directory = join(temporaryDirectory(), 'assume-aws-role-x');
  mkdirSync(directory);
  writeFileSync(join(directory, 'state.json'), '{}');
  writeFileSync(join(directory, 'endpoint-token'), 'token');
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(directory, 'endpoint-process.json'), text);
  return directory;
}

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

async function openPort(): Promise<number> {
  const server = createServer((socket) => socket.destroy());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A process that does not look whether it is still wanted. */
async function deafProcess(): Promise<{ pid: number; port: number }> {
  const script =
    "require('net').createServer((s) => s.destroy()).listen(0, '127.0.0.1', function () { console.log(this.address().port) })";
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  const port = await new Promise<number>((resolve) =>
    child.stdout.once('data', (line: Buffer) => resolve(Number(line.toString()))),
  );
  return { pid: child.pid ?? 0, port };
}

describe('who serves', () => {
  it.each(['', 'no JSON', [], {}, { pid: 1, port: 80 }, { pid: 2.5, port: 80 }, { pid: 99, port: '80' }])(
    'is unknown by %j',
    (content) => {
      expect(readEndpointProcess(directoryWith(content))).toBeUndefined();
    },
  );

  it('is a process that lives, and whose port is open', async () => {
    const port = await openPort();
    expect(await isServing({ pid: process.pid, port })).toBe(true);
    expect(await isServing({ pid: process.pid, port: 1 })).toBe(false);
    expect(await isServing({ pid: 2 ** 30, port })).toBe(false);
  });
});

describe('ending an endpoint', () => {
  const end = (directory: string, limitMs?: number) => endEndpoint({ kind: 'endpoint', directory }, limitMs);

  it('removes its files, and does nothing the second time', async () => {
    const directory = directoryWith({ pid: 2 ** 30, port: 9 });
    await end(directory);
    expect(existsSync(directory)).toBe(false);
    await end(directory);
    expect(existsSync(directory)).toBe(false);
  });

  it('kills a process that does not end by itself', async () => {
    const found = await deafProcess();
    await end(directoryWith(found), 100);
    await until(() => !isRunning(found.pid));
    expect(isRunning(found.pid)).toBe(false);
  });

  it('leaves another process alone that has got the id, for its port is closed', async () => {
    await end(directoryWith({ pid: process.pid, port: 1 }));
    expect(isRunning(process.pid)).toBe(true);
  });

  it('waits for the process also where something foreign stays', async () => {
    const found = await deafProcess();
    const directory = directoryWith(found);
    writeFileSync(join(directory, 'foreign'), '');
    await expect(end(directory, 100)).rejects.toThrow(/holds what the action did not put there: "foreign"/);
    await until(() => !isRunning(found.pid));
    expect(existsSync(join(directory, 'state.json'))).toBe(false);
  });
});
