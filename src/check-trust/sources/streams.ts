import { fstatSync, readFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { MAX_BYTES, NoSuchFile } from './files.js';

/** Whoever writes to a pipe may never end. */
const LIMITS = { ms: 60_000, bytes: MAX_BYTES };

/** `-`, `/dev/stdin`, and what a shell makes of `<(…)`. */
const STREAM = /^(?:-|\/dev\/stdin|\/(?:dev|proc\/self)\/fd\/(\d+))$/;

/**
 * Reads standard input and pipes that are open already, by the paths that name them; other paths are left out. A named
 * pipe is a file like any other, and refused as such.
 */
export async function readStreams(
  paths: readonly string[],
  limits = LIMITS,
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  const byDescriptor = new Map<number, string>();
  for (const path of paths) {
    const match = STREAM.exec(path);
    if (match === null) continue;
    const descriptor = Number(match[1] ?? 0);
    // A pipe can be read once.
    const text = byDescriptor.get(descriptor) ?? (await readDescriptor(descriptor, path, limits));
    byDescriptor.set(descriptor, text);
    texts.set(path, text);
  }
  return texts;
}

async function readDescriptor(descriptor: number, path: string, limits: typeof LIMITS): Promise<string> {
  const kind = kindOf(descriptor);
  if (kind === 'pipe') return readPipe(descriptor, path, limits);
  if (kind === 'file') return readFileSync(descriptor, 'utf8');
  throw new NoSuchFile(kind === 'none' ? `${path} cannot be read` : `${path} is not a file and not a pipe`);
}

function kindOf(descriptor: number): 'pipe' | 'file' | 'other' | 'none' {
  try {
    const stats = fstatSync(descriptor);
    if (stats.isFIFO() || stats.isSocket()) return 'pipe';
    return stats.isFile() && stats.size <= MAX_BYTES ? 'file' : 'other';
  } catch {
    return 'none';
  }
}

function readPipe(descriptor: number, path: string, limits: typeof LIMITS): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const socket = new Socket({ fd: descriptor, readable: true, writable: false });
    const fail = (problem: string): void => {
      socket.destroy();
      reject(new NoSuchFile(`${path} ${problem}`));
    };
    const timer = setTimeout(() => fail(`has no end after ${limits.ms / 1000} seconds`), limits.ms);
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limits.bytes) fail(`has more than ${limits.bytes} bytes`);
      else chunks.push(chunk);
    });
    socket.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    socket.on('error', () => fail('cannot be read'));
    socket.on('close', () => clearTimeout(timer));
  });
}
