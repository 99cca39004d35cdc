import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { temporaryDirectory } from '../support/files.js';
import { mappingAt } from '../support/mapping.js';
import { ROOT } from '../support/pages.js';

/** Stands in for GitHub's `gh`: notes how it was called, and answers as GitHub would of these releases. */
const GH = `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const args = process.argv.slice(2);
appendFileSync(process.env.CALLS, JSON.stringify(args) + '\\n');
if (args[0] === 'release') console.log(process.env.RELEASES);
else if (args[1].includes('/commits/')) console.log('${'a'.repeat(40)}');
else if (args[1].includes('/git/ref/') && process.env.HAS_MAJOR !== 'true') process.exitCode = 1;
`;

function moveMajor(tag: string, releases: readonly string[] = [], hasMajor = true) {
  const directory = temporaryDirectory();
  const calls = join(directory, 'calls');
  writeFileSync(calls, '');
  writeFileSync(join(directory, 'gh'), GH, { mode: 0o700 });
  const { stdout, stderr, status } = spawnSync(join(ROOT, 'scripts', 'move-major.sh'), [tag], {
    encoding: 'utf8',
    env: {
      PATH: `${directory}:${process.env['PATH']}`,
      GITHUB_REPOSITORY: 'octo-org/aws-login',
      CALLS: calls,
      RELEASES: releases.join('\n'),
      HAS_MAJOR: String(hasMajor),
    },
  });
  const lines = readFileSync(calls, 'utf8').split('\n').slice(0, -1);
  const changes = lines.filter((line) => line.includes('--method'));
  return { stdout, stderr, status, changes: changes.map((line): unknown => JSON.parse(line)) };
}

const api = (method: string, path: string, ...fields: readonly string[]) => [
  ...['api', '--silent', '--method', method, `repos/octo-org/aws-login/git/${path}`],
  ...fields.flatMap((field) => [field === 'force=true' ? '-F' : '-f', field]),
];
const SHA = `sha=${'a'.repeat(40)}`;

describe('scripts/move-major.sh', () => {
  test('moves the major version to the newest published release', () => {
    const moved = moveMajor('v1.10.0', ['v2.0.0', 'v1.9.3', 'v1.10.0', 'v1']);
    expect([moved.stderr, moved.status]).toEqual(['', 0]);
    expect(moved.changes).toEqual([api('PATCH', 'refs/tags/v1', SHA, 'force=true')]);
    expect(moved.stdout).toBe(`v1 is v1.10.0, commit ${'a'.repeat(40)}.\n`);
  });

  test('creates it with the first release', () => {
    const { changes } = moveMajor('v2.0.0', ['v1.9.3', 'v2.0.0'], false);
    expect(changes).toEqual([api('POST', 'refs', 'ref=refs/tags/v2', SHA)]);
  });

  test('leaves it where a newer release is out, and where the release is not', () => {
    const older = moveMajor('v1.9.4', ['v1.10.0', 'v1.9.4']);
    expect([older.status, older.changes]).toEqual([0, []]);
    expect(older.stdout).toBe('v1 stays at v1.10.0: v1.9.4 is not the newest published release of it.\n');
    expect(moveMajor('v1.0.0', ['v11.0.0']).changes).toEqual([]);
  });

  test.each(['', 'v1', 'v1.2', '1.2.3', 'v1.2.3-rc.1', 'v01.2.3', 'v1.2.3\nv1.2.4'])(
    'refuses the tag %j, and changes nothing',
    (tag) => {
      const refused = moveMajor(tag, ['v1.2.3']);
      expect(refused.stderr).toBe(`move-major: got '${tag}'; allowed: a tag vX.Y.Z\n`);
      expect([refused.status, refused.changes]).toEqual([1, []]);
    },
  );
});

/** A directory with these files. */
function directoryOf(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

function commitDist(before: string, after: string, env: Readonly<Record<string, string>> = {}) {
  return spawnSync(process.execPath, [join(ROOT, 'scripts', 'commit-dist.mjs'), before, after], {
    encoding: 'utf8',
    env: {
      GITHUB_REPOSITORY: 'octo-org/aws-login',
      BRANCH: 'dependabot/npm_and_yarn/aws-sdk-1f3c',
      HEAD_SHA: 'b'.repeat(40),
      ...env,
    },
  });
}

const BEFORE = { 'main/index.js': 'one', 'main/24.index.js': 'chunk', 'post/index.js': 'same' };
const AFTER = { 'main/index.js': 'two', 'main/25.index.js': 'chunk', 'post/index.js': 'same' };

describe('scripts/commit-dist.mjs', () => {
  test('asks for a commit of what changed, on the branch as it was when dist/ was built', () => {
    const { stdout, stderr } = commitDist(directoryOf(BEFORE), directoryOf(AFTER));
    expect(stderr).toBe('');
    const { variables } = mappingAt(JSON.parse(stdout));
    expect(variables).toEqual({
      input: {
        branch: {
          repositoryNameWithOwner: 'octo-org/aws-login',
          branchName: 'dependabot/npm_and_yarn/aws-sdk-1f3c',
        },
        expectedHeadOid: 'b'.repeat(40),
        message: { headline: 'Build dist/ with the updated packages' },
        fileChanges: {
          additions: [
            { path: 'dist/main/25.index.js', contents: Buffer.from('chunk').toString('base64') },
            { path: 'dist/main/index.js', contents: Buffer.from('two').toString('base64') },
          ],
          deletions: [{ path: 'dist/main/24.index.js' }],
        },
      },
    });
  });

  test('asks for nothing where nothing changed', () => {
    const { stdout, status } = commitDist(directoryOf(BEFORE), directoryOf(BEFORE));
    expect([stdout, status]).toEqual(['', 0]);
  });

  test('takes plain files with plain names only', () => {
    const linked = directoryOf(AFTER);
    symlinkSync('/etc/passwd', join(linked, 'main', 'link.js'));
    const refused = (after: string) => commitDist(directoryOf(BEFORE), after);
    expect(refused(linked).stderr).toBe('commit-dist: "main/link.js" is not a plain file\n');
    expect(refused(directoryOf({ ...AFTER, '.git/config': '' })).stderr).toBe(
      'commit-dist: ".git" is not a name that the build gives\n',
    );
    expect(refused(directoryOf({ ...AFTER, 'a b.js': '' })).stdout).toBe('');
    expect(refused(directoryOf({})).stderr).toContain('got 0 files of 0 bytes');
  });

  test.each([
    ['BRANCH', 'main'],
    ['BRANCH', 'dependabot/x y'],
    ['HEAD_SHA', 'main'],
    ['GITHUB_REPOSITORY', 'octo-org'],
  ])('refuses %s %j', (name, value) => {
    const { stdout, stderr, status } = commitDist(directoryOf(BEFORE), directoryOf(AFTER), { [name]: value });
    expect([stdout, status]).toEqual(['', 1]);
    expect(stderr).toContain(`commit-dist: ${name}: got ${JSON.stringify(value)}; allowed: `);
  });
});
