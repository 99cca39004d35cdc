import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GitTree } from '../../../src/check-trust/sources/git-tree.js';
import { Git } from '../../../src/platform/git.js';
import { temporaryDirectory } from '../../support/files.js';

/** A program that is called git, in place of the real one. */
function fakeGit(script: string, mode = 0o755, checkout = temporaryDirectory()): Git {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'git'), `#!/bin/sh\n${script}\n`, { mode });
  return new Git(checkout, { PATH: directory });
}

function repository(files: Readonly<Record<string, string>>): string {
  const cwd = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(cwd, path, '..'), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
  const commands = [
    ['init', '--quiet'],
    ['add', '--all'],
    [...who, 'commit', '--quiet', '--message=one'],
  ];
  for (const args of commands) execFileSync('git', args, { cwd });
  return cwd;
}

const real = (directory: string): Git => new Git(directory, process.env);

describe('what Git says', () => {
  it.each([
    ['exit 3', 'git rev-parse failed: it does not say why'],
    ['exit 1', 'git rev-parse failed: it does not say why'],
    [
      'echo "fatal: detected dubious ownership" >&2; exit 128',
      'git rev-parse failed: detected dubious ownership',
    ],
    ['echo "warning: a" >&2; echo "error: b" >&2; exit 128', 'git rev-parse failed: b'],
    ['printf "a\\033[1m" >&2; exit 128', 'git rev-parse failed: a\\u{1b}[1m'],
    ['echo "fatal: not a git repository: x" >&2; exit 128', 'is not in a Git checkout'],
  ])('with %j becomes one line', (script, message) => {
    expect(() => fakeGit(script).top()).toThrow(message);
  });

  it('names a program that cannot be run', () => {
    expect(() => fakeGit('exit 0', 0o644).top()).toThrow(
      /^(the program git is not there|git rev-parse cannot be run: )/,
    );
    expect(() => fakeGit('exec head -c 600000000 /dev/zero').top()).toThrow(/cannot be run|failed/);
  });

  it('is not believed where it is no id', () => {
    expect(fakeGit('echo not-an-id').commit('main')).toBeUndefined();
    expect(fakeGit('exit 0').commit('main')).toBeUndefined();
  });

  it('sets aside other repositories that variables name, and asks for nothing', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'git'), '#!/bin/sh\n/usr/bin/env | /bin/grep ^GIT_ >&2\nexit 128\n', {
      mode: 0o755,
    });
    const env = { PATH: directory, GIT_DIR: '/x', GIT_INDEX_FILE: '/y', GIT_CONFIG_COUNT: '0' };
    expect(() => new Git(directory, env).top()).toThrow(/^git rev-parse failed: GIT_(?!DIR|INDEX)/);
  });
});

describe('revisions', () => {
  it.each(['-x', '--output=x', '', 'a\0b', 'a\nb', 'none', ':/none', 'HEAD:a', 'HEAD..HEAD'])(
    '%j are none',
    (revision) => {
      const directory = repository({ a: 'x' });
      expect(real(directory).commit(revision)).toBeUndefined();
    },
  );

  it('are branches, ids and what leads from them', () => {
    const git = real(repository({ a: 'x' }));
    const head = git.commit('HEAD');
    expect(head?.id).toMatch(/^[0-9a-f]{40}$/);
    expect(git.commit(head?.id ?? '')?.id).toBe(head?.id);
    expect(head && git.mergeBase(head, head)).toBe(head?.id);
    expect(git.isSparse()).toBe(false);
  });
});

