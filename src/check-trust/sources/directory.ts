import { join, posix, resolve, sep } from 'node:path';
import { disk, type FileTree, pathWithin } from './file-tree.js';

/** A directory of which the files belong together, as Terraform's do. */
export interface Directory {
  /** Its whole path. */
  readonly location: string;
  /** Those that Terraform reads. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  /** The text of a file named from here; undefined if there is no such file, or it is outside the root. */
  read(path: string): string | undefined;
  /** The directory named from here. The same one is the same object. */
  open(path: string): Directory | undefined;
}

const TERRAFORM = /\.(tf|tfvars)(\.json)?$/;

/** More than any file of a module; what is larger is not read. */
const MAX_BYTES = 5_000_000;

/** Opens directories within a root: a file that is tested must not have others read from anywhere. */
export class Directories {
  readonly #known = new Map<string, Directory>();
  readonly #root: string;

  constructor(
    root: string,
    readonly tree: FileTree = disk,
  ) {
    this.#root = tree.real(root) ?? resolve(root);
  }

  /** @param shown how the user names it */
  open(path: string, shown: string): Directory | undefined {
    const real = this.tree.real(path);
    if (real === undefined || !this.#isWithin(real)) return undefined;
    const known = this.#known.get(real);
    if (known !== undefined) return known;
    const read = (name: string): string | undefined => this.#read(resolve(real, name));
    const directory: Directory = {
      location: real,
      files: this.#namesIn(real).flatMap((name) => {
        const text = TERRAFORM.test(name) ? read(name) : undefined;
        return text === undefined ? [] : [{ path: posix.join(shown, name), text }];
      }),
      read,
      open: (name) => this.open(resolve(real, name), posix.join(shown, name)),
    };
    this.#known.set(real, directory);
    return directory;
  }

  #isWithin(real: string): boolean {
    return pathWithin(this.#root, real) !== undefined;
  }

  #read(path: string): string | undefined {
    const real = this.tree.real(path);
    if (real === undefined || !this.#isWithin(real)) return undefined;
    try {
      const { size } = this.tree.stat(real);
      return size > MAX_BYTES ? undefined : this.tree.read(real);
    } catch {
      return undefined;
    }
  }

  #namesIn(directory: string): readonly string[] {
    return this.tree
      .entries(directory)
      .map(({ name }) => name)
      .sort();
  }
}

/** The directories that files of Terraform call as modules, by a path beginning with a dot; told from the text alone. */
export function calledDirectories(path: string, text: string): readonly string[] {
  const sources = text.matchAll(/"?\bsource"?\s*[=:]\s*"(\.\.?(?:\/[^"$]*)?)"/g);
  return Array.from(sources, ([, source = '']) => join(path, source).split(sep).join('/'));
}
