import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCheck } from '../../../src/check-trust/action.js';
import { runCommand } from '../../../src/check-trust/command.js';
import { toActionError } from '../../../src/core/errors.js';
import { temporaryDirectory } from '../../support/files.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';
import { rendered } from '../../support/secrets.js';
import { PROVIDER, variable } from '../../support/trust-policies.js';

const HOST = 'token.actions.githubusercontent.com';
const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const ALL = 'repo:octo-org/octo-repo:*';

type Files = Readonly<Record<string, string | undefined>>;

function policyFor(sub: string, principal: object = { Federated: PROVIDER }, more: object = {}): string {
  const Condition = {
    StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${HOST}:sub`]: sub },
    ...more,
  };
  const Action = 'sts:AssumeRoleWithWebIdentity';
  const Statement = [{ Effect: 'Allow', Principal: principal, Action, Condition }];
  return JSON.stringify({ Version: '2012-10-17', Statement }, null, 2);
}

/** Writes files, and removes those that are undefined. */
function write(directory: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    if (text === undefined) rmSync(file);
    else writeFileSync(file, text);
  }
}

/** `git snapshot` commits whatever is there. */
const SETTINGS = {
  'user.name': 'a',
  'user.email': 'a@example.com',
  'protocol.file.allow': 'always',
  'init.defaultBranch': 'main',
  'alias.snapshot': '!git add --all && git commit --quiet --allow-empty',
};

/** Git without the settings of whoever runs the tests. */
function git(directory: string, ...args: readonly string[]): string {
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return execFileSync('git', [...settings, ...args], {
    cwd: directory,
    encoding: 'utf8',
    env,
    stdio: 'pipe',
  }).trim();
}

/** A role of Terraform. */
const terraformRole = (more: string): string =>
  `resource "aws_iam_role" "deploy" {\n  ${more}\n  assume_role_policy = jsonencode(${policyFor(MAIN)})\n}\n`;

/** Made once: from a process as large as that of the tests, each start of git takes as long as some of them. */
let emptyRepository = '';

beforeAll(() => {
  emptyRepository = temporaryDirectory();
  git(emptyRepository, 'init', '--quiet');
});

/** A repository with a commit of some files, and then the work tree changed by others. */
function repository(before: Files, after: Files, directory = temporaryDirectory()): string {
  cpSync(emptyRepository, directory, { recursive: true });
  write(directory, before);
  git(directory, 'snapshot', '--message=before');
  write(directory, after);
  return directory;
}

async function run(directory: string, ...args: readonly string[]) {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const { env } = process;
  const code = await runCommand(args, directory, {
    print,
    printError: print,
    now: () => performance.now(),
    env,
  });
  const start = lines.findIndex((line) => line.startsWith('Changes since'));
  return { code, lines, changes: start < 0 ? [] : lines.slice(start, -1) };
}

/** The changes as JSON. */
async function changesIn(directory: string, ...args: readonly string[]) {
  const { lines } = await run(directory, ...args, '--json', '-');
  return JSON.parse(lines[0] ?? '').changes;
}

describe('--base with a revision', () => {
  it.each([
    ['is given a count', '', 'count = 1', 'aws_iam_role.deploy[0]'],
    ['loses its count', 'count = 1', '', 'aws_iam_role.deploy'],
  ])('finds a role of Terraform again that %s', async (_, before, after, name) => {
    const directory = repository({ 'main.tf': terraformRole(before) }, { 'main.tf': terraformRole(after) });
    const { lines, changes } = await run(directory, 'main.tf', '--base', 'main');
    expect(changes).toEqual([expect.stringMatching(/: nothing|1 unchanged/)]);
    expect(lines.join('\n')).toContain(name);
  });

  it('prints what a change lets in and locks out, each with a token', async () => {
    const directory = repository(
      {
        'wider.json': policyFor(MAIN),
        'narrower.json': policyFor(ALL),
        'same.json': policyFor(MAIN),
        'gone.json': policyFor(MAIN),
      },
      {
        'wider.json': policyFor(ALL),
        'narrower.json': policyFor('repo:octo-org/octo-repo:environment:production'),
        'gone.json': undefined,
        'new.json': policyFor('repo:octo-org/other:pull_request'),
      },
    );
    const { changes } = await run(directory, '*.json', '--base', 'main');
    expect(changes).toEqual([
      expect.stringMatching(
        /^Changes since main \([0-9a-f]{12}\): 2 changed, 1 added, 1 removed, 1 unchanged\.$/,
      ),
      'narrower.json:1',
      '  - A pull request of octo-org/octo-repo does not get in any more.',
      '    sub: repo:octo-org/octo-repo:pull_request',
      expect.stringMatching(/^ {2}- The branch \S+ of octo-org\/octo-repo does not get in any more\.$/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:ref:refs/heads/'),
      expect.stringMatching(/^ {2}- The tag \S+ of octo-org\/octo-repo does not get in any more\.$/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:ref:refs/tags/'),
      expect.stringMatching(
        /^ {2}- The branch \S+ of octo-org\/octo-repo from an environment named \S+ does not/,
      ),
      expect.stringContaining('sub: repo:octo-org/octo-repo:environment:'),
      'new.json:1',
      '  + The role is new.',
      '  + A pull request of octo-org/other gets in now.',
      '    sub: repo:octo-org/other:pull_request',
      'wider.json:1',
      '  + A pull request of octo-org/octo-repo gets in now.',
      '    sub: repo:octo-org/octo-repo:pull_request',
      expect.stringMatching(/^ {2}\+ The branch \S+ of octo-org\/octo-repo gets in now\.$/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:ref:refs/heads/'),
      expect.stringMatching(/^ {2}\+ The tag \S+ of octo-org\/octo-repo gets in now\.$/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:ref:refs/tags/'),
      expect.stringMatching(/^ {2}\+ The branch \S+ of octo-org\/octo-repo from an environment named/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:environment:'),
      'gone.json:1',
      '  - The role is gone.',
      '  - The branch main of octo-org/octo-repo does not get in any more.',
      `    sub: ${MAIN}`,
    ]);
    expect(git(directory, 'status', '--porcelain').split('\n')).toHaveLength(4);
  });

  it('takes a token outside of what is intended for a warning, and others for notes', async () => {
    const directory = repository({}, { 'a.json': policyFor(MAIN), 'b.json': policyFor(ALL) });
    const { lines, code } = await run(
      directory,
      '*.json',
      '--base',
      'HEAD',
      '--repository',
      'octo-org/octo-repo',
    );
    const found = lines.filter((line) => line.includes('lets-in-more')).map((line) => line.slice(0, 60));
    expect(found).toEqual([
      'a.json:4:5: note lets-in-more: The branch main of octo-org/o',
      'b.json:4:5: warning lets-in-more: A pull request of octo-org',
      expect.stringMatching(/^b\.json:4:5: warning lets-in-more: The branch \S+ of octo/),
      expect.stringMatching(/^b\.json:4:5: warning lets-in-more: The tag \S+ of octo-org/),
      expect.stringMatching(/^b\.json:4:5: warning lets-in-more: The branch \S+ of octo/),
      'b.json:4:5: note lets-in-more: The branch main of octo-org/o',
    ]);
    expect(code).toBe(0);
  });

  it.each([
    ['warning', ALL, 1],
    ['error', ALL, 0],
    ['warning', 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main', 0],
  ])('with --fail-on %s and a role for %s exits with %i', async (failOn, sub, code) => {
    const ids = ['--owner-id', '65', '--repository-id', '74', '--repository', 'octo-org/octo-repo'];
    const directory = repository({}, { 'a.json': policyFor(sub) });
    expect((await run(directory, 'a.json', '--base', 'HEAD', '--fail-on', failOn, ...ids)).code).toBe(code);
  });

  it('reads another directory of the checkout, and leads out of it within the checkout', async () => {
    const directory = repository(
      { 'iam/a.json': policyFor(MAIN), 'b.json': policyFor(MAIN) },
      { 'iam/a.json': policyFor(ALL), 'b.json': policyFor(ALL) },
    );
    const { roles } = await changesIn(join(directory, 'iam'), '*.json', '../b.json', '--base', 'HEAD');
    expect(roles).toMatchObject([
      { file: 'a.json', change: 'changed' },
      { file: '../b.json', change: 'changed' },
    ]);
  });

  it('reads Terraform with the files beside it, as they were', async () => {
    const main = (variable: string): string => `resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "${PROVIDER}" }
      Condition = { StringEquals = { "${HOST}:sub" = "repo:octo-org/\${var.${variable}}:environment:production" } }
    }]
  })
}
`;
    const variables = (name: string): string => `variable "name" {\n  default = "${name}"\n}\n`;
    const directory = repository(
      { 'iam/main.tf': main('name'), 'iam/variables.tf': variables('one'), 'x.tfvars': '' },
      { 'iam/variables.tf': variables('two') },
    );
    const { roles } = await changesIn(directory, 'iam/*.tf', '--base', 'HEAD');
    expect(roles).toMatchObject([
      {
        file: 'iam/main.tf',
        role: 'aws_iam_role.this',
        letsIn: [{ answer: 'yes', witness: { repository: 'octo-org/two' } }],
        locksOut: [{ answer: 'yes', witness: { repository: 'octo-org/one' } }],
      },
    ]);
  });

  it('says nothing of a policy that only looks different', async () => {
    const unfolded = policyFor(MAIN);
    const directory = repository(
      { 'a.json': unfolded, 'b.json': unfolded, 'c.json': unfolded },
      {
        'a.json': unfolded.replaceAll('\n', '\r\n'),
        'b.json': JSON.stringify(JSON.parse(unfolded)),
        'c.json': unfolded.replace(MAIN, `${MAIN}`).replace('"2012-10-17"', '"2008-10-17"'),
      },
    );
    expect((await run(directory, '*.json', '--base', 'HEAD')).changes).toEqual([
      expect.stringMatching(/: 1 changed, 2 unchanged\.$/),
      'c.json:1',
      '  = The policy has changed, and lets in the same tokens.',
    ]);
  });

  it.each([
    ['--output=x', 'got "--output=x"; a directory or a Git revision is expected'],
    ['-x', 'got "-x"; a directory or a Git revision is expected'],
    ['', 'it is empty; a directory or a Git revision is expected'],
    ['a.json', '"a.json" is a file; a directory or a Git revision is expected'],
    ['HEAD~9', /^there is no directory and no Git revision "HEAD~9" here; .*fetch-depth: 0$/],
    ['HEAD^{tree}', /^there is no directory and no Git revision "HEAD\^\{tree\}" here/],
  ])('refuses %j', async (base, problem) => {
    const directory = repository({ 'a.json': policyFor(MAIN) }, {});
    const { code, lines } = await run(directory, 'a.json', `--base=${base}`);
    expect([code, lines]).toEqual([2, [expect.stringContaining('--base: ')]]);
    if (typeof problem === 'string') expect(lines).toEqual([`--base: ${problem}`]);
    else expect(lines[0]?.replace('--base: ', '')).toMatch(problem);
    expect(git(directory, 'status', '--porcelain')).toBe('');
  });

  it('needs a checkout, and Git', async () => {
    const directory = temporaryDirectory();
    write(directory, { 'a.json': policyFor(MAIN) });
    const outside = await run(directory, 'a.json', '--base', 'main');
    expect(outside.lines).toEqual([expect.stringMatching(/^--base: ".*" is not in a Git checkout$/)]);
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const terminal = { print, printError: print, now: () => 0, env: { PATH: directory } };
    expect(await runCommand(['a.json', '--base', 'main'], directory, terminal)).toBe(2);
    expect(lines).toEqual(['--base: the program git is not there']);
  });
});

describe('roles that have moved', () => {
  const template = (roles: Readonly<Record<string, string>>): string =>
    JSON.stringify({
      Resources: Object.fromEntries(
        Object.entries(roles).map(([name, sub]) => [
          name,
          {
            Type: 'AWS::IAM::Role',
            Properties: { AssumeRolePolicyDocument: JSON.parse(policyFor(sub)) },
          },
        ]),
      ),
    });

  it.each([
    [
      'to another file',
      { 'a.json': { Deploy: MAIN } },
      { 'b.json': { Deploy: ALL } },
      ['Deploy changed a.json'],
    ],
    ['without a change', { 'a.json': { Deploy: MAIN } }, { 'b.json': { Deploy: MAIN } }, []],
    [
      'to another name',
      { 'a.json': { Deploy: MAIN } },
      { 'a.json': { Release: MAIN } },
      ['Release added null', 'Deploy removed null'],
    ],
    [
      'with others of their name',
      { 'a.json': { Deploy: MAIN }, 'b.json': { Deploy: MAIN } },
      { 'c.json': { Deploy: MAIN }, 'd.json': { Deploy: MAIN } },
      ['Deploy added null', 'Deploy added null', 'Deploy removed null', 'Deploy removed null'],
    ],
    [
      'to another folder, with others of their name',
      { 'a/x.json': { Deploy: MAIN }, 'a/y.json': { Deploy: MAIN } },
      { 'b/x.json': { Deploy: ALL }, 'b/y.json': { Deploy: MAIN } },
      ['Deploy changed a/x.json'],
    ],
    [
      'while another of their name stays',
      { 'a.json': { Deploy: MAIN }, 'b.json': { Deploy: MAIN } },
      { 'a.json': { Deploy: MAIN }, 'b.json': {}, 'c.json': { Deploy: ALL } },
      ['Deploy changed b.json'],
    ],
  ])('%s are found again where only one can be meant', async (_, before, after, expected) => {
    const texts = (files: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>): Files =>
      Object.fromEntries(Object.entries(files).map(([path, roles]) => [path, roles && template(roles)]));
    const gone = Object.fromEntries(Object.keys(before).map((path) => [path, undefined]));
    const directory = repository(texts(before), texts({ ...gone, ...after }));
    const { roles } = await changesIn(directory, '**/*.json', '--base', 'HEAD');
    expect(
      roles.map(({ role, change, from }: Record<string, unknown>) => `${role} ${change} ${from}`),
    ).toEqual(expected);
  });
});

describe('what is not known', () => {
  it('is said of a file that cannot be read on one side', async () => {
    const directory = repository(
      { 'was.json': '{', 'is.json': policyFor(MAIN), 'never.json': '{' },
      { 'was.json': policyFor(MAIN), 'is.json': '[' },
    );
    const { changes } = await run(directory, '*.json', '--base', 'HEAD');
    expect(changes).toEqual([
      expect.stringMatching(/: 3 unknown\.$/),
      'was.json:1',
      expect.stringMatching(/^ {2}\? It is not known who could assume this role before: /),
      expect.stringMatching(/^is\.json:1$/),
      expect.stringMatching(/^ {2}\? It is not known who can assume this role now: /),
      expect.stringMatching(/^never\.json:1$/),
      expect.stringMatching(/^ {2}\? It is not known who can assume this role now: /),
    ]);
  });

  it('is not said of a file that has no role any more', async () => {
    const directory = repository(
      {
        'main.tf': `resource "aws_iam_role" "x" {\n  assume_role_policy = ${JSON.stringify(policyFor(MAIN))}\n}\n`,
      },
      { 'main.tf': '', 'other.tf': '' },
    );
    const { roles } = await changesIn(directory, 'main.tf', 'other.tf', '--base', 'HEAD');
    expect(roles).toMatchObject([{ file: 'main.tf', role: 'aws_iam_role.x', change: 'removed' }]);
  });

  it('is said of files that are too large in the base', async () => {
    const directory = repository({}, {});
    const file = join(directory, 'a.json');
    writeFileSync(file, '');
    truncateSync(file, 50_000_001);
    git(directory, 'snapshot', '--message=large');
    writeFileSync(file, policyFor(MAIN));
    const { roles } = await changesIn(directory, 'a.json', '--base', 'HEAD');
    expect(roles).toMatchObject([
      {
        change: 'unknown',
        letsIn: [{ because: expect.stringContaining('a.json has more than 50000000 bytes') }],
      },
    ]);
  });

  it('is said of files outside of the checkout, and in a submodule', async () => {
    const [inner, directory] = [repository({ 'b.json': policyFor(MAIN) }, {}), temporaryDirectory()];
    repository({ 'x.json': policyFor(MAIN) }, {}, join(directory));
    git(directory, 'submodule', '--quiet', 'add', inner, 'sub');
    git(directory, 'commit', '--quiet', '--message=submodule');
    const { roles } = await changesIn(directory, 'sub/b.json', join(inner, 'b.json'), '--base', 'HEAD');
    expect(roles.map(({ letsIn }: { letsIn: { because: string }[] }) => letsIn[0]?.because)).toEqual([
      'It is not known who could assume this role before: it is in a submodule.',
      'It is not known who could assume this role before: it is outside of the checkout.',
    ]);
  });

  it('is said of what a sparse checkout may leave out', async () => {
    const directory = repository(
      { 'a.json': policyFor(MAIN), 'b.json': policyFor(MAIN) },
      { 'b.json': undefined },
    );
    git(directory, 'config', 'core.sparseCheckout', 'true');
    const { roles } = await changesIn(directory, '*.json', '--base', 'HEAD');
    expect(roles).toMatchObject([
      {
        file: 'b.json',
        change: 'unknown',
        letsIn: [{ because: expect.stringContaining('the checkout is sparse') }],
      },
    ]);
  });

  it('is said of principals without a token of GitHub', async () => {
    const both = { Federated: PROVIDER, AWS: 'arn:aws:iam::444455556666:role/build' };
    const directory = repository({ 'a.json': policyFor(MAIN) }, { 'a.json': policyFor(MAIN, both) });
    expect((await run(directory, 'a.json', '--base', 'HEAD')).changes.slice(1)).toEqual([
      'a.json:1',
      '  ? Statements about "AWS arn:aws:iam::444455556666:role/build" have changed; only tokens of GitHub are compared.',
    ]);
  });

  it('is said of a value that only a deployment tells', async () => {
    const directory = repository(
      { 'a.json': policyFor(MAIN) },
      { 'a.json': policyFor(`repo:octo-org/${variable('REPOSITORY')}:ref:refs/heads/main`) },
    );
    const { roles } = await changesIn(directory, 'a.json', '--base', 'HEAD');
    expect(roles).toMatchObject([{ change: 'changed', letsIn: [{ answer: 'unknown', witness: null }] }]);
  });
});

describe('a partial clone', () => {
  it('is said to lack what has not been fetched, and the rest is compared', async () => {
    const origin = repository({ 'a.json': policyFor(MAIN), 'b.json': policyFor(MAIN), 'c.tf': '' }, {});
    git(origin, 'config', 'uploadpack.allowFilter', 'true');
    const clone = join(temporaryDirectory(), 'clone');
    git(origin, 'clone', '--quiet', '--no-checkout', '--filter=blob:none', `file://${origin}`, clone);
    symlinkSync('a.json', join(origin, 'link.json'));
    // The same text is the same object, so that each needs one of its own.
    write(origin, { 'a.json': policyFor(`${MAIN}-1`), 'b.json': policyFor(`${MAIN}-2`) });
    git(origin, 'snapshot', '--message=after');
    git(clone, 'fetch', '--quiet');
    git(clone, 'checkout', '--quiet', 'origin/main', '--', 'a.json');
    write(clone, { 'a.json': policyFor(ALL), 'b.json': policyFor(ALL), 'link.json': policyFor(ALL) });
    const { roles } = await changesIn(clone, 'a.json', 'b.json', 'link.json', '--base', 'origin/main');
    expect(roles).toMatchObject([
      { file: 'a.json', change: 'changed' },
      {
        file: 'b.json',
        change: 'unknown',
        letsIn: [{ because: expect.stringContaining('it has not been fetched') }],
      },
      {
        file: 'link.json',
        change: 'unknown',
        letsIn: [{ because: expect.stringContaining('behind a link') }],
      },
    ]);
  });
});

