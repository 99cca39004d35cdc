import { dirname, posix, relative, resolve, sep } from 'node:path';
import { calledDirectories, Directories, type Directory } from './directory.js';
import { disk, type FileTree } from './file-tree.js';
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
export const MAX_BYTES = 50_000_000;

/** A path or pattern that leads to no file that can be read. */
export class NoSuchFile extends Error {}

/**
 * The files that paths and patterns (`*`, `?`, `**`) name, each once, seen from a directory. Links to directories are
 * not followed. Throws a {@link NoSuchFile} for a pattern that matches nothing.
 * @param texts by path, of what has been read already
 * @param separator what stands between folders beside `/`: on Windows a backslash, which is part of a name elsewhere
 */
export function readPolicyFiles(
  patterns: readonly string[],
  directory: string,
  texts: ReadonlyMap<string, string> = new Map(),
  separator: string = sep,
): readonly PolicyFile[] {
  const files = namedFiles(withSlashes(patterns, separator), directory, disk, (pattern) => {
    throw new NoSuchFile(`no file matches ${pattern}`);
  });
  const read = files.map((one) => ({
    ...one,
    text: texts.get(one.path) ?? readText(one.file, one.path, disk),
  }));
  return withDirectories(read, directory, disk);
}

/** Files as they were, and those that cannot be read any more, each with the reason. */
export interface EarlierFiles {
  readonly files: readonly PolicyFile[];
  readonly unreadable: readonly { readonly path: string; readonly problem: string }[];
}

/** The files that paths and patterns name in another tree. What is not there is left out. */
export function readEarlierFiles(
  patterns: readonly string[],
  directory: string,
  tree: FileTree,
): EarlierFiles {
  const read: ReadFile[] = [];
  const unreadable: { readonly path: string; readonly problem: string }[] = [];
  const named = namedFiles(withSlashes(patterns, sep), directory, tree, () => undefined);
  tree.prepare(named.map(({ file }) => file));
  for (const one of named) {
    const { file, path } = one;
    try {
      const isThere = tree.gap(file) === undefined && tree.real(file) !== undefined;
      if (isThere) read.push({ ...one, text: readText(file, path, tree) });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      unreadable.push({ path, problem: error.message });
    }
  }
  return { files: withDirectories(read, directory, tree), unreadable };
}

function withSlashes(patterns: readonly string[], separator: string): readonly string[] {
  return patterns.map((written) => written.replaceAll(separator, '/'));
}

type NamedFile = Pick<PolicyFile, 'path' | 'fromPattern'> & { readonly file: string };

function namedFiles(
  patterns: readonly string[],
  directory: string,
  tree: FileTree,
  onNothing: (pattern: string) => void,
): readonly NamedFile[] {
  const files = new Map<string, Pick<PolicyFile, 'path' | 'fromPattern'>>();
  for (const pattern of patterns) {
    const fromPattern = /[*?]/.test(pattern) || undefined;
    const paths = fromPattern ? matching(pattern, directory, tree) : [pattern];
    if (paths.length === 0) onNothing(pattern);
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
  return [...files].map(([file, { path, fromPattern }]) => ({
    file,
    path,
    ...(fromPattern && { fromPattern }),
  }));
}

type ReadFile = PolicyFile & { readonly file: string };

/** Files of Terraform with their directories. Those that a pattern led to are tested as what others call them with. */
function withDirectories(files: readonly ReadFile[], root: string, tree: FileTree): readonly PolicyFile[] {
  const isTerraform = ({ path }: PolicyFile): boolean => /\.tf(\.json)?$/.test(path);
  const called = new Set(
    files.filter(isTerraform).flatMap(({ file, text }) => calledDirectories(dirname(file), text)),
  );
  const within = new Directories(root, tree);
  return files.map(({ file, ...one }) => {
    if (!isTerraform(one)) return one;
    const folder = dirname(file);
    const shown = posix.dirname(one.path);
    // A file outside of where the check runs was named by the user; its directory is, too, and nothing else.
    const directory = within.open(folder, shown) ?? new Directories(folder, tree).open(folder, shown);
    const isCalled = one.fromPattern && called.has(folder.split(sep).join('/'));
    return { ...one, directory, ...(isCalled && { isCalled }) };
  });
}

function readText(file: string, path: string, tree: FileTree): string {
  try {
    const stats = tree.stat(file);
    // A named pipe would be waited for, and a device may never end.
    if (!stats.isFile) throw new NoSuchFile(`${path} is not a regular file`);
    if (stats.size > MAX_BYTES) throw new NoSuchFile(`${path} has more than ${MAX_BYTES} bytes`);
    return tree.read(file);
  } catch (error) {
    throw error instanceof NoSuchFile ? error : new NoSuchFile(`${path} cannot be read`);
  }
}

/** Only the folders before the first wildcard are taken as they are, so that a pattern may lead out of the directory. */
function matching(pattern: string, directory: string, tree: FileTree): readonly string[] {
  const parts = posix.normalize(pattern).split('/');
  const open = parts.findIndex((part) => /[*?]/.test(part));
  const base = parts
    .slice(0, open)
    .map((part) => `${part}/`)
    .join('');
  const matches = globMatcher(parts.slice(open).join('/'));
  const root = resolve(directory, base);
  return walk(root, root, tree)
    .filter(matches)
    .map((path) => base + path)
    .sort();
}

function walk(folder: string, root: string, tree: FileTree): readonly string[] {
  return tree.entries(folder).flatMap(({ name, kind }) => {
    const path = resolve(folder, name);
    if (kind === 'directory') return ['.git', 'node_modules'].includes(name) ? [] : walk(path, root, tree);
    const isFile = kind === 'link' ? leadsToFile(path, tree) : kind === 'file';
    return isFile ? [relative(root, path).split(sep).join('/')] : [];
  });
}

/** A link may lead to nothing, or to itself. */
function leadsToFile(link: string, tree: FileTree): boolean {
  try {
    return tree.stat(link).isFile;
  } catch {
    return false;
  }
}
