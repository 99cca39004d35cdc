import { readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from './errno.js';

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
  /** The lock, or undefined while somebody else has it. Throws what the file system throws. */
  attempt(): Lock | undefined;
}

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
    if (other !== undefined && isBreakingLeftBehind(other)) rmSync(breaking, { force: true });
    const turn = tryLock(breaking);
    if (turn && read(path) === found) rmSync(path, { force: true });
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
    // By a clock that nobody sets: the time of day may jump while we wait.
    const now = performance.now();
    if (content !== seen) {
      seen = content;
      since = now;
    }
    return isDead(content) || now - since > (content === '' ? Math.min(EMPTY_MS, staleMs) : staleMs);
  };
}

/** Waits without doing anything else: for programs that have nothing else to do. */
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

function tryLock(path: string): Lock | undefined {
  const content = JSON.stringify({ pid: process.pid, place: place(), id: crypto.randomUUID() });
  try {
    writeFileSync(path, content, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined;
    // A disk that is full leaves an empty file of ours behind.
    if (read(path) === '') rmSync(path, { force: true });
    throw error;
  }
  // Somebody may have taken it for one that was never filled in.
  if (read(path) !== content) return undefined;
  return {
    release() {
      if (read(path) === content) rmSync(path, { force: true });
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

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
