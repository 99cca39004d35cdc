import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCommand } from '../../src/check-trust/command.js';
import { REGIONS } from '../../src/core/regions.js';
import { runRewrite } from '../../src/rewrite-uses/command.js';
import { stsEndpoint } from '../../src/sts/endpoint.js';
import { temporaryDirectory } from '../support/files.js';
import { nameIn, page, ROOT, tableRows } from '../support/pages.js';
import { REPOSITORY, usesOf } from '../support/repository.js';

const fencesOf = (path: string, language: string): readonly string[] =>
  page(path)
    .fences.filter((fence) => fence.language === language)
    .map(({ text }) => text);

/** A directory with these files. */
function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** What a command of a page prints, without the shell's quotes. */
async function printed(command: string, directory: string) {
  const words = command.replaceAll("'", '').split(' ');
  const args = words.slice(words.findIndex((word) => /^(check-trust|rewrite-uses|--)$/.test(word)) + 1);
  if (args[0] === '--') args.shift();
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const code = await runCommand(args, directory, { print, printError: print, now: () => 0 });
  return { code, lines };
}

describe('docs/rewrite-uses.md', () => {
  const path = 'docs/rewrite-uses.md';
  const [workflow = ''] = fencesOf(path, 'yaml');

  it('shows the patch and the report as they are printed', async () => {
    const directory = directoryWith({ '.github/workflows/deploy.yml': `${workflow}\n` });
    const output: string[] = [];
    const errors: string[] = [];
    const terminal = {
      print: (text: string) => void output.push(text),
      printError: (line: string) => void errors.push(line),
      published: usesOf(),
    };
    expect(await runRewrite([], directory, terminal)).toBe(1);
    expect(output.join('')).toBe(`${fencesOf(path, 'diff')[0]}\n`);
    expect(errors.join('\n')).toBe(fencesOf(path, 'text')[0]);
  });

  it('has every option of the command', async () => {
    const usage: string[] = [];
    await runRewrite(['--help'], '.', {
      print: (text) => void usage.push(text),
      printError: () => {},
      published: '',
    });
    const options = [...usage.join('').matchAll(/^ {2}(--\w+)/gm)].map(([, name]) => name);
    const rows = page(path).text.matchAll(/^\| `(--\w+)` \|/gm);
    expect([...rows].map(([, name]) => name).sort()).toEqual([...options].sort());
  });

  it('changes many repositories with a loop that opens a pull request for each that changes', () => {
    const loop = fencesOf(path, 'sh').at(-1) ?? '';
    const directory = temporaryDirectory();
    const bin = join(directory, 'bin');
    mkdirSync(bin);
    const script = (name: string, text: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o700);
    };
    // A repository `a` with something to change, `b` with nothing, `c` that cannot be cloned.
    script(
      'gh',
      `case "$1 $2" in
        "repo list") echo octo-org/a; echo octo-org/b; echo octo-org/c;;
        "repo clone") [ "$3" = octo-org/c ] && exit 1; echo "clone $3" >> "${directory}/log"; mkdir "$4"; echo "$3" > "$4/name";;
        "pr create") echo "pr of $(cat name): $(cat ../report.txt)" >> "${directory}/log";;
      esac`,
    );
    script('npx', 'echo "$@" >&2');
    script('git', `[ "$1" != diff ] || [ "$(cat name)" = octo-org/b ]`);
    const env = { PATH: `${bin}:${process.env['PATH']}` };
    const { status, stderr } = spawnSync('bash', ['--norc', '-c', loop], {
      cwd: directory,
      env,
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([expect.any(Number), '']);
    expect(readFileSync(join(directory, 'log'), 'utf8').trim().split('\n')).toEqual([
      'clone octo-org/a',
      `pr of octo-org/a: github:${REPOSITORY.slug} rewrite-uses --write`,
      'clone octo-org/b',
    ]);
    expect(readdirSync(directory).sort()).toEqual(['bin', 'log', 'report.txt']);
  });
});

describe('docs/egress.md', () => {
  const rows = tableRows(page('docs/egress.md'), 'STS').map((cells) => cells.map(nameIn));

  it.each([...REGIONS].filter((region) => !region.includes('global')))(
    'has the hosts of STS for %s',
    (region) => {
      const named = rows.find(
        ([regions = '']) => regions.endsWith('*') && region.startsWith(regions.slice(0, -1)),
      );
      const [, ...hosts] = named ?? rows[0] ?? [];
      const hostOf = (useFips: boolean, useDualstack: boolean): string =>
        stsEndpoint({ region, endpoint: undefined, useFips, useDualstack }).host;
      expect(hosts.map((host) => host.replace('REGION', region))).toEqual([
        hostOf(false, false),
        hostOf(true, false),
        hostOf(false, true),
      ]);
    },
  );

  it('has a row that some Region needs, and no other', () => {
    const unused = rows
      .slice(1)
      .filter(([regions = '']) => ![...REGIONS].some((one) => one.startsWith(regions.slice(0, -1))));
    expect(unused).toEqual([]);
    expect(page('docs/egress.md').text).toContain(
      `\`aws-global\` is \`${stsEndpoint({ region: 'aws-global', endpoint: undefined, useFips: false, useDualstack: false }).host}\``,
    );
  });

  it('names every host that the sources can call', () => {
    const source = join(ROOT, 'src');
    const code = readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) =>
        readFileSync(join(source, path), 'utf8')
          .replace(/\/\*[\s\S]*?\*\//g, '')
          .replace(/^\s*\/\/.*$/gm, ''),
      );
    // What is in quotes and goes on with a Region or ends there is an address; others are texts, keys and issuers.
    const built = code.flatMap((text) => [
      ...text.matchAll(/`https:\/\/([\w-]+)[^`]*\.\$\{region\}\.[^`]*`/g),
    ]);
    expect(built.map(([, service]) => service).sort()).toEqual(['cognito-identity', 'sts']);
    const [, ...hosts] =
      page('docs/egress.md')
        .text.split('## STS')[0]
        ?.match(/`(?:sts|cognito-identity)\.REGION[^`]*`/g) ?? [];
    expect(hosts).toEqual(['`cognito-identity.REGION.amazonaws.com`']);
  });
});

describe('docs/subjects.md', () => {
  it('shows what check-trust says of a property of repositories', async () => {
    const [policy = ''] = fencesOf('docs/subjects.md', 'json');
    const directory = directoryWith({ 'payments.json': policy });
    const { code, lines } = await printed(fencesOf('docs/subjects.md', 'sh').at(-1) ?? '', directory);
    expect(code).toBe(0);
    const shown = fencesOf('docs/subjects.md', 'text')[0]?.split('\n') ?? [];
    expect(shown.length).toBeGreaterThan(3);
    expect(lines).toEqual(expect.arrayContaining(shown));
  });
});

describe('docs/rollout.md', () => {
  const commands = fencesOf('docs/rollout.md', 'sh');

  it('makes an inventory of all accounts', async () => {
    const role = (account: string, sub: string): object => ({
      RoleName: 'deploy',
      Arn: `arn:aws:iam::${account}:role/deploy`,
      AssumeRolePolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: {
              Federated: `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
            },
            Action: 'sts:AssumeRoleWithWebIdentity',
            Condition: {
              StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' },
              StringLike: { 'token.actions.githubusercontent.com:sub': sub },
            },
          },
        ],
      },
    });
    const inventory = (account: string, sub: string): string =>
      JSON.stringify({ RoleDetailList: [role(account, sub)] });
    const directory = directoryWith({
      'inventory/111122223333.json': inventory(
        '111122223333',
        'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
      ),
      'inventory/444455556666.json': inventory('444455556666', 'repo:*:ref:refs/heads/main'),
    });
    const asking =
      commands.find((command) => command.startsWith('npx') && command.includes('inventory')) ?? '';
    const { code, lines } = await printed(asking, directory);
    expect(code).toBe(0);
    const report = JSON.parse(readFileSync(join(directory, 'inventory.json'), 'utf8'));
    const strangers = report.roles.map(
      ({ role: name, reach }: { role: string; reach: readonly object[] }) => [
        name,
        reach.find((one) => 'question' in one && one.question === 'other-owner'),
      ],
    );
    expect(strangers).toEqual([
      ['arn:aws:iam::111122223333:role/deploy', expect.objectContaining({ answer: 'no' })],
      ['arn:aws:iam::444455556666:role/deploy', expect.objectContaining({ answer: 'yes' })],
    ]);
    expect(lines.join('\n')).toContain('arn:aws:iam::444455556666:role/deploy');
  });

  it('deploys a template that exists, and gives commands that the shell can read', () => {
    const scripts = ['rollout', 'rewrite-uses', 'subjects'].flatMap((name) =>
      fencesOf(`docs/${name}.md`, 'sh'),
    );
    for (const script of scripts) {
      const { status, stderr } = spawnSync('bash', ['--norc', '-n'], { input: script, encoding: 'utf8' });
      expect([status, stderr]).toEqual([0, '']);
    }
    const [, template = ''] = /file:\/\/(\S+)/.exec(commands.join('\n')) ?? [];
    expect(readFileSync(join(ROOT, template), 'utf8')).toContain('AWS::IAM::OIDCProvider');
  });
});

test('docs/requirements.md names the Node of action.yml and of package.json', () => {
  const { text } = page('docs/requirements.md');
  const [, node] = /using: node(\d+)/.exec(readFileSync(join(ROOT, 'action.yml'), 'utf8')) ?? [];
  const { engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(text).toContain(`the first with Node ${node}.`);
  expect(text).toContain(`\`using: node${node} is not supported\``);
  expect(`>=${/\| Node (\d+) \|/.exec(text)?.[1]}`).toBe(engines.node);
});
