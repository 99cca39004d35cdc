import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeArchive } from '../../bench/archive.js';
import { ACTION, NODE } from '../support/bundle.js';
import { temporaryDirectory } from '../support/files.js';

const BIN = join('bin', 'assume-aws-role.mjs');
const MANIFEST = JSON.parse(readFileSync(join(ACTION, 'package.json'), 'utf8'));

/** npm and git on a machine without a network, without anybody's settings. */
function run(command: string, args: readonly string[], cwd: string) {
  const home = temporaryDirectory();
  const env = {
    PATH: process.env['PATH'],
    HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    npm_config_registry: 'http://127.0.0.1:9/',
    npm_config_fetch_retries: '0',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(home, 'cache'),
  };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function runBin(...args: readonly string[]) {
  return run(NODE, [join(ACTION, BIN), ...args], temporaryDirectory());
}

describe('assume-aws-role', () => {
  it('says which commands there are', () => {
    const help = runBin('--help');
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(
      /^assume-aws-role COMMAND \[options\]\n\n {2}check-trust {3}tests trust policies/,
    );
    expect(runBin('-h')).toEqual(help);
    expect(runBin()).toEqual({ status: 2, stdout: '', stderr: help.stdout });
    expect(runBin('nope')).toEqual({
      status: 2,
      stdout: '',
      stderr: `unknown command "nope"\n\n${help.stdout}`,
    });
    expect(runBin('toString').status).toBe(2);
  });

  it('says which version it is', () => {
    expect(runBin('--version')).toEqual({ status: 0, stdout: `${MANIFEST.version}\n`, stderr: '' });
  });

  it('hands on what belongs to a command, and its exit code', () => {
    const own = runBin('check-trust', '--help');
    expect([own.status, own.stdout]).toEqual([0, expect.stringMatching(/^check-trust \[options\] FILE/)]);
    expect(runBin('check-trust')).toEqual({ status: 2, stdout: own.stdout, stderr: '' });
    expect(runBin('check-trust', 'none.json').status).toBe(2);
    const suggested = runBin(
      'check-trust',
      '--suggest',
      '--repository',
      'octo-org/octo-repo',
      '--account',
      '1',
    );
    expect(suggested).toEqual({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('--account: got "1"'),
    });
  });
});

it('has nothing that npm would install or build first', () => {
  expect(MANIFEST.dependencies).toBeUndefined();
  // pacote, lib/git.js: with one of these, it installs the development dependencies of a package from Git.
  const triggers = ['postinstall', 'build', 'preinstall', 'install', 'prepack', 'prepare'];
  expect(triggers.filter((name) => name in MANIFEST.scripts)).toEqual([]);
  expect(MANIFEST.workspaces).toBeUndefined();
});

const directory = temporaryDirectory();
const archive = makeArchive(ACTION, directory);

/** What is tested with `npx` is what GitHub has of a tag. */
function onArchive(title: string, test: (archive: string) => void): void {
  if (archive !== undefined) it(title, () => test(archive.directory), 120_000);
  else
    it(`${title}: NOT TESTED, for this machine has no git or no tar`, () => {
      process.stderr.write(`\nNOT TESTED: ${title}. This machine has no git or no tar.\n`);
    });
}

onArchive('runs from a package that npm made and installed without a network', (root) => {
  const packed = run('npm', ['pack', '--silent', '--pack-destination', directory], root);
  expect(packed.status).toBe(0);
  const project = join(directory, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{"private":true}');
  const file = join(directory, packed.stdout.trim());
  expect(run('npm', ['install', '--no-audit', '--no-fund', file], project).status).toBe(0);
  expect(readdirSync(join(project, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual([
    'assume-aws-role',
  ]);
  const shown = run('npx', ['--no', 'assume-aws-role', 'check-trust', '--help'], project);
  expect([shown.status, shown.stdout]).toEqual([0, expect.stringMatching(/^check-trust \[options\]/)]);
});

onArchive('runs with npx from a Git repository without a network', (root) => {
  const [work, bare] = [join(directory, 'work'), join(directory, 'bare.git')];
  cpSync(root, work, { recursive: true });
  const git = (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=x', '-c', 'user.email=x@example.com', ...args], work);
  git('init', '--quiet');
  git('add', '--all');
  expect(git('commit', '--quiet', '--message=x').status).toBe(0);
  expect(git('clone', '--quiet', '--bare', '.', bare).status).toBe(0);
  const project = join(directory, 'elsewhere');
  mkdirSync(project);
  const args = [
    'check-trust',
    '--suggest',
    '--repository',
    'octo-org/octo-repo',
    '--account',
    '111122223333',
  ];
  const { status, stdout, stderr } = run('npx', ['--yes', `git+file://${bare}`, ...args], project);
  expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
  expect(JSON.parse(stdout).Statement[0].Principal.Federated).toContain('111122223333');
});
