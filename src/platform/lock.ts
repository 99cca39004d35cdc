import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  readlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from '../core/errno.js';
import { removeFile } from './in-use.js';
import { monotonicMs } from './monotonic.js';

/*
 * A lock between processes: a file that only one of them can create. The file says who holds it, so that the lock of
 * a process that was killed is broken at once; a holder that cannot be asked (in another container, say) is given time.
 */

/** A lock that is held. */
export interface Lock {
  /** Gives it back, unless somebody has broken it meanwhile. */
  release(): void;
}

/** Who waits for a lock, and what was seen of it so far. */
export interface LockWaiter {
  /** The lock, or undefined while somebody else has it. Throws {@link NotALock}, and what the file system throws. */
  attempt(): Lock | undefined;
}

/** Something else stands under the lock's name: a directory, a link, a pipe. Nobody would ever give it back. */
export class NotALock extends Error {}

/** A lock has a hundred bytes or two. */
const MAX_BYTES = 4096;

/** A holder creates the file and then writes to it: an empty one is a moment old, or its maker was killed in between. */
const EMPTY_MS = 2_000;

/** @param staleMs after this long with the same holder, of whom nothing is known, the lock counts as left behind */
export function waitForLock(path: string, staleMs: number): LockWaiter {
  const breaking = `${path}.break`;
  const isLeftBehind = watch(staleMs);
  const isBreakingLeftBehind = watch(staleMs);

  /**
   * One at a time: what was found left behind is looked at again when nobody else can take it away. Else the second of
   * two would take away the new lock of a third.
   */
  const breakLock = (found: string): void => {
    const other = read(breaking);
    if (other !== undefined && isBreakingLeftBehind(other)) removeFile(breaking);
    const turn = tryLock(breaking);
    if (turn && read(path) === found) removeFile(path);
    turn?.release();
  };

  return {
    attempt() {
      // Looking costs less than trying, and hundreds may be waiting.
      const content = read(path);
      if (content === undefined) return tryLock(path);
      if (!isLeftBehind(content)) return undefined;
      breakLock(content);
      return tryLock(path);
    },
  };
}

/** Whether the lock with this content is left behind, as far as one who looks again and again can tell. */
function watch(staleMs: number): (content: string) => boolean {
  let seen: string | undefined;
  let since = 0;
  return (content) => {
    // By the monotonic clock: the time of day may jump while we wait.
    const now = monotonicMs();
    if (content !== seen) {
      seen = content;
      since = now;
    }
    return isDead(content) || now - since > (content === '' ? Math.min(EMPTY_MS, staleMs) : staleMs);
  };
}

function tryLock(path: string): Lock | undefined {
  const content = JSON.stringify({ pid: process.pid, place: place(), id: crypto.randomUUID() });
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined;
    // A disk that is full leaves a file of ours behind that is empty or cut off.
    const found = read(path);
    if (found !== undefined && content.startsWith(found)) removeFile(path);
    throw error;
  }
  // Somebody may have taken it for one that was never filled in.
  if (read(path) !== content) return undefined;
  return {
    release() {
      if (holds(path, content)) removeFile(path);
    },
  };
}

function isDead(content: string): boolean {
  try {
    const holder: unknown = JSON.parse(content);
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('place' in holder))
      return false;
    if (holder.place !== place() || typeof holder.pid !== 'number') return false;
    process.kill(holder.pid, 0);
    return false;
  } catch (error) {
    return errnoOf(error) === 'ESRCH';
  }
}

/** Where a process id means something: this machine, and on Linux this container. */
function place(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    return hostname();
  }
}

function holds(path: string, content: string): boolean {
  try {
    return read(path) === content;
  } catch {
    return false;
  }
}

function read(path: string): string | undefined {
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = openSync(
      path,
      constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
    );
  } catch (error) {
    if (errnoOf(error) === 'ELOOP' || errnoOf(error) === 'ENXIO') throw new NotALock();
    return undefined;
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > MAX_BYTES) throw new NotALock();
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}
