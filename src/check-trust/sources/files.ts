import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { calledDirectories, Directories, type Directory } from './directory.js';
import { globMatcher } from './glob.js';

/** A file that may hold trust policies. */
export interface PolicyFile {
  /** As the user gave it, relative to where the check runs; `policy` for a text that is in no file. */
  readonly path: string;
  readonly text: string;
  /** A pattern led to it, so that it need not hold anything to test. */
  readonly fromPattern?: boolean | undefined;
  /** What Terraform reads together with a file of its own. */
  readonly directory?: Directory | undefined;
  /** It is part of a module that another file calls, and is tested with what that one gives it. */
  readonly isCalled?: boolean | undefined;
}

/** A template of CloudFormation has at most 1 MB, a plan may be larger. */
const MAX_BYTES = 50_000_000;

/** A path or pattern that leads to no file that can be read. */
export class NoSuchFile extends Error {}

/**
 * The files that paths and patterns (`*`, `?`, `**`) name, each once, seen from a directory. Links to directories are
 * not followed. Throws a {@link NoSuchFile} for a pattern that matches nothing.
 * @param separator what stands between folders beside `/`: on Windows a backslash, which is part of a name elsewhere
 */
export function readPolicyFiles(
  patterns: readonly string[],
  directory: string,
  separator: string = sep,
): readonly PolicyFile[] {
  const files = new Map<string, Pick<PolicyFile, 'path' | 'fromPattern'>>();
  for (const pattern of patterns.map((written) => written.replaceAll(separator, '/'))) {
    const fromPattern = /[*?]/.test(pattern) || undefined;
    const paths = fromPattern ? matching(pattern, directory) : [pattern];
    if (paths.length === 0) throw new NoSuchFile(`no file matches ${pattern}`);
    for (const path of paths) {
      const file = resolve(directory, path);
      // A file that is named by itself as well is one that was meant.
      const known = files.get(file);
      files.set(file, {
        path: known?.path ?? path,
        fromPattern: known ? known.fromPattern && fromPattern : fromPattern,
      });
    }
  }
  const read = [...files].map(([file, { path, fromPattern }]) => ({
    file,
    path,
    text: readText(file, path),
    ...(fromPattern && { fromPattern }),
  }));
  return withDirectories(read, directory);
}

type ReadFile = PolicyFile & { readonly file: string };

/** Files of Terraform with their directories. Those that a pattern led to are tested as what others call them with. */
function withDirectories(files: readonly ReadFile[], root: string): readonly PolicyFile[] {
  const isTerraform = ({ path }: PolicyFile): boolean => /\.tf(\.json)?$/.test(path);
  const called = new Set(
    files.filter(isTerraform).flatMap(({ file, text }) => calledDirectories(dirname(file), text)),
  );
  const within = new Directories(root);
  return files.map(({ file, ...one }) => {
    if (!isTerraform(one)) return one;
    const folder = dirname(file);
    const shown = posix.dirname(one.path);
    // A file outside of where the check runs was named by the user; its directory is, too, and nothing else.
    const directory = within.open(folder, shown) ?? new Directories(folder).open(folder, shown);
    const isCalled = one.fromPattern && called.has(folder.split(sep).join('/'));
    return { ...one, directory, ...(isCalled && { isCalled }) };
  });
}

function readText(file: string, path: string): string {
  try {
    const stats = statSync(file);
    // A named pipe would be waited for, and a device may never end.
    if (!stats.isFile()) throw new NoSuchFile(`${path} is not a regular file`);
    if (stats.size > MAX_BYTES) throw new NoSuchFile(`${path} has more than ${MAX_BYTES} bytes`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw error instanceof NoSuchFile ? error : new NoSuchFile(`${path} cannot be read`);
  }
}

/** Only the folders before the first wildcard are taken as they are, so that a pattern may lead out of the directory. */
function matching(pattern: string, directory: string): readonly string[] {
  const parts = posix.normalize(pattern).split('/');
  const open = parts.findIndex((part) => /[*?]/.test(part));
  const base = parts
    .slice(0, open)
    .map((part) => `${part}/`)
    .join('');
  const matches = globMatcher(parts.slice(open).join('/'));
  const root = resolve(directory, base);
  return walk(root, root)
    .filter(matches)
    .map((path) => base + path)
    .sort();
}

function walk(folder: string, root: string): readonly string[] {
  return entriesOf(folder).flatMap((entry) => {
    const path = resolve(folder, entry.name);
    if (entry.isDirectory()) return ['.git', 'node_modules'].includes(entry.name) ? [] : walk(path, root);
    const isFile = entry.isSymbolicLink() ? leadsToFile(path) : entry.isFile();
    return isFile ? [relative(root, path).split(sep).join('/')] : [];
  });
}

/** A folder that is not there, or not for us, has nothing that matches. */
function entriesOf(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

/** A link may lead to nothing, or to itself. */
function leadsToFile(link: string): boolean {
  try {
    return statSync(link).isFile();
  } catch {
    return false;
  }
}
