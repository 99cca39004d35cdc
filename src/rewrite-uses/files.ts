import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, posix, resolve } from 'node:path';
import { quote } from '../core/text.js';

/** Where a repository has its workflows and actions, unless paths are given. */
const USUAL = ['.github', 'action.yml', 'action.yaml'];
const LEFT_OUT = new Set(['.git', 'node_modules']);
/** No workflow or action is as large. */
const MAX_BYTES = 1_048_576;

/** The YAML files that paths lead to, those of folders sorted and without links. Throws an Error for a path to nothing. */
export function findFiles(paths: readonly string[], directory: string): readonly string[] {
  const kindOf = (path: string): 'file' | 'folder' | undefined => {
    const stats = lstatSync(resolve(directory, path), { throwIfNoEntry: false });
    if (stats?.isDirectory()) return 'folder';
    return stats?.isFile() ? 'file' : undefined;
  };
  const given = paths.length > 0 ? paths : USUAL.filter((path) => kindOf(path) !== undefined);
  if (given.length === 0) throw new Error('there is no .github here and no action.yml; give paths');
  const found = given.flatMap((path) => {
    const kind = kindOf(path);
    if (kind === undefined) throw new Error(`${quote(path)} is not a file or folder`);
    return kind === 'file' ? [path] : filesBelow(directory, path);
  });
  return [...new Set(found.map((path) => posix.normalize(path)))];
}

function filesBelow(directory: string, folder: string): readonly string[] {
  const entries = readdirSync(resolve(directory, folder), { withFileTypes: true });
  return entries
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesBelow(directory, path);
      return entry.isFile() && /\.ya?ml$/i.test(entry.name) ? [path] : [];
    });
}

/**
 * The text of a file; undefined if a name is not in it. Throws an Error with the reason for one that has the name and cannot
 * be written back byte for byte.
 */
export function readTextWith(name: string, directory: string, path: string): string | undefined {
  const bytes = readBytes(resolve(directory, path), path);
  if (!bytes.toString('latin1').toLowerCase().includes(name.toLowerCase())) return undefined;
  if (bytes.length > MAX_BYTES) throw new Error(`${quote(path)} has more than ${MAX_BYTES} bytes`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error(`${quote(path)} is not UTF-8`);
  }
}

function readBytes(file: string, path: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    throw new Error(`${quote(path)} cannot be read`);
  }
}

/**
 * Puts another text in a file's place: whoever reads it sees the old one or the new one, and never a part. Throws an Error
 * where that cannot be, and for a file that has changed since it was read.
 */
export function replaceText(directory: string, path: string, before: string, after: string): void {
  const file = resolve(directory, path);
  let folder: string | undefined;
  try {
    const { mode, uid, gid } = lstatSync(file);
    folder = mkdtempSync(join(dirname(file), '.rewrite-uses-'));
    const temporary = join(folder, basename(file));
    const descriptor = openSync(temporary, 'wx');
    try {
      writeFileSync(descriptor, after);
      keepOwner(descriptor, uid, gid);
      fchmodSync(descriptor, mode & 0o777);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    if (readFileSync(file, 'utf8') !== before) throw new Changed();
    renameSync(temporary, file);
  } catch (error) {
    const why = error instanceof Changed ? 'has changed meanwhile' : 'cannot be written';
    throw new Error(`${quote(path)} ${why}`);
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** Root, as in a container, writes the files of others; nobody else can give one away. */
function keepOwner(descriptor: number, uid: number, gid: number): void {
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // It stays with this user, who could write it.
  }
}

class Changed extends Error {}
