import { posix, resolve } from 'node:path';
import { type Git, GitProblem } from '../../platform/git.js';
import { type FileTree, pathWithin, type TreeEntry } from './file-tree.js';
import { NoSuchFile } from './files.js';

/** A file of a commit. */
interface Entry {
  readonly kind: TreeEntry['kind'];
  readonly id: string;
}

/** As many bytes are asked for at once. */
const MAX_BATCH_BYTES = 64_000_000;

const MISSING = 'it has not been fetched, as the clone is a partial one';

/** Links that lead to links. */
const MAX_LINKS = 40;

const KINDS: Readonly<Record<string, TreeEntry['kind']>> = {
  '100644': 'file',
  '100755': 'file',
  '120000': 'link',
};

/** The files of a commit, by the paths that they have in the checkout. So many bytes are fetched at once. */
export class GitTree implements FileTree {
  /** By the path from the checkout's top. */
  readonly #entries = new Map<string, Entry>();
  readonly #directories = new Map<string, Map<string, TreeEntry['kind']>>([['', new Map()]]);
  readonly #sizes = new Map<string, number>();
  readonly #texts = new Map<string, string>();
  readonly #top: string;

  constructor(
    readonly git: Git,
    commit: string,
    readonly maxBatchBytes = MAX_BATCH_BYTES,
  ) {
    this.#top = git.top();
    for (const line of git.files(commit)) {
      const [, mode = '', id = '', path = ''] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? [];
      const kind = KINDS[mode] ?? 'other';
      this.#entries.set(path, { kind, id });
      this.#enter(path, kind);
    }
  }

  #enter(path: string, kind: TreeEntry['kind']): void {
    const slash = path.lastIndexOf('/');
    const folder = path.slice(0, Math.max(slash, 0));
    const known = this.#directories.get(folder);
    if (known === undefined) this.#enter(folder, 'directory');
    const names = known ?? new Map<string, TreeEntry['kind']>();
    this.#directories.set(folder, names);
    names.set(path.slice(slash + 1), kind);
  }

  entries(directory: string): readonly TreeEntry[] {
    const names = this.#directories.get(this.#real(directory) ?? '/') ?? [];
    return [...names].map(([name, kind]) => ({ name, kind }));
  }

  real(path: string): string | undefined {
    const real = this.#real(path);
    if (real === undefined) return undefined;
    const isThere = this.#entries.has(real) || this.#directories.has(real);
    return isThere ? resolve(this.#top, real) : undefined;
  }

  stat(path: string): { readonly isFile: boolean; readonly size: number } {
    const { kind, id } = this.#entry(path);
    if (kind !== 'file') return { isFile: false, size: 0 };
    if (!this.#sizes.has(id)) this.#measure([id]);
    const size = this.#sizes.get(id);
    if (size === undefined) throw new NoSuchFile(MISSING);
    return { isFile: true, size };
  }

  read(path: string): string {
    return this.#text(this.#entry(path).id);
  }

  gap(path: string): string | undefined {
    const inside = pathWithin(this.#top, resolve(path));
    if (inside === undefined) return 'it is outside of the checkout';
    if (this.#real(path) === undefined) return 'it was behind a link that cannot be followed in the commit';
    const parts = inside.split('/');
    const isModule = parts.some((_, index) => {
      const entry = this.#entries.get(parts.slice(0, index + 1).join('/'));
      return entry?.kind === 'other';
    });
    return isModule ? 'it is in a submodule' : undefined;
  }

  prepare(paths: readonly string[]): void {
    const named = paths.flatMap((path) => this.#entries.get(this.#real(path) ?? '')?.id ?? []);
    // A file of Terraform is read together with others.
    const isTerraform = paths.some((path) => /\.tf(\.json)?$/.test(path));
    const others = [...this.#entries].flatMap(([path, { id }]) =>
      isTerraform && /\.(tf|tfvars)(\.json)?$/.test(path) ? [id] : [],
    );
    const ids = [...new Set([...named, ...others])];
    if (ids.length === 0) return;
    this.#measure(ids);
    let batch: string[] = [];
    let bytes = 0;
    for (const id of ids) {
      const size = this.#sizes.get(id);
      if (size === undefined || size > this.maxBatchBytes) continue;
      if (bytes + size > this.maxBatchBytes) {
        this.#fetch(batch);
        [batch, bytes] = [[], 0];
      }
      batch.push(id);
      bytes += size;
    }
    this.#fetch(batch);
  }

  #measure(ids: readonly string[]): void {
    for (const [id, size] of this.#sizesOf(ids)) this.#sizes.set(id, size);
  }

  #sizesOf(ids: readonly string[]): ReadonlyMap<string, number> {
    try {
      return this.git.sizes(ids);
    } catch (error) {
      if (!(error instanceof GitProblem)) throw error;
      const present = this.git.present();
      return this.git.sizes(ids.filter((id) => present.has(id)));
    }
  }

  #fetch(ids: readonly string[]): void {
    if (ids.length === 0) return;
    for (const [id, text] of this.git.contents(ids)) this.#texts.set(id, text);
  }

  #text(id: string): string {
    if (!this.#sizes.has(id)) this.#measure([id]);
    if (!this.#texts.has(id) && this.#sizes.has(id)) this.#fetch([id]);
    const text = this.#texts.get(id);
    if (text === undefined) throw new NoSuchFile(MISSING);
    return text;
  }

  #entry(path: string): Entry {
    const entry = this.#entries.get(this.#real(path) ?? '');
    if (entry === undefined) throw new NoSuchFile('there is no such file in the commit');
    return entry;
  }

  /** The path from the top without links; undefined for one that leads out of the commit. */
  #real(path: string): string | undefined {
    let rest = pathWithin(this.#top, resolve(path))
      ?.split('/')
      .filter((part) => part !== '');
    for (let links = 0; rest !== undefined && links <= MAX_LINKS; links++) {
      const parts: readonly string[] = rest;
      const at = parts.findIndex(
        (_, index) => this.#entries.get(parts.slice(0, index + 1).join('/'))?.kind === 'link',
      );
      if (at < 0) return parts.join('/');
      rest = this.#followed(parts, at);
    }
    return undefined;
  }

  #followed(parts: readonly string[], at: number): string[] | undefined {
    const link = this.#entries.get(parts.slice(0, at + 1).join('/'));
    const target = link === undefined ? undefined : this.#targetOf(link);
    if (target === undefined || posix.isAbsolute(target)) return undefined;
    const path = posix.normalize([...parts.slice(0, at), target, ...parts.slice(at + 1)].join('/'));
    if (path === '..' || path.startsWith('../')) return undefined;
    return path.split('/').filter((part) => part !== '' && part !== '.');
  }

  #targetOf({ id }: Entry): string | undefined {
    try {
      return this.#text(id);
    } catch {
      return undefined;
    }
  }
}
