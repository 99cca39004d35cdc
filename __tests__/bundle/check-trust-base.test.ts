import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACTION, NODE } from '../support/bundle.js';
import { temporaryDirectory } from '../support/files.js';

const SCRIPT = join(ACTION, 'dist', 'check-trust', 'index.js');

/** The policy that SECURITY.md offers to start from. */
const [, GOOD = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(ACTION, 'SECURITY.md'), 'utf8')) ?? [];
const WIDE = GOOD.replace('"StringEquals"', '"StringLike"').replace('@74:ref:refs/heads/main', '@74:*');

const run = (cwd: string, args: readonly string[], input?: string) => {
  const { status, stdout, stderr } = spawnSync(NODE, [SCRIPT, ...args], { cwd, encoding: 'utf8', input });
  return { status, stdout, stderr };
};

/** A command of a shell, in which CHECK is the command. */
const shell = (cwd: string, script: string) => {
  const text = script.replaceAll('CHECK', `'${NODE}' '${SCRIPT}'`);
  const { status, stdout, stderr } = spawnSync('bash', ['-c', text], { cwd, encoding: 'utf8' });
  return { status, stdout, stderr };
};

it('the command compares with a commit of a real repository, also from a hook and a worktree', () => {
  const cwd = temporaryDirectory();
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const git = (...args: readonly string[]): void => {
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    execFileSync('git', [...who, ...args], { cwd, env, stdio: 'pipe' });
  };
  git('init', '--quiet', '--initial-branch=main');
  mkdirSync(join(cwd, 'iam'));
  writeFileSync(join(cwd, 'iam', 'deploy.json'), GOOD);
  git('add', '--all');
  git('commit', '--quiet', '--message=before');
  writeFileSync(join(cwd, 'iam', 'deploy.json'), WIDE);
  const args = ['iam/*.json', '--base', 'main', '--fail-on', 'warning'];
  const { status, stdout, stderr } = run(cwd, args);
  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(/^iam\/deploy\.json:4:\d+: warning lets-in-more: A pull request of /m);
  expect(stdout).toMatch(
    /^Changes since main \([0-9a-f]{12}\): 1 changed\.\niam\/deploy\.json:1\n {2}\+ A pull /m,
  );
  git('add', '--all');
  const hook = join(cwd, '.git', 'hooks', 'pre-commit');
  const command = `'${NODE}' '${SCRIPT}' 'iam/*.json' --base HEAD > hook.txt`;
  writeFileSync(hook, `#!/bin/sh\n${command}\n`, { mode: 0o755 });
  git('-c', `core.hooksPath=${join(cwd, '.git', 'hooks')}`, 'commit', '--quiet', '--message=after');
  expect(readFileSync(join(cwd, 'hook.txt'), 'utf8')).toContain(': 1 changed.');
  git('worktree', 'add', '--quiet', 'tree', 'HEAD~1');
  expect(run(join(cwd, 'tree'), ['iam/*.json', '--base', 'main']).stdout).toMatch(/ {2}- A pull request of /);
});

it.each([
  [
    'cat wide.json | CHECK - --repository octo-org/octo-repo --never pull-request',
    1,
    /^-:4:\d+: error never: /m,
  ],
  ['CHECK /dev/stdin < good.json', 0, /^1 trust policy, 0 errors/],
  ['cat good.json | CHECK /dev/stdin', 0, /^1 trust policy, 0 errors/],
  ['CHECK <(cat good.json) <(cat wide.json)', 0, /^2 trust policies, /m],
  [
    "CHECK wide.json --must-deny <(echo '- {repository: octo-org/octo-repo, pull_request: true, owner-id: 65, repository-id: 74}')",
    1,
    /error must-deny/,
  ],
  ['head -c 50000001 /dev/zero | CHECK -', 2, '- has more than 50000000 bytes\n'],
  ['CHECK - < /dev/null', 2, '- is not a file and not a pipe\n'],
  ['CHECK - <&-', 2, /^- /],
  ['mkfifo pipe; CHECK pipe', 2, 'pipe is not a regular file\n'],
  [
    'cat good.json | CHECK - --base before',
    0,
    / {2}\? It is not known who could assume this role before: it was read from a pipe\.\n/,
  ],
])('%s exits with %i', (script, code, text) => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, 'before'));
  writeFileSync(join(cwd, 'good.json'), GOOD);
  writeFileSync(join(cwd, 'wide.json'), WIDE);
  const { status, stdout, stderr } = shell(cwd, script);
  expect([status, stderr]).toEqual([code, '']);
  if (typeof text === 'string') expect(stdout).toBe(text);
  else expect(stdout).toMatch(text);
});

it('reads standard input that is a socket', () => {
  const { status, stdout } = run(temporaryDirectory(), ['-'], GOOD);
  expect([status, stdout]).toEqual([
    0,
    '1 trust policy, 0 errors, 0 warnings, 0 notes, 0 of 0 expectations met.\n',
  ]);
});
