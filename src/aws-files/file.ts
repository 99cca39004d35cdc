import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../errno.js';
import { ActionError } from '../errors.js';
import { type Lock, sleepSync, waitForLock } from '../lock.js';
import { quote } from '../text.js';

/*
 * Reading and writing files that hold keys. A symbolic link could lead such a write to a file of another's choosing,
 * so links are refused, for the file and for its directory. Text is one character a byte (latin1).
 */

/** A file as it was found. */
export interface PrivateFile {
  readonly text: string;
  /** Its permission bits. */
  readonly mode: number;
}

/** Not there on Windows, where it is not needed: creating a link takes a privilege. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const OWNER_ONLY = 0o600;
/** One edit takes milliseconds; a lock this old belongs to nobody. */
const STALE_LOCK_MS = 10_000;
const MAX_WAIT_MS = 30_000;
/** How often a directory may go between being made and being used, before it counts as one that cannot be made. */
const MAX_VANISHED = 20;

/**
 * The file, or undefined when it does not exist.
 * @throws ActionError FILE_REFUSED for a link, a directory or another special file, one of another user, or an unreadable one
 */
export function readPrivateFile(path: string): PrivateFile | undefined {
  refuseLink(dirname(path));
  refuseLink(path);
  let descriptor: number;
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    descriptor = openSync(path, constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw refused(path, errnoOf(error) === 'ELOOP' ? 'it is a symbolic link' : 'it cannot be opened', error);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw refused(path, 'it is not a regular file');
    const user = process.geteuid?.();
    if (user !== undefined && stats.uid !== user) throw refused(path, 'it belongs to another user');
    return { text: readFileSync(descriptor, 'latin1'), mode: stats.mode & 0o777 };
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Changes the file's text while nobody else who asks for its lock does: `edit` gets what it is (undefined where there
 * is no file) and gives what it shall be (undefined: no file). A reader sees the old text or the new, never a part.
 * The directory is made (0700) where it is missing.
 * @param holdsKeys readable by its owner only from now on (0600), also where the text stays the same
 * @throws ActionError FILE_REFUSED, and what `edit` throws
 */
export function updatePrivateFile(
  path: string,
  holdsKeys: boolean,
  edit: (text: string | undefined) => string | undefined,
): void {
  const lock = lockFile(path);
  try {
    rmSync(temporaryOf(path), { force: true });
    const file = readPrivateFile(path);
    const text = edit(file?.text);
    const mode = holdsKeys ? OWNER_ONLY : (file?.mode ?? OWNER_ONLY);
    if (text === undefined) rmSync(path, { force: true });
    else if (text !== file?.text) replaceFile(path, text, mode);
    else if (mode !== file.mode) chmodSync(path, mode);
  } finally {
    lock.release();
  }
}

/** Writes a file beside it and renames that. The caller holds the lock, so a rest under this name is of a killed one. */
export function replaceFile(path: string, text: string, mode: number): void {
  const temporary = temporaryOf(path);
  let descriptor: number | undefined;
  try {
    rmSync(temporary, { force: true });
    descriptor = openSync(temporary, 'wx', OWNER_ONLY);
    fchmodSync(descriptor, mode);
    writeFileSync(descriptor, text, 'latin1');
    closeSync(descriptor);
    descriptor = undefined;
    renameSync(temporary, path);
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw refused(path, 'it cannot be written', error);
  }
}

/** Whether somebody is writing the file, or was killed while doing so. */
export function hasRest(path: string): boolean {
  return existsSync(temporaryOf(path)) || existsSync(lockOf(path));
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.assume-aws-role.tmp`);
}

function lockOf(path: string): string {
  return join(dirname(path), `.${basename(path)}.assume-aws-role.lock`);
}

function lockFile(path: string): Lock {
  const directory = dirname(path);
  refuseLink(directory);
  const lock = waitForLock(lockOf(path), STALE_LOCK_MS);
  const end = performance.now() + MAX_WAIT_MS;
  for (let vanished = 0; ; ) {
    try {
      makeDirectory(directory);
      const held = lock.attempt();
      if (held) return held;
    } catch (error) {
      // Whoever else made the directory may take it away again, empty, before the lock is in it.
      if (errnoOf(error) !== 'ENOENT' || ++vanished > MAX_VANISHED)
        throw refused(path, 'it cannot be written', error);
    }
    if (performance.now() > end) throw refused(path, 'another process keeps it locked');
    sleepSync(5 + Math.random() * 20);
  }
}

/** Not `recursive`: that never returns where a file system allows no directories, such as /proc. */
function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    const parent = dirname(directory);
    if (errnoOf(error) !== 'ENOENT' || parent === directory || existsSync(parent)) throw error;
    makeDirectory(parent);
    makeDirectory(directory);
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
  return new ActionError('FILE_REFUSED', `The file ${quote(path)} is not used: ${reason}.`, {
    hint: 'Files that hold keys must be regular files that belong to this user and may be read and written, in a directory that is no link.',
    cause,
  });
}
