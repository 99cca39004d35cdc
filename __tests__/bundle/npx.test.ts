import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeArchive } from '../../bench/archive.js';
import { ACTION, NODE } from '../support/bundle.js';
import { temporaryDirectory } from '../support/files.js';
import { usesOf } from '../support/repository.js';

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
      /^assume-aws-role COMMAND \[options\]\n\n {2}check-trust {3}tests trust policies, or writes them\n {2}rewrite-uses {2}makes workflows[^\n]+\n {2}sandbox {7}stands in for/,
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
    const rewriting = runBin('rewrite-uses', '--help');
    expect([rewriting.status, rewriting.stdout]).toEqual([
      0,
      expect.stringMatching(/^rewrite-uses \[options\] \[PATH…\]/),
    ]);
    expect(runBin('rewrite-uses').status).toBe(2);
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

const directory = temporaryDirectory();
const archive = makeArchive(ACTION, directory);

/** What is packed is what GitHub has of a tag. */
function onArchive(title: string, test: (archive: string) => void): void {
  if (archive !== undefined) it(title, () => test(archive.directory), 120_000);
  else
    it(`${title}: NOT TESTED, for this machine has no git or no tar`, () => {
      process.stderr.write(`\nNOT TESTED: ${title}. This machine has no git or no tar.\n`);
    });
}

onArchive('runs from the package that npm makes of it', (root) => {
  const packed = run('npm', ['pack', '--silent', '--pack-destination', directory], root);
  expect(packed.status).toBe(0);
  expect(run('tar', ['-xzf', join(directory, packed.stdout.trim())], directory).status).toBe(0);
  const shown = run(NODE, [join(directory, 'package', BIN), 'check-trust', '--help'], directory);
  expect([shown.status, shown.stdout]).toEqual([0, expect.stringMatching(/^check-trust \[options\]/)]);
  // The package says where it is published: without --to, a step uses that.
  writeFileSync(
    join(directory, 'action.yml'),
    'runs: {steps: [uses: aws-actions/configure-aws-credentials@v6]}\n',
  );
  const bin = join(directory, 'package', BIN);
  const rewritten = run(NODE, [bin, 'rewrite-uses', '--write'], directory);
  expect(rewritten.status).toBe(0);
  expect(readFileSync(join(directory, 'action.yml'), 'utf8')).toBe(`runs: {steps: [uses: ${usesOf()}]}\n`);
});
