import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryDirectory } from '../support/files.js';
import { ROOT } from '../support/pages.js';

const GATE = `
  const { checkLicences } = await import(process.argv[1]);
  const { readLicences, writeLicences } = await import(process.argv[2]);
  try {
    console.log(writeLicences(checkLicences(readLicences(process.argv[3]), process.argv[4])));
  } catch (error) {
    console.error(error.message);
  }
`;
const script = (name: string): string => pathToFileURL(join(ROOT, 'scripts', name)).href;
const TEXT = 'Permission is granted to whoever reads this text to its end. '.repeat(10).trim();

/** What the build makes of the licences that ncc found, with these packages installed. */
function gate(found: string, installed: Readonly<Record<string, object>> = {}, text = TEXT) {
  const root = temporaryDirectory();
  for (const [name, manifest] of Object.entries(installed)) {
    const file = join(root, 'node_modules', name, 'package.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(manifest));
    if (name.endsWith('-with-text')) writeFileSync(join(dirname(file), 'LICENSE.md'), text);
  }
  const args = [script('licence-gate.mjs'), script('bundle-licences.mjs'), found, root];
  return spawnSync(process.execPath, ['--input-type=module', '--eval', GATE, ...args], { encoding: 'utf8' });
}

const repository = (url: string) => ({ license: 'MIT', repository: { type: 'git', url } });

describe('the build', () => {
  test('takes a permissive licence with its whole text', () => {
    const { stdout, stderr } = gate(`one\nMIT\n${TEXT}\n\n@a/two\nISC\n${TEXT}\n\n`);
    expect([stderr, stdout]).toEqual(['', expect.stringContaining(`one\nMIT\n\n${TEXT}\n`)]);
    expect(stdout).toContain(`@a/two\nISC\n\n${TEXT}\n`);
  });

  test.each(['GPL-3.0-only', 'AGPL-3.0', 'UNLICENSED', '(MIT OR GPL-2.0)', 'Apache-2.0 WITH LLVM-exception'])(
    'refuses to bundle a package under %s',
    (kind) => {
      expect(gate(`one\nMIT\n${TEXT}\n\ntwo\n${kind}\n${TEXT}\n\n`).stderr).toBe(
        `two is bundled, and its licence is ${kind}; allowed: 0BSD, Apache-2.0, BSD-2-Clause, BSD-3-Clause, ISC, MIT\n`,
      );
    },
  );

  test('takes a text that a package lacks from another package of its repository', () => {
    const { stdout, stderr } = gate('@a/bare\nMIT\n\n\n', {
      '@a/bare': repository('https://example.com/a.git'),
      '@a/other-with-text': repository('https://example.com/b.git'),
      '@a/same-with-text': repository('https://example.com/a.git'),
    });
    expect([stderr, stdout]).toEqual(['', expect.stringContaining(`@a/bare\nMIT\n\n${TEXT}\n`)]);
  });

  test.each([
    ['a package alone', { '@a/bare': repository('https://example.com/a.git') }, TEXT],
    [
      'another repository',
      {
        '@a/bare': repository('https://example.com/a.git'),
        '@a/other-with-text': repository('https://example.com/b.git'),
      },
      TEXT,
    ],
    [
      'a name in place of a text',
      {
        '@a/bare': repository('https://example.com/a.git'),
        '@a/same-with-text': repository('https://example.com/a.git'),
      },
      'MIT',
    ],
  ])('refuses a package without the text of its licence: %s', (_, installed, text) => {
    expect(gate('@a/bare\nMIT\n\n\n', installed, text).stderr).toBe(
      '@a/bare is bundled, and has no text of its licence (MIT)\n',
    );
  });
});

test('every package in dist/ has the whole text of its licence there', () => {
  const groups = readFileSync(join(ROOT, 'dist', 'licenses.txt'), 'utf8').split(`\n${'-'.repeat(80)}\n\n`);
  expect(groups.length).toBeGreaterThan(3);
  expect(groups.filter((text) => text.length < 500)).toEqual([]);
});
