import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';
import { filesBelow, temporaryDirectory } from '../support/files.js';
import { mappingAt } from '../support/mapping.js';
import { ROOT } from '../support/pages.js';
import { REPOSITORY } from '../support/repository.js';

/*
 * scripts/publisher.mjs in a copy of the repository. scripts/check-publisher.sh runs the tests of the documentation
 * there as well.
 */

const NOT_COPIED = ['.git', '.tools', 'build', 'coverage', 'node_modules'];

/** A copy of the repository, and its files' texts. */
function copy() {
  const directory = temporaryDirectory();
  cpSync(ROOT, directory, { recursive: true, filter: (path) => !NOT_COPIED.includes(basename(path)) });
  const publish = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(directory, 'scripts', 'publisher.mjs'), ...args], {
      encoding: 'utf8',
    });
  return { files: () => filesBelow(directory), publish };
}

/** The files with this text, but for those that are about publishing itself. */
const pathsOf = (files: Readonly<Record<string, string>>, text: string): readonly string[] =>
  Object.keys(files).filter((path) => files[path]?.includes(text) && !/publisher\.\w+(\.ts)?$/.test(path));

const { owner, slug } = REPOSITORY;

describe('scripts/publisher.mjs', () => {
  const { files, publish } = copy();
  const before = files();
  const first = publish('acme-corp/aws-login');
  const after = files();

  test('writes the owner and the name wherever the repository names itself', () => {
    expect([first.stderr, first.status]).toEqual(['', 0]);
    expect(pathsOf(before, slug)).toEqual(
      expect.arrayContaining(['README.md', 'SECURITY.md', 'package.json', 'examples/deploy-main.yml']),
    );
    expect(pathsOf(after, slug)).toEqual([]);
    expect(pathsOf(after, 'acme-corp/aws-login')).toEqual(pathsOf(before, slug));
    expect(mappingAt(JSON.parse(after['package.json'] ?? ''))).toMatchObject({
      repository: { url: 'git+https://github.com/acme-corp/aws-login.git' },
      bugs: { url: 'https://github.com/acme-corp/aws-login/issues' },
      homepage: 'https://github.com/acme-corp/aws-login#readme',
    });
  });

  test('names the author on the marketplace, and the code owner', () => {
    const actions = Object.keys(before).filter(
      (path) => basename(path) === 'action.yml' && !/^e2e/.test(path),
    );
    expect(actions).toEqual(expect.arrayContaining(['action.yml', 'check-trust/action.yml']));
    for (const path of actions) expect(after[path]).toMatch(/^author: acme-corp$/m);
    expect(after['.github/CODEOWNERS']).toContain('* @acme-corp\n');
    expect(after['.github/CODEOWNERS']).not.toContain(`@${owner}\n`);
  });

  test('changes nothing that runs: dist/ stays what the sources make', () => {
    const code = Object.keys(before).filter((path) => /^(dist|src|sandbox|scripts)\//.test(path));
    expect(code.length).toBeGreaterThan(100);
    // A step knows its repository from GITHUB_ACTION_REPOSITORY.
    expect(pathsOf(before, slug).filter((path) => /^(dist|src)\//.test(path))).toEqual([]);
    expect(code.filter((path) => after[path] !== before[path] && !/\.(md|ya?ml)$/.test(path))).toEqual([]);
  });

  test('changes nothing more when it is run again', () => {
    expect(publish('acme-corp/aws-login').stdout).toBe('acme-corp/aws-login: 0 files changed\n');
    expect(publish('acme-corp').stdout).toBe('acme-corp/aws-login: 0 files changed\n');
    expect(files()).toEqual(after);
  });

  test('can be run with another owner, and leads back', () => {
    expect(publish('octo2').status).toBe(0);
    expect(pathsOf(files(), 'acme-corp')).toEqual(pathsOf(before, 'acme-corp'));
    expect(publish(slug).status).toBe(0);
    expect(files()).toEqual(before);
  });

  test.each([
    [[], 'nothing'],
    [[''], '""'],
    [['a/b/c'], '"a/b/c"'],
    [['-a'], '"-a"'],
    [['a--b'], '"a--b"'],
    [['a.b'], '"a.b"'],
    [['a/..'], '"a/.."'],
    [['a/b.git'], '"a/b.git"'],
    [['a/'], '"a/"'],
    [['a/b c'], '"a/b c"'],
    [['a\nb'], '"a\\nb"'],
    [['a'.repeat(40)], `"${'a'.repeat(40)}"`],
    [['a', 'b'], '"a" "b"'],
    [['actions/checkout'], '"actions/checkout", which .github/'],
  ])('refuses %j with one clear error', (args, named) => {
    const { stdout, stderr, status } = publish(...args);
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toMatch(/^publisher: got .*; allowed: OWNER or OWNER\/NAME as on GitHub: .*\n$/);
    expect(stderr).toContain(`got ${named}`);
  });

  test('changes nothing where it refuses', () => {
    expect(files()).toEqual(before);
  });
});
