import { resolve } from 'node:path';
import { quote } from '../core/text.js';
import { type Commit, Git, GitProblem } from '../platform/git.js';
import type { Environment } from '../platform/runner.js';
import { disk, type FileTree, inPlaceOf, pathWithin } from './sources/file-tree.js';
import { type PolicyFile, readPolicyFiles } from './sources/files.js';
import { GitTree } from './sources/git-tree.js';

/** What the policies are compared with. */
export interface Base {
  /** What people call it. */
  readonly name: string;
  readonly tree: FileTree;
  /** Why the base cannot have a file; undefined where it can. */
  gap(path: string): string | undefined;
  /** Why a file that is not there now may not be gone; undefined where it is. */
  readonly hidden: string | undefined;
  /** Files that belong to the base itself, since its directory is within this one. */
  isOwn(path: string): boolean;
}

/** Where the check runs. */
export interface Place {
  readonly directory: string;
  readonly env: Environment;
}

/**
 * Opens a directory, or a revision of the checkout. Throws an Error that says what is allowed, or what is not there.
 */
export function openBase(given: string, { directory, env }: Place): Base {
  if (given === '') throw new Error(`it is empty; ${ALLOWED} is expected`);
  const path = resolve(directory, given);
  if (disk.real(path) !== undefined) {
    if (disk.stat(path).isFile) throw new Error(`${quote(given)} is a file; ${ALLOWED} is expected`);
    const isOwn = (one: string): boolean => pathWithin(path, resolve(directory, one)) !== undefined;
    const tree = inPlaceOf(directory, path);
    return { name: given, tree, gap: gapIn(tree, directory), hidden: undefined, isOwn };
  }
  if (/^-|[\0\n]/.test(given)) throw new Error(`got ${quote(given)}; ${ALLOWED} is expected`);
  const git = new Git(directory, env);
  git.top();
  const commit = git.commit(given);
  if (commit === undefined) {
    throw new Error(
      `there is no directory and no Git revision ${quote(given)} here; actions/checkout fetches one commit alone, unless it is given fetch-depth: 0`,
    );
  }
  return atCommit(git, commit, directory);
}

const ALLOWED = 'a directory or a Git revision';

function atCommit(git: Git, { id, name }: Commit, directory: string): Base {
  const hidden = git.isSparse() ? 'the checkout is sparse, so it may only be left out of it' : undefined;
  const tree = new GitTree(git, id);
  const gap = gapIn(tree, directory);
  return { name: `${name} (${id.slice(0, 12)})`, tree, gap, hidden, isOwn: () => false };
}

function gapIn(tree: FileTree, directory: string): Base['gap'] {
  return (path) => tree.gap(resolve(directory, path));
}

/**
 * Where a pull request began, if the checkout has it: the last commit that it has in common with its base branch.
 * Undefined where no pull request runs; a text says why there is nothing to compare with.
 */
export function pullRequestBase({ directory, env }: Place): Base | string | undefined {
  const branch = env['GITHUB_BASE_REF'];
  if (!branch) return undefined;
  try {
    const git = new Git(directory, env);
    const found = forkPoint(git, branch, env);
    if (found !== undefined) return atCommit(git, found, directory);
    return `${quote(branch)} is not in the checkout, which needs fetch-depth: 0`;
  } catch (error) {
    if (!(error instanceof GitProblem)) throw error;
    return error.message;
  }
}

function forkPoint(git: Git, branch: string, env: Environment): Commit | undefined {
  const head = git.commit('HEAD');
  const tip = git.commit(`refs/remotes/origin/${branch}`);
  const id = head && tip && git.mergeBase(head, tip);
  if (id !== undefined) return { id, name: branch };
  // GitHub merges a pull request into its base to try it: the first parent is the base.
  const isMerge = /^refs\/pull\/\d+\/merge$/.test(env['GITHUB_REF'] ?? '') && head?.id === env['GITHUB_SHA'];
  const parent = isMerge && git.commit('HEAD^2') ? git.commit('HEAD^1') : undefined;
  return parent && { ...parent, name: branch };
}

/** The files to test, without those of the base. */
export function readFilesBeside(
  base: Base | undefined,
  patterns: readonly string[],
  directory: string,
  texts?: ReadonlyMap<string, string>,
): readonly PolicyFile[] {
  const files = readPolicyFiles(patterns, directory, texts);
  return base === undefined
    ? files
    : files.filter(({ path, fromPattern }) => !(fromPattern && base.isOwn(path)));
}
