import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { USER_AGENT, VERSION } from '../../src/core/version.js';
import { filesBelow, temporaryDirectory } from '../support/files.js';
import { mappingAt } from '../support/mapping.js';
import { page, pages, ROOT } from '../support/pages.js';
import { VERSION as PACKAGE_VERSION, REPOSITORY } from '../support/repository.js';

const major = PACKAGE_VERSION.split('.')[0];

/** The versions that a changelog has, newest first; what is unreleased may say what it will be. */
const versionsOf = (changelog: string): readonly string[] =>
  [...changelog.matchAll(/^(?:## |This will be )(\d+\.\d+\.\d+)( - \d{4}-\d\d-\d\d$|\.$)/gm)].map(
    ([, version = '']) => version,
  );

describe('the version is one fact', () => {
  test('in package.json, the lock file, the sources, the user agent and CHANGELOG.md', () => {
    const lock = mappingAt(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
    expect(lock['version']).toBe(PACKAGE_VERSION);
    expect(mappingAt(mappingAt(lock['packages'])[''])['version']).toBe(PACKAGE_VERSION);
    expect(VERSION).toBe(PACKAGE_VERSION);
    expect(USER_AGENT).toBe(`assume-aws-role/${PACKAGE_VERSION}`);
    expect(versionsOf(page('CHANGELOG.md').text)[0]).toBe(PACKAGE_VERSION);
  });

  test.each([...pages.keys()])('and %s uses its major version', (path) => {
    const uses = page(path).text.split(REPOSITORY.slug).slice(1);
    const majors = uses.flatMap((rest) => /^(?:\/[\w/-]*?)?(?:@|\/blob\/)v(\d+)/.exec(rest)?.[1] ?? []);
    expect(majors.filter((one) => one !== major)).toEqual([]);
  });
});

/** The files that a release changes, with the scripts that change them. */
function copy() {
  const directory = temporaryDirectory();
  for (const path of [
    'package.json',
    'package-lock.json',
    'CHANGELOG.md',
    'src/core/version.ts',
    'scripts',
  ]) {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    cpSync(join(ROOT, path), join(directory, path), { recursive: true });
  }
  const run = (script: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, [join(directory, 'scripts', script), ...args], { encoding: 'utf8' });
  return { files: () => filesBelow(directory), run };
}

describe('scripts/set-version.mjs', () => {
  test('writes it everywhere, and scripts/release-notes.mjs finds the notes', () => {
    const { files, run } = copy();
    expect(run('set-version.mjs', '7.8.9', '2031-02-03').stderr).toBe('');
    const after = files();
    expect(after['package.json']).toContain('\n  "version": "7.8.9",\n');
    expect(after['package-lock.json']?.match(/"7\.8\.9"/g)).toHaveLength(2);
    expect(after['src/core/version.ts']).toContain("VERSION = '7.8.9';");
    expect(after['CHANGELOG.md']).toContain('\n## 7.8.9 - 2031-02-03\n');
    expect(versionsOf(after['CHANGELOG.md'] ?? '')[0]).toBe('7.8.9');
    const { stdout, stderr } = run('release-notes.mjs', 'v7.8.9');
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^### \w+\n\n- /);
    expect(stdout).not.toContain('\n## ');
    expect(stdout).not.toMatch(/\]\((?!https:)/);
    expect(stdout).toContain(`](${REPOSITORY.url}/blob/v7.8.9/docs/`);
    expect(run('set-version.mjs', '7.8.9').stderr).toBe('');
    expect(files()).toEqual(after);
  });

  const refusing = copy();
  const before = refusing.files();

  test.each([[], [''], ['v1.2.3'], ['1.2'], ['01.2.3'], ['1.2.3-rc.1'], ['1.2.3', 'today']])(
    'refuses %j %j, and changes nothing',
    (...args) => {
      const { stderr, status } = refusing.run('set-version.mjs', ...args.flatMap((one) => one ?? []));
      expect(stderr).toMatch(/^set-version: got ".*"; allowed: X\.Y\.Z, then a date as 2026-12-31\n$/);
      expect(status).toBe(1);
      expect(refusing.files()).toEqual(before);
    },
  );
});

describe('scripts/release-notes.mjs refuses', () => {
  test('a tag that is not the version, and a version without a section', () => {
    const { run } = copy();
    expect(run('release-notes.mjs', 'v0.0.1').stderr).toBe(
      `release-notes: got "v0.0.1"; package.json has ${VERSION}, so the tag is v${VERSION}\n`,
    );
    expect(run('set-version.mjs', '7.8.9').status).toBe(0);
    expect(run('set-version.mjs', '7.8.10').stderr).toBe(
      'set-version: CHANGELOG.md has no /^## Unreleased\\n(\\nThis will be .*\\n)?/m\n',
    );
  });
});
