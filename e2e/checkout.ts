import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A repository as a job finds it after checkout. */
export interface Checkout {
  readonly directory: string;
  remove(): void;
}

// What `uses: ./` needs, with the package.json that tells Node how to read it, and the workflows.
const CONTENTS = [
  'action.yml',
  'check-trust',
  'drop',
  'sandbox/action.yml',
  'package.json',
  'dist',
  'e2e',
  'examples',
  '.github/workflows/deploy.yml',
];

/** Copies the action into a new repository `octo-org/octo-repo` with that branch checked out. */
export function makeCheckout(root: string, branch: string): Checkout {
  const directory = mkdtempSync(join(tmpdir(), 'checkout-'));
  const git = (...args: readonly string[]): void => {
    execFileSync('git', ['-C', directory, ...args], {
      stdio: ['ignore', 'ignore', 'pipe'],
      // The machine's own settings (signing, hooks, default branch) are not part of the test.
      env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    });
  };
  for (const entry of CONTENTS) cpSync(join(root, entry), join(directory, entry), { recursive: true });
  git('init', '--quiet', `--initial-branch=${branch}`);
  git('add', '--all');
  git(
    '-c',
    'user.name=octocat',
    '-c',
    'user.email=octocat@example.com',
    'commit',
    '--quiet',
    '-m',
    'Checkout',
  );
  git('remote', 'add', 'origin', 'https://github.com/octo-org/octo-repo.git');
  return { directory, remove: () => rmSync(directory, { recursive: true, force: true }) };
}