describe('links in a commit', () => {
  it('are followed within it', async () => {
    const directory = repository({ 'real/a.json': policyFor(MAIN) }, {});
    symlinkSync('real', join(directory, 'linked'));
    symlinkSync('real/a.json', join(directory, 'one.json'));
    symlinkSync('/etc/passwd', join(directory, 'out.json'));
    symlinkSync('round.json', join(directory, 'round.json'));
    symlinkSync('../../x', join(directory, 'up.json'));
    git(directory, 'snapshot', '--message=links');
    write(directory, { 'real/a.json': policyFor(ALL) });
    for (const name of ['out.json', 'up.json', 'round.json']) rmSync(join(directory, name));
    write(directory, { 'out.json': policyFor(MAIN) });
    const { roles } = await changesIn(directory, '*.json', 'linked/a.json', '--base', 'HEAD');
    expect(roles).toMatchObject([
      { file: 'one.json', change: 'changed' },
      { file: 'out.json', change: 'unknown' },
      { file: 'linked/a.json', change: 'changed' },
    ]);
  });
});

describe('--base with a directory', () => {
  it('compares with the same paths in it, and tests none of its files', async () => {
    const directory = temporaryDirectory();
    write(directory, {
      'iam/a.json': policyFor(ALL),
      'before/iam/a.json': policyFor(MAIN),
      'before/iam/b.json': policyFor(MAIN),
    });
    const { changes, lines } = await run(directory, '**/*.json', '--base', 'before');
    expect(changes[0]).toBe('Changes since before: 1 changed, 1 removed.');
    expect(lines.at(-1)).toMatch(/^1 trust policy/);
    const outside = temporaryDirectory();
    write(outside, { 'c.json': policyFor(MAIN) });
    const { roles } = await changesIn(directory, join(outside, 'c.json'), '--base', 'before');
    expect(roles).toMatchObject([
      { change: 'unknown', letsIn: [{ because: expect.stringContaining('it is outside of the directory') }] },
    ]);
  });
});

