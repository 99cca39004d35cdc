import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runRewrite, USAGE } from '../../../src/rewrite-uses/command.js';
import { replaceText } from '../../../src/rewrite-uses/files.js';
import { publishedReference } from '../../../src/rewrite-uses/published.js';
import { filesBelow, modeOf, temporaryDirectory } from '../../support/files.js';
import { ROOT } from '../../support/pages.js';
import { usesOf } from '../../support/repository.js';

const THEIRS = 'aws-actions/configure-aws-credentials';
const DEPLOY = '.github/workflows/deploy.yml';
const uses = (action: string): string => `on: push\njobs:\n  a:\n    steps:\n      - uses: ${action}\n`;

/** A repository with these files. */
function repository(files: Readonly<Record<string, string | Uint8Array>>): string {
  const directory = temporaryDirectory();
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

async function run(
  directory: string,
  args: readonly string[] = [],
  published: string | undefined = usesOf(),
) {
  const output: string[] = [];
  const errors: string[] = [];
  const code = await runRewrite(args, directory, {
    print: (text) => void output.push(text),
    printError: (line) => void errors.push(line),
    published,
  });
  return { code, output: output.join(''), errors };
}

describe('rewrite-uses', () => {
  it('prints a patch that git applies, and changes nothing', async () => {
    const before = { [DEPLOY]: uses(`${THEIRS}@v6`), 'action.yml': 'runs: {using: node24}\n' };
    const directory = repository(before);
    const { code, output, errors } = await run(directory);
    expect([code, errors]).toEqual([0, ['1 step in 1 file to change; 0 warnings, 0 notes.']]);
    expect(filesBelow(directory)).toEqual(before);
    const { status } = spawnSync('git', ['apply'], { cwd: directory, input: output });
    expect([status, filesBelow(directory)]).toEqual([0, { ...before, [DEPLOY]: uses(usesOf()) }]);
  });

  it('writes, once and for all, and goes back', async () => {
    const directory = repository({ [DEPLOY]: uses(`${THEIRS}@v6`), '.github/x.yaml': 'a: 1\n' });
    chmodSync(join(directory, DEPLOY), 0o640);
    expect(await run(directory, ['--write'])).toEqual({
      code: 0,
      output: '',
      errors: ['1 step in 1 file changed; 0 warnings, 0 notes.'],
    });
    expect(filesBelow(directory)).toEqual({ [DEPLOY]: uses(usesOf()), '.github/x.yaml': 'a: 1\n' });
    expect(modeOf(join(directory, DEPLOY))).toBe('0640');
    expect((await run(directory, ['--write'])).errors).toEqual([
      '0 steps in 0 files changed; 0 warnings, 0 notes.',
    ]);
    expect((await run(directory, ['--write', '--back'])).code).toBe(0);
    expect(readFileSync(join(directory, DEPLOY), 'utf8')).toBe(uses(`${THEIRS}@v6`));
  });

  it('takes other actions in --from and --to', async () => {
    const directory = repository({ [DEPLOY]: uses('mirror/aws-login@v4') });
    await run(directory, [
      '--write',
      '--from',
      'mirror/aws-login',
      '--to',
      'mirror/assume@abc # v1.0.0',
      DEPLOY,
    ]);
    expect(readFileSync(join(directory, DEPLOY), 'utf8')).toBe(uses('mirror/assume@abc # v1.0.0'));
  });

  it('exits with 1 if something needs a look, and says where', async () => {
    const directory = repository({ [DEPLOY]: uses(`${THEIRS}@v2`) });
    const { code, errors } = await run(directory);
    expect([code, errors.at(-1)]).toEqual([1, '1 step in 1 file to change; 1 warning, 0 notes.']);
    expect(errors[0]).toMatch(/^\.github\/workflows\/deploy\.yml:5: warning: before version 3/);
  });

  it.each([
    ['an option that there is not', ['--wirte'], /--wirte/],
    ['no reference', ['--to', 'main'], /^--to: got "main"; allowed: OWNER\/NAME@REF/],
    ['a reference that YAML would read otherwise', ['--to', 'a/b@c: d'], /^--to: got/],
    ['a reference of several lines', ['--to', 'a/b@c # d\ne'], /^--to: got/],
    ['no action', ['--from', 'a'], /^--from: got "a"; allowed: OWNER\/NAME/],
    ['the same action', ['--to', `${THEIRS.toUpperCase()}@v6`], /is the action to be replaced/],
    ['a path to nothing', ['none.yml'], /"none\.yml" is not a file or folder/],
  ])('refuses %s', async (_, args, message) => {
    const directory = repository({ [DEPLOY]: uses(`${THEIRS}@v6`) });
    const { code, output, errors } = await run(directory, ['--write', ...args]);
    expect([code, output, errors]).toEqual([2, '', [expect.stringMatching(message)]]);
    expect(readFileSync(join(directory, DEPLOY), 'utf8')).toBe(uses(`${THEIRS}@v6`));
  });

  it('needs to know where this action is published, and a folder with workflows', async () => {
    expect((await run(temporaryDirectory())).errors).toEqual([
      'there is no .github here and no action.yml; give paths',
    ]);
    expect((await run('.', [], '')).errors).toEqual([expect.stringMatching(/^--to: got ""/)]);
    const nowhere = publishedReference(join(temporaryDirectory(), 'package.json'));
    const output: string[] = [];
    const terminal = {
      print: () => {},
      printError: (line: string) => void output.push(line),
      published: nowhere,
    };
    expect(await runRewrite([], '.', terminal)).toBe(2);
    expect(await runRewrite(['--back'], '.', terminal)).toBe(2);
    expect(output).toEqual(['--to: OWNER/NAME@REF is required', '--from: OWNER/NAME is required']);
    expect(publishedReference(join(ROOT, 'package.json'))).toBe(usesOf());
    expect(publishedReference(join(repository({ p: '[]' }), 'p'))).toBeUndefined();
    expect(publishedReference(join(repository({ p: '{"repository": {"url": "x"}}' }), 'p'))).toBeUndefined();
  });

  it('prints its usage', async () => {
    expect(await run('.', ['--help'])).toEqual({ code: 0, output: `${USAGE}\n`, errors: [] });
  });

  it('reads every other file where one cannot be read', async () => {
    const directory = repository({
      [DEPLOY]: uses(`${THEIRS}@v6`),
      '.github/latin.yml': Buffer.from(`# \xe9 ${THEIRS}`, 'latin1'),
      '.github/long.yml': `# ${THEIRS}\n${'#'.repeat(1_048_577)}`,
      '.github/other.yml': Buffer.from('# \xe9', 'latin1'),
    });
    const { code, errors } = await run(directory, ['--write']);
    expect([code, errors]).toEqual([
      2,
      [
        '".github/latin.yml" is not UTF-8',
        '".github/long.yml" has more than 1048576 bytes',
        '1 step in 1 file changed; 0 warnings, 0 notes.',
      ],
    ]);
  });

  it('follows no links, and reads no dependencies', async () => {
    const text = uses(`${THEIRS}@v6`);
    const directory = repository({ 'elsewhere/a.yml': text, '.github/node_modules/b.yml': text });
    symlinkSync(join(directory, 'elsewhere'), join(directory, '.github/linked'));
    symlinkSync(join(directory, 'elsewhere/a.yml'), join(directory, '.github/a.yml'));
    expect((await run(directory, ['--write'])).errors).toEqual([
      '0 steps in 0 files changed; 0 warnings, 0 notes.',
    ]);
    expect((await run(directory, ['.github/a.yml'])).errors).toEqual([
      '".github/a.yml" is not a file or folder',
    ]);
  });

  it('leaves a file that has changed since it was read, and nothing beside it', () => {
    const directory = repository({ 'a.yml': 'new' });
    expect(() => replaceText(directory, 'a.yml', 'old', 'mine')).toThrow('"a.yml" has changed meanwhile');
    expect(() => replaceText(directory, 'none/a.yml', 'old', 'mine')).toThrow(
      '"none/a.yml" cannot be written',
    );
    expect(filesBelow(directory)).toEqual({ 'a.yml': 'new' });
    expect(existsSync(join(directory, 'none'))).toBe(false);
  });
});
