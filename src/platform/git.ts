import { spawnSync } from 'node:child_process';
import { dirname, resolve } from 'node:path';
import { oneLine, quote } from '../core/text.js';
import type { Environment } from './runner.js';

/** Git is not there, or does not do what it is asked to. The message is a sentence without its end. */
export class GitProblem extends Error {
  override readonly name = 'GitProblem';
}

/** A commit, and what people call it. */
export interface Commit {
  readonly id: string;
  readonly name: string;
}

const TIME_LIMIT_MS = 60_000;
const MAX_ANSWER_BYTES = 512_000_000;

/**
 * Git, for reading commits of a checkout. Nothing is fetched, no hook runs, and neither the index nor the work tree
 * changes.
 */
export class Git {
  readonly #directory: string;
  readonly #env: Environment;

  constructor(directory: string, env: Environment) {
    this.#directory = resolve(directory);
    this.#env = quietEnvironment(env);
  }

  /** The checkout's own directory. */
  top(): string {
    const up = this.#run(['rev-parse', '--show-cdup']).toString('utf8').replace(/\n$/, '');
    return resolve(this.#directory, up);
  }

  /** Whether the checkout leaves out files that its commits have. */
  isSparse(): boolean {
    return this.#attempt(['config', '--bool', 'core.sparseCheckout'])?.toString('utf8').trim() === 'true';
  }

  /** Undefined where the checkout does not have it. */
  commit(revision: string): Commit | undefined {
    // What begins with a hyphen would be an option, and no revision does.
    if (/^-|[\0\n]/.test(revision) || revision === '') return undefined;
    const id = this.#id(['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
    return id === undefined ? undefined : { id, name: revision };
  }

  /** The last commit that two have in common; undefined if they share no commit, or it has not been fetched. */
  mergeBase(one: Commit, other: Commit): string | undefined {
    return this.#id(['merge-base', one.id, other.id]);
  }

  /** All files of a commit, as `ls-tree` lists them. */
  files(commit: string): readonly string[] {
    const text = this.#run(['ls-tree', '-r', '-z', '--full-tree', commit]).toString('utf8');
    return text.split('\0').slice(0, -1);
  }

  /** The ids of all objects that are here. A partial clone lacks some, and any of them makes other commands fail. */
  present(): ReadonlySet<string> {
    const text = this.#run(['cat-file', '--batch-all-objects', '--batch-check=%(objectname)']).toString(
      'utf8',
    );
    return new Set(text.split('\n'));
  }

  /** The sizes of files in bytes, by their ids. */
  sizes(ids: readonly string[]): ReadonlyMap<string, number> {
    const lines = this.#run(['cat-file', '--batch-check'], `${ids.join('\n')}\n`)
      .toString('utf8')
      .split('\n');
    return new Map(
      lines.flatMap((line): readonly [string, number][] => {
        const [id = '', type, size] = line.split(' ');
        return type === 'blob' ? [[id, Number(size)]] : [];
      }),
    );
  }

  /** The contents of files, by their ids. */
  contents(ids: readonly string[]): ReadonlyMap<string, string> {
    const answer = this.#run(['cat-file', '--batch'], `${ids.join('\n')}\n`);
    const contents = new Map<string, string>();
    for (let start = 0; start < answer.length; ) {
      const end = answer.indexOf('\n', start);
      const [id = '', , size] = answer.toString('utf8', start, end).split(' ');
      const length = Number(size);
      // A line such as `… missing` has no content.
      if (end < 0 || !Number.isInteger(length)) break;
      contents.set(id, answer.toString('utf8', end + 1, end + 1 + length));
      start = end + length + 2;
    }
    return contents;
  }

  #id(args: readonly string[]): string | undefined {
    const [line = ''] = this.#attempt(args)?.toString('utf8').split('\n') ?? [];
    return /^[0-9a-f]{40,64}$/.test(line) ? line : undefined;
  }

  /** Undefined where Git says no by its exit code alone, which is 1. */
  #attempt(args: readonly string[]): Buffer | undefined {
    const { status, stdout } = this.#spawn(args);
    return status === 0 ? stdout : undefined;
  }

  #run(args: readonly string[], input = ''): Buffer {
    const { status, stdout, stderr } = this.#spawn(args, input);
    if (status !== 0) throw new GitProblem(`git ${args[0]} failed: ${inWords(stderr)}`);
    return stdout;
  }

  #spawn(args: readonly string[], input = '') {
    const { status, stdout, stderr, error } = spawnSync('git', ['-C', this.#directory, ...args], {
      // Windows looks for programs in the current directory first, and a checkout is somebody else's.
      cwd: dirname(process.execPath),
      env: this.#env,
      input,
      maxBuffer: MAX_ANSWER_BYTES,
      timeout: TIME_LIMIT_MS,
      windowsHide: true,
    });
    if (error !== undefined) throw new GitProblem(reasonOf(error, args[0]));
    if (/not a git repository/.test(stderr.toString('utf8'))) {
      throw new GitProblem(`${quote(this.#directory)} is not in a Git checkout`);
    }
    if (status !== 0 && status !== 1) {
      throw new GitProblem(`git ${args[0]} failed: ${inWords(stderr)}`);
    }
    return { status, stdout, stderr };
  }
}

function reasonOf(error: Error, command: string | undefined): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'the program git is not there';
  if (code === 'ETIMEDOUT') return `git ${command} took more than ${TIME_LIMIT_MS / 1000} seconds`;
  return `git ${command} cannot be run: ${oneLine(error.message)}`;
}

function inWords(stderr: Buffer): string {
  const lines = stderr.toString('utf8').split('\n');
  const line = lines.find((one) => /^(fatal|error): /.test(one)) ?? lines[0] ?? '';
  return line === '' ? 'it does not say why' : oneLine(line.replace(/^(fatal|error): /, ''));
}

/**
 * The variables of this process without those that name another repository, as hooks have them; with what keeps Git
 * from asking, fetching what a partial clone lacks, writing locks, and translating.
 */
function quietEnvironment(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !/^GIT_(?!CONFIG|EXEC_PATH)/.test(name));
  return {
    ...Object.fromEntries(kept),
    GIT_ALLOW_PROTOCOL: '',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    LC_ALL: 'C',
  };
}
