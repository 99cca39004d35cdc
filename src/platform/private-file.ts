import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import { isInUse, removeFile, replaceByRename, retryWhileInUse, sleepSync } from './in-use.js';
import { type Lock, NotALock, waitForLock } from './lock.js';
import { monotonicMs } from './monotonic.js';
import { lockOf, temporaryOf } from './names-beside.js';

/*
 * Reading and writing files that hold keys. A symbolic link could lead such a write to a file of another's choosing,
 * so links are refused, for the file and for its directory. Text is one character a byte (latin1).
 */

/** A file as it was found. */
export interface PrivateFile {
  readonly text: string;
  readonly access: Access;
}

/** Who may read and write a file of this user's. */
export interface Access {
  /** Permission bits. */
  readonly mode: number;
  /** The group that they count for; undefined: whichever the system gives to a new file. */
  readonly group?: number;
}

/** Not there on Windows, where it is not needed: creating a link takes a privilege. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OWNER_ONLY: Access = { mode: 0o600 };
const GROUP_BITS = 0o070;
/** AWS's shared files have a few kilobytes. */
const MAX_BYTES = 16_000_000;
/** One edit takes milliseconds; a lock this old is stale. */
const STALE_LOCK_MS = 10_000;
const MAX_WAIT_MS = 30_000;
/** How often a directory may go between being made and being used, before it counts as one that cannot be made. */
const MAX_VANISHED = 20;
/** How long Windows may keep a lock that was given back before the directory counts as one that nothing can be written to. */
const MAX_IN_USE_MS = 2_000;

/**
 * The file, or undefined when it does not exist.
 * @throws ActionError FILE_REFUSED for a link, a directory or another special file, one of another user, or an unreadable or very large one
 */
export function readPrivateFile(path: string): PrivateFile | undefined {
  refuseLink(dirname(path));
  refuseLink(path);
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const flags = constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0);
    descriptor = retryWhileInUse(() => openSync(path, flags));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw refused(path, errnoOf(error) === 'ELOOP' ? 'it is a symbolic link' : 'it cannot be opened', error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refused(path, 'it is not a regular file');
    const user = process.geteuid?.();
    if (user !== undefined && stats.uid !== user) throw refused(path, 'it belongs to another user');
    if (stats.size > MAX_BYTES) throw refused(path, `it has more than ${MAX_BYTES} bytes`);
    const access = { mode: stats.mode & 0o777, group: stats.gid };
    return { text: readFileSync(descriptor, 'latin1'), access };
  } catch (error) {
    throw error instanceof ActionError ? error : refused(path, 'it cannot be read', error);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Changes the file's text while nobody else who asks for its lock does: `edit` gets what it is (undefined where there
 * is no file) and gives what it shall be (undefined: no file). A reader sees the old text or the new, never a part.
 * The directory is made (0700) where it is missing.
 * @param maxWaitMs how long to wait for others who edit the file
 * @param holdsKeys readable by its owner only from now on (0600), also where the text stays the same
 * @throws ActionError FILE_REFUSED, and what `edit` throws
 */
export function updatePrivateFile(
  path: string,
  holdsKeys: boolean,
  edit: (text: string | undefined) => string | undefined,
  maxWaitMs = MAX_WAIT_MS,
): void {
  const lock = lockFile(path, Math.min(maxWaitMs, MAX_WAIT_MS));
  try {
    remove(path, temporaryOf(path));
    const file = readPrivateFile(path);
    const text = edit(file?.text);
    const access = { ...(file?.access ?? OWNER_ONLY), ...(holdsKeys && OWNER_ONLY) };
    if (text === undefined) remove(path, path);
    else if (text !== file?.text) replaceFile(path, text, access);
    else if (access.mode !== file.access.mode) chmodSync(path, access.mode);
  } finally {
    lock.release();
  }
}

/** Writes a file beside it and renames that. The caller holds the lock, so a rest under this name is of a killed one. */
export function replaceFile(path: string, text: string, access: Access): void {
  const temporary = temporaryOf(path);
  let descriptor: number | undefined;
  try {
    removeFile(temporary);
    descriptor = openSync(temporary, 'wx', OWNER_ONLY.mode);
    fchmodSync(descriptor, giveToGroup(descriptor, access));
    writeFileSync(descriptor, text, 'latin1');
    const written = descriptor;
    descriptor = undefined;
    closeSync(written);
    replaceByRename(temporary, path, text);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    removeIfPossible(temporary);
    throw refused(path, 'it cannot be written', error);
  }
}

function remove(path: string, what: string): void {
  try {
    removeFile(what);
  } catch (error) {
    throw refused(path, what === path ? 'it cannot be removed' : 'it cannot be written', error);
  }
}

/** What went wrong before it is what to report. */
function removeIfPossible(path: string): void {
  try {
    removeFile(path);
  } catch {
    // It is not a file, or was never made.
  }
}

/** The permission bits the file may have: where it cannot have the group they are meant for, no group gets any. */
function giveToGroup(descriptor: number, { mode, group }: Access): number {
  const { uid, gid } = fstatSync(descriptor);
  if (group === undefined || group === gid) return mode;
  try {
    fchownSync(descriptor, uid, group);
    return mode;
  } catch {
    return mode & ~GROUP_BITS; // This user is not in the group, as it may have been when the file was made.
  }
}

/** Whether somebody is writing the file, or was killed while doing so. */
export function hasLeftovers(path: string): boolean {
  return existsSync(temporaryOf(path)) || existsSync(lockOf(path));
}

function lockFile(path: string, maxWaitMs: number): Lock {
  const directory = dirname(path);
  refuseLink(directory);
  const lock = waitForLock(lockOf(path), STALE_LOCK_MS);
  const start = monotonicMs();
  for (let vanished = 0; ; ) {
    try {
      makeDirectory(directory);
      const held = lock.attempt();
      if (held) return held;
    } catch (error) {
      // Whoever else made the directory may take it away again, empty, before the lock is in it.
      if (error instanceof NotALock)
        throw refused(path, 'what stands in the place of its lock is not a lock');
      const passes = isInUse(error)
        ? monotonicMs() - start < MAX_IN_USE_MS
        : errnoOf(error) === 'ENOENT' && ++vanished <= MAX_VANISHED;
      if (!passes) throw refused(path, 'it cannot be written', error);
    }
    if (monotonicMs() - start > maxWaitMs) throw refused(path, 'another process holds its lock');
    sleepSync(5 + Math.random() * 20);
  }
}

/** Not `recursive`: that never returns where a file system allows no directories, such as /proc. */
function makeDirectory(directory: string): void {
  try {
    makeOne(directory);
  } catch (error) {
    const parent = dirname(directory);
    if (errnoOf(error) !== 'ENOENT' || parent === directory || existsSync(parent)) throw error;
    makeDirectory(parent);
    // Once: a link that leads nowhere counts as made, and nothing can be made below it.
    makeOne(directory);
  }
}

function makeOne(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

function refuseLink(path: string): void {
  let isLink: boolean;
  try {
    isLink = lstatSync(path).isSymbolicLink();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return;
    throw refused(path, 'it cannot be examined', error);
  }
  if (isLink) throw refused(path, 'it is a symbolic link');
}

function refused(path: string, why: string, cause?: unknown): ActionError {
  const code = errnoOf(cause);
  const reason = code === undefined ? why : `${why} (${code})`;
  return new ActionError('FILE_REFUSED', `Cannot use the file ${quote(path)}: ${reason}.`, {
    hint: 'A file that holds keys must be a regular file that this user owns, can read and can write, in a directory that is not a symbolic link.',
    cause,
  });
}
