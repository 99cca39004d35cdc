import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';

/** A role map as it was given. */
export interface RolesText {
  readonly text: string;
  /** Undefined for a map that stands in the workflow. */
  readonly file: { readonly path: string; readonly sha256: string } | undefined;
  /** What messages call it. */
  readonly label: string;
}

/** As many bytes as the YAML of one file may have characters. */
const MAX_BYTES = 1_048_576;

/** Whether an input is the map itself, and not the path of one. */
export function isInline(rolesFile: string): boolean {
  return /\n|^\{|^roles\s*:/.test(rolesFile);
}

/**
 * Reads the map. What is hashed is what is used: the file is read once.
 * @param pin the SHA-256 that the file must have
 * @throws ActionError ROLES_FILE_REFUSED
 */
export function readRoles(rolesFile: string, pin: string | undefined, workspace: string): RolesText {
  if (isInline(rolesFile)) return { text: rolesFile, file: undefined, label: 'the map' };
  const bytes = readBytes(rolesFile, workspace);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (pin !== undefined && pin.toLowerCase() !== sha256) {
    throw refused(
      `${quote(rolesFile, 200)} is not the file that roles-sha256 pins: its SHA-256 is ${sha256}, and ${pin.toLowerCase()} is expected.`,
      'No request was made. Look at what has changed in the file; if it is meant, set roles-sha256 to its new hash. On Windows, a checkout that changes line ends changes the hash: put `roles.yml -text` into .gitattributes.',
    );
  }
  const text = decode(bytes, rolesFile);
  return { text, file: { path: rolesFile, sha256 }, label: quote(rolesFile, 200) };
}

/** A relative path stays in the workspace, also behind symbolic links. An absolute one is its author's to answer for. */
function readBytes(path: string, workspace: string): Buffer {
  try {
    const root = isAbsolute(path) ? undefined : realpathSync(workspace);
    const file = realpathSync(root === undefined ? path : resolve(root, path));
    if (root !== undefined && !isInside(file, root)) throw notFile(path);
    const stats = statSync(file);
    // A named pipe would be waited for.
    if (!stats.isFile() || stats.size > MAX_BYTES) throw notFile(path);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof ActionError) throw error;
    const code = errnoOf(error);
    if (code !== 'ENOENT') throw notFile(path, error);
    throw refused(
      `there is no file ${quote(path, 200)}${isAbsolute(path) ? '' : ' in the workspace'}.`,
      'No request was made. Was the repository checked out before this step (actions/checkout)? A map can also stand in the input itself, as YAML.',
    );
  }
}

function isInside(file: string, root: string): boolean {
  const way = relative(root, file);
  // From one drive of Windows to another there is no relative way.
  return !isAbsolute(way) && !way.split(sep).includes('..');
}

function notFile(path: string, cause?: unknown): ActionError {
  return refused(
    `${quote(path, 200)} is not a readable file of at most ${MAX_BYTES} bytes, in the workspace unless its path is absolute.`,
    'No request was made.',
    cause,
  );
}

/** Without a byte order mark, if there is one. */
function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refused(`${quote(path, 200)} is not UTF-8.`, 'No request was made.', cause);
  }
}

export function refused(what: string, hint: string, cause?: unknown): ActionError {
  return new ActionError('ROLES_FILE_REFUSED', `roles-file: ${what}`, { hint, cause });
}
