import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a runner downloads for a step that names this action. */
export interface Archive {
  /** Of the compressed archive. */
  readonly bytes: number;
  readonly files: number;
  /** Where it is unpacked. */
  readonly directory: string;
}

/**
 * The archive that GitHub would make of a tag (`git archive`, tar.gz, with .gitattributes) if the directory were
 * committed as it is now, unpacked below `temp`. Needs git, but no repository: what it writes is in `temp`.
 * @returns undefined on a machine without git or tar
 * @throws Error where they fail
 */
export function makeArchive(root: string, temp: string): Archive | undefined {
  if (
    ![['git', '--version'] as const, ['tar', '--version'] as const].every(([name, ...args]) =>
      runs(name, args),
    )
  )
    return undefined;
  const env = { PATH: process.env['PATH'], HOME: temp, GIT_CONFIG_NOSYSTEM: '1', GIT_DIR: join(temp, 'git') };
  const git = (...args: readonly string[]): string =>
    output('git', args, root, { ...env, GIT_WORK_TREE: root });
  git('init', '--quiet');
  git('add', '--all');
  const file = join(temp, 'archive.tar.gz');
  const tree = git('write-tree').trim();
  git('archive', '--format=tar.gz', '--prefix=archive/', `--output=${file}`, tree);
  const unpacked = join(temp, 'unpacked');
  mkdirSync(unpacked);
  output('tar', ['-xzf', file], unpacked, env);
  const directory = join(unpacked, 'archive');
  return { bytes: statSync(file).size, files: countFiles(directory), directory };
}

function runs(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args).status === 0;
}

function output(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed: ${stderr}`);
  return stdout;
}

function countFiles(directory: string): number {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).length;
}