describe('the files of a commit', () => {
  const files = { 'a.json': 'A\n', 'folder/b c.json': 'B', 'empty.json': '', 'ü"\t.json': 'U', 'x.tf': 'T' };

  it('are read by the paths that they have in the checkout', () => {
    const directory = repository(files);
    const git = real(join(directory, 'folder'));
    const tree = new GitTree(git, git.commit('HEAD')?.id ?? '');
    expect(tree.entries(directory)).toEqual(
      expect.arrayContaining([
        { name: 'a.json', kind: 'file' },
        { name: 'folder', kind: 'directory' },
      ]),
    );
    expect(tree.entries(join(directory, 'none'))).toEqual([]);
    expect(tree.entries(join(directory, '..'))).toEqual([]);
    for (const [path, text] of Object.entries(files)) expect(tree.read(join(directory, path))).toBe(text);
    expect(tree.stat(join(directory, 'folder/b c.json'))).toEqual({ isFile: true, size: 1 });
    expect(() => tree.stat(join(directory, 'none'))).toThrow('there is no such file in the commit');
    expect(tree.real(join(directory, 'folder', '..', 'folder'))).toBe(join(directory, 'folder'));
    expect(tree.real(join(directory, 'none'))).toBeUndefined();
    expect(tree.gap(join(directory, '..', 'x'))).toBe('it is outside of the checkout');
  });

  it('say why they are not there', () => {
    const directory = repository({ a: 'x', 'folder/b': 'y' });
    symlinkSync('/outside', join(directory, 'link'));
    symlinkSync('circle', join(directory, 'circle'));
    execFileSync('git', ['add', '--all'], { cwd: directory });
    const id = '0123456789abcdef0123456789abcdef01234567';
    const module = ['update-index', '--add', '--cacheinfo', `160000,${id},module`];
    execFileSync('git', module, { cwd: directory });
    const who = ['-c', 'user.name=a', '-c', 'user.email=a@example.com'];
    execFileSync('git', [...who, 'commit', '--quiet', '--message=two'], { cwd: directory });
    const git = real(directory);
    const tree = new GitTree(git, git.commit('HEAD')?.id ?? '');
    const gaps = ['a', 'folder/b', 'none', 'link/x', 'circle', 'module/x', '../x'].map((path) =>
      tree.gap(join(directory, path)),
    );
    expect(gaps).toEqual([
      undefined,
      undefined,
      undefined,
      'it was behind a link that cannot be followed in the commit',
      'it was behind a link that cannot be followed in the commit',
      'it is in a submodule',
      'it is outside of the checkout',
    ]);
  });

  it('are fetched together with those that Terraform reads', () => {
    const directory = repository(files);
    const git = real(directory);
    const tree = new GitTree(git, git.commit('HEAD')?.id ?? '');
    tree.prepare([join(directory, 'x.tf'), join(directory, 'none.tf')]);
    tree.prepare([]);
    expect(tree.read(join(directory, 'x.tf'))).toBe('T');
  });

  it.each([
    [2, 1],
    [3, 2],
  ])('are fetched 64 bytes at once, so %i files of 32 in %i goes', (count, goes) => {
    const names = ['a', 'b', 'c'].slice(0, count);
    const directory = repository(Object.fromEntries(names.map((name) => [name, name.repeat(32)])));
    const log = join(temporaryDirectory(), 'log');
    const path = process.env['PATH'] ?? '';
    const git = fakeGit(`echo "$*" >>'${log}'\nPATH='${path}' exec git "$@"`, 0o755, directory);
    const tree = new GitTree(git, git.commit('HEAD')?.id ?? '', 64);
    tree.prepare(names.map((name) => join(directory, name)));
    const calls = readFileSync(log, 'utf8').split('\n');
    expect(calls.filter((call) => call.endsWith('cat-file --batch'))).toHaveLength(goes);
  });

  it('are fetched in several goes where they are large', () => {
    const large = 'x'.repeat(40);
    const directory = repository({ a: `${large}a`, b: `${large}b`, c: `${large}${large}` });
    const git = real(directory);
    const tree = new GitTree(git, git.commit('HEAD')?.id ?? '', 64);
    tree.prepare(['a', 'b', 'c'].map((name) => join(directory, name)));
    expect(['a', 'b'].map((name) => tree.read(join(directory, name)).at(-1))).toEqual(['a', 'b']);
    expect(tree.stat(join(directory, 'c')).size).toBe(80);
  });
});
