import { readdirSync, readFileSync, statSync } from 'node:fs';
import { posix, relative, resolve, sep } from 'node:path';
import type { PolicyFile } from './check.js';

/** A template of CloudFormation has at most 1 MB, a plan may be larger. */
const MAX_BYTES = 50_000_000;

/** A path or pattern that leads to no file that can be read. */
export class NoSuchFile extends Error {}

/**
 * The files that paths and patterns (`*`, `?`, `**`) name, each once, below a directory. Links to directories are
 * not followed. Throws a {@link NoSuchFile} for a pattern that matches nothing.
 */
export function readPolicyFiles(patterns: readonly string[], directory: string): readonly PolicyFile[] {
  const paths = patterns.flatMap((pattern) => {
    const found = /[*?]/.test(pattern) ? matching(pattern, directory) : [pattern];
    if (found.length === 0) throw new NoSuchFile(`no file matches ${pattern}`);
    return found;
  });
  return [...new Set(paths)].map((path) => ({ path, text: readText(resolve(directory, path), path) }));
}

function readText(file: string, path: string): string {
  try {
    if (statSync(file).size > MAX_BYTES) throw new NoSuchFile(`${path} has more than ${MAX_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof NoSuchFile ? error : new NoSuchFile(`${path} cannot be read`);
  }
}

function matching(pattern: string, directory: string): readonly string[] {
  const wanted = new RegExp(`^${patternSource(posix.normalize(pattern))}$`, 'u');
  return walk(directory, directory)
    .filter((path) => wanted.test(path))
    .sort();
}

/** A double star is any number of folders; the others stay within one name. */
function patternSource(pattern: string): string {
  return pattern.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|[\]\\]/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '**') return '.*';
    if (part === '*') return '[^/]*';
    return part === '?' ? '[^/]' : `\\${part}`;
  });
}

function walk(folder: string, root: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) return ['.git', 'node_modules'].includes(entry.name) ? [] : walk(path, root);
    return entry.isFile() ? [relative(root, path).split(sep).join('/')] : [];
  });
}
