import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';

/** What a directory has under one name. */
export interface TreeEntry {
  readonly name: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
}

/** Where files are read from: the disk, another directory in place of this one, or a commit. Paths are absolute. */
export interface FileTree {
  /** Empty where there is no such directory, or it cannot be read. */
  entries(directory: string): readonly TreeEntry[];
  /** The path without links; undefined where there is nothing. */
  real(path: string): string | undefined;
  /** Of a file, or of what a link leads to. Throws where there is nothing. */
  stat(path: string): { readonly isFile: boolean; readonly size: number };
  /** The text of a file. Throws where it cannot be read. */
  read(path: string): string;
  /** Why the tree cannot know what was at a path; undefined where it does know, also that there was nothing. */
  gap(path: string): string | undefined;
  /** These files are going to be read. */
  prepare(paths: readonly string[]): void;
}

/** The files as they are on the disk. */
export const disk: FileTree = {
  entries: (directory) => {
    try {
      return readdirSync(directory, { withFileTypes: true }).map((entry) => ({
        name: entry.name,
        kind: entry.isDirectory()
          ? 'directory'
          : entry.isSymbolicLink()
            ? 'link'
            : entry.isFile()
              ? 'file'
              : 'other',
      }));
    } catch {
      return [];
    }
  },
  real: (path) => {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
  stat: (path) => {
    const stats = statSync(path);
    return { isFile: stats.isFile(), size: stats.size };
  },
  read: (path) => readFileSync(path, 'utf8'),
  gap: () => undefined,
  prepare: () => undefined,
};

/** The disk with one directory in place of another, so that the same paths name its files. */
export function inPlaceOf(directory: string, other: string): FileTree {
  const place = (path: string): string => {
    const inside = pathWithin(directory, path);
    return inside === undefined ? path : resolve(other, inside);
  };
  const back = (path: string): string => {
    const inside = pathWithin(disk.real(other) ?? other, path);
    return inside === undefined ? path : resolve(directory, inside);
  };
  return {
    entries: (path) => disk.entries(place(path)),
    real: (path) => {
      const real = disk.real(place(path));
      return real === undefined ? undefined : back(real);
    },
    stat: (path) => disk.stat(place(path)),
    read: (path) => disk.read(place(path)),
    gap: (path) => (pathWithin(directory, path) === undefined ? 'it is outside of the directory' : undefined),
    prepare: () => undefined,
  };
}

/** A path seen from a directory, with slashes; undefined for one that is not within it. */
export function pathWithin(directory: string, path: string): string | undefined {
  const seen = relative(directory, path);
  if (/^(\.\.([/\\]|$)|[a-z]:)/i.test(seen)) return undefined;
  return seen.split(sep).join('/');
}
