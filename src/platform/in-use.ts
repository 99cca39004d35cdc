import { lstatSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { errnoOf } from '../core/errno.js';
import { monotonicMs } from './monotonic.js';

/*
 * On Windows, a file that another process has open can be neither replaced nor removed, and its directory cannot be
 * renamed; the name of a removed file stays taken until the last process closes it. AWS tools read their files in
 * milliseconds, virus scanners take longer.
 */

/** What of the system is used here. */
export interface FileSystem {
  readonly platform: NodeJS.Platform;
  /** How long to try again. */
  readonly limitMs: number;
  rename(from: string, to: string): void;
  remove(path: string): void;
  write(path: string, text: string): void;
  /** Takes out what a regular file holds. */
  empty(path: string): void;
}

/** Long for a reader, short for the end of a job. */
const LIMIT_MS = 2_000;
const NODE: FileSystem = {
  platform: process.platform,
  limitMs: LIMIT_MS,
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  write: (path, text) => writeFileSync(path, text, 'latin1'),
  empty: (path) => {
    if (lstatSync(path).isFile()) truncateSync(path);
  },
};
/** The last one: what is removed but still open is in its directory. */
const IN_USE = ['EACCES', 'EBUSY', 'EPERM', 'ENOTEMPTY'];
const LONGEST_PAUSE_MS = 100;

/** Whether the failure may be due to another process that has the file open. */
export function isInUse(error: unknown, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && IN_USE.includes(errnoOf(error) ?? '');
}

/** Tries again, for two seconds at most, while another process has the file open. */
export function retryWhileInUse<T>(action: () => T, { platform, limitMs }: FileSystem = NODE): T {
  const end = monotonicMs() + limitMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return action();
    } catch (error) {
      if (!isInUse(error, platform) || monotonicMs() + pauseMs > end) throw error;
    }
    sleepSync(pauseMs);
  }
}

/** Removes a file, if it is there. One that stays in use is emptied instead: what it held must not stay. */
export function removeFile(path: string, system = NODE): void {
  if (system.platform === 'win32') emptyIfPossible(path, system);
  try {
    retryWhileInUse(() => system.remove(path), system);
  } catch (error) {
    if (!isInUse(error, system.platform)) throw error;
    system.write(path, '');
  }
}

/** A removed file can be read for as long as another process has it open. */
function emptyIfPossible(path: string, system: FileSystem): void {
  try {
    system.empty(path);
  } catch {
    // It is not there, or in use: removing it says which.
  }
}

/**
 * Puts a file that has been written in the place of another. One that stays in use is overwritten instead, although a
 * reader may then see a part of the text: what it held must not stay.
 * @param text what the written file holds (latin1)
 */
export function replaceByRename(written: string, path: string, text: string, system = NODE): void {
  try {
    retryWhileInUse(() => system.rename(written, path), system);
  } catch (error) {
    if (!isInUse(error, system.platform)) throw error;
    system.write(path, text);
    system.remove(written);
  }
}

/** Waits without doing anything else: for programs that have nothing else to do. */
export function sleepSync(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
