import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ActionError } from '../errors.js';
import { quote } from '../text.js';

/*
 * Reading and writing files that hold keys. A symbolic link could lead such a write to a file of another's choosing,
 * so links are refused, for the file and for its directory.
 */

/** Not there on Windows, where it is not needed: creating a link takes a privilege. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/**
 * The file's text, or undefined when it does not exist.
 * @throws ActionError FILE_REFUSED for a link, a directory or another special file, or an unreadable one
 */
export function readPrivateFile(path: string): string | undefined {
  refuseLink(dirname(path));
  refuseLink(path);
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_RDONLY | NO_FOLLOW | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw refused(path, hasCode(error, 'ELOOP') ? 'it is a symbolic link' : 'it cannot be opened', error);
  }
  try {
    if (!fstatSync(descriptor).isFile()) throw refused(path, 'it is not a regular file');
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Writes the file whole, readable by its owner only (0600): a new file beside it is renamed over it, so that a reader
 * sees the old text or the new, never a part. The directory is made (0700) where it is missing. * @throws ActionError FILE_REFUSED
 */
export function writePrivateFile(path: string, text: string): void {
  const directory = dirname(path);
  refuseLink(directory);
  refuseLink(path);
  const temporary = join(directory, `.${crypto.randomUUID()}.tmp`);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw refused(path, 'it cannot be written', error);
  }
}

function refuseLink(path: string): void {
  let isLink: boolean;
  try {
    isLink = lstatSync(path).isSymbolicLink();
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return;
    throw refused(path, 'it cannot be examined', error);
  }
  if (isLink) throw refused(path, 'it is a symbolic link');
}

function refused(path: string, why: string, cause?: unknown): ActionError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new ActionError('FILE_REFUSED', `The file ${quote(path)} is not used: ${why}${code}.`, {
    hint: 'Files that hold keys must be regular files that this user may read and write, in a directory that is no link.',
    cause,
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