describe('the action', () => {
  async function action(
    directory: string,
    inputs: Readonly<Record<string, string>>,
    env: Readonly<Record<string, string>> = {},
  ) {
    const { PATH = '' } = process.env;
    const all = { ...inputVariables(inputs), GITHUB_WORKSPACE: directory, PATH, ...env };
    const recorded = recordedRunner(all);
    let message: string | undefined;
    try {
      await runCheck(recorded.runner, () => performance.now());
    } catch (thrown) {
      ({ message } = toActionError(thrown));
    }
    const changes = recorded.entries('output')['changes'];
    return { ...recorded, message, changes: changes === undefined ? undefined : JSON.parse(changes) };
  }

  const PULL = { GITHUB_BASE_REF: 'main', GITHUB_REF: 'refs/pull/1/merge' };

  /** With a pull request on its way into main. */
  let origin = '';

  beforeAll(() => {
    const directory = repository({ 'a.json': policyFor(MAIN) }, {});
    git(directory, 'checkout', '--quiet', '-b', 'topic');
    write(directory, { 'a.json': policyFor(ALL) });
    git(directory, 'commit', '--quiet', '--all', '--message=topic');
    git(directory, 'checkout', '--quiet', 'main');
    write(directory, { 'other.json': policyFor(MAIN) });
    git(directory, 'snapshot', '--message=main');
    git(directory, 'checkout', '--quiet', '--detach');
    git(directory, 'merge', '--quiet', '--no-edit', 'topic');
    git(directory, 'branch', 'merged');
    origin = directory;
  });

  /** What actions/checkout makes of it. */
  function pullRequest(...cloneOptions: readonly string[]): string {
    const clone = join(temporaryDirectory(), 'clone');
    git(origin, 'clone', '--quiet', '--branch=merged', ...cloneOptions, `file://${origin}`, clone);
    return clone;
  }

  it.each([
    ['has all commits', []],
    ['has the last two', ['--depth=2', '--single-branch']],
  ])('compares with the base of a pull request where the checkout %s', async (_, options) => {
    const clone = pullRequest(...options);
    const sha = { GITHUB_SHA: git(clone, 'rev-parse', 'HEAD') };
    const { changes, commands } = await action(clone, { policy: '*.json' }, { ...PULL, ...sha });
    expect(changes).toMatchObject({ base: expect.stringMatching(/^main \(/), unchanged: 1 });
    expect(changes.roles).toMatchObject([{ file: 'a.json', change: 'changed' }]);
    expect(commands()).toContainEqual(
      expect.objectContaining({
        command: 'warning',
        properties: { file: 'a.json', line: '4', col: '5', title: 'lets-in-more' },
        data: expect.stringMatching(/^A pull request of octo-org\/octo-repo gets in now\. Its token: \{/),
      }),
    );
  });

  it.each<[string, Record<string, string>]>([
    ['a branch', { GITHUB_REF: 'refs/heads/merged' }],
    ['a branch with such a name', { GITHUB_REF: 'refs/heads/refs/pull/1/merge' }],
    ['a part of one', { GITHUB_REF: 'refs/pull/1/merge/x' }],
    ['its head', { GITHUB_REF: 'refs/pull/1/head' }],
    ['one without a number', { GITHUB_REF: 'refs/pull//merge' }],
    ['nothing', { GITHUB_REF: '' }],
    ['another commit', { GITHUB_SHA: '0'.repeat(40) }],
  ])('takes no parent for the base of a pull request where the run is for %s', async (_, env) => {
    const clone = pullRequest('--depth=2', '--single-branch');
    const sha = { GITHUB_SHA: git(clone, 'rev-parse', 'HEAD') };
    const { changes, log } = await action(clone, { policy: '*.json' }, { ...PULL, ...sha, ...env });
    expect(changes).toBeNull();
    expect(log().join('\n')).toContain('"main" is not in the checkout, which needs fetch-depth: 0.');
  });

  it('says in one line why there is nothing to compare with', async () => {
    const shallow = await action(pullRequest('--depth=1', '--single-branch'), { policy: '*.json' }, PULL);
    expect([shallow.message, shallow.changes]).toEqual([undefined, null]);
    expect(shallow.log().filter((line) => line.includes('not compared'))).toEqual([
      'The policies are not compared with the base of the pull request: "main" is not in the checkout, which needs fetch-depth: 0.',
    ]);
    const directory = temporaryDirectory();
    write(directory, { 'a.json': policyFor(MAIN) });
    const without = await action(directory, { policy: 'a.json' }, PULL);
    expect([without.message, without.changes]).toEqual([undefined, null]);
    expect(without.log().join('\n')).toContain('is not in a Git checkout.');
    const pushed = await action(directory, { policy: 'a.json' });
    expect(pushed.log().join('\n')).not.toContain('not compared');
  });

  it('refuses a base for a policy that is a text', async () => {
    const { message } = await action(temporaryDirectory(), { policy: policyFor(MAIN), base: 'main' });
    expect(message).toBe('base: policy is a text, so there are no files to compare.');
    expect((await action(temporaryDirectory(), { policy: policyFor(MAIN) }, PULL)).message).toBeUndefined();
  });

  it('shows the changes in the summary and as SARIF', async () => {
    const directory = repository(
      { 'a.json': policyFor(MAIN) },
      { 'a.json': policyFor(ALL), 'summary.md': '' },
    );
    const page = join(directory, 'summary.md');
    process.env['GITHUB_STEP_SUMMARY'] = page;
    const inputs = { policy: 'a.json', base: 'HEAD', sarif: 'out.sarif', 'fail-on': 'warning' };
    const { message } = await action(directory, inputs, { GITHUB_STEP_SUMMARY: page });
    delete process.env['GITHUB_STEP_SUMMARY'];
    const { readFileSync } = await import('node:fs');
    const text = rendered(readFileSync(page, 'utf8'));
    expect(text).toMatch(/#### Changes since HEAD \([0-9a-f]{12}\)\n\n\| {2}\| Role \| What \|\n/);
    expect(text).toMatch(
      /\| ➕ \| a\.json:1 \| A pull request of octo-org\/octo-repo gets in now\. Its token: /,
    );
    const [{ results }] = JSON.parse(readFileSync(join(directory, 'out.sarif'), 'utf8')).runs;
    const rules = results.map(({ ruleId, level }: Record<string, unknown>) => `${ruleId} ${level}`);
    expect(rules).toContain('lets-in-more warning');
    expect(message).toMatch(/^Trust policy check failed: \d+ warnings\.$/);
  });
});
