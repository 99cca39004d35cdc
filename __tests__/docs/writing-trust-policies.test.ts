import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { runCommand } from '../../src/check-trust/command.js';
import { temporaryDirectory } from '../support/files.js';
import { nameIn, page, ROOT, tableRows } from '../support/pages.js';
import { REPOSITORY } from '../support/repository.js';

const writing = page('docs/writing-trust-policies.md');
const [suggest, policy, refused, refusal, old, migrate, patch] = writing.fences;

/** Runs the last line of an example, which is `npx github:… check-trust …`. */
async function run(example = '', files: Readonly<Record<string, string>> = {}) {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
  const [npx, source, command, ...args] = (example.split('\n').at(-1) ?? '').split(' ');
  expect([npx, source, command]).toEqual(['npx', `github:${REPOSITORY.slug}`, 'check-trust']);
  const lines: string[] = [];
  const errors: string[] = [];
  const terminal = {
    print: (line: string) => void lines.push(line),
    printError: (line: string) => void errors.push(line),
    now: () => 0,
  };
  const code = await runCommand(args, directory, terminal);
  return { code, output: lines.join('\n'), errors: errors.join('\n') };
}

test('the policy for a repository is printed as it stands there', async () => {
  expect(await run(suggest?.text)).toEqual({ code: 0, output: policy?.text, errors: '' });
});

test('the refusal is printed as it stands there', async () => {
  expect(await run(refused?.text)).toEqual({ code: 2, output: '', errors: refusal?.text });
});

test('the patch for immutable subjects is printed as it stands there', async () => {
  const ids = JSON.stringify({
    id: 74,
    full_name: 'octo-org/octo-repo',
    owner: { login: 'octo-org', id: 65 },
  });
  const files = { 'ids.json': ids, 'deploy.trust.json': `${old?.text}\n` };
  expect(await run(migrate?.text, files)).toEqual({ code: 0, output: patch?.text, errors: '' });
});

test('every format has its row', async () => {
  const { errors } = await run(
    `npx github:${REPOSITORY.slug} check-trust --suggest --repository a/b --format x`,
  );
  const names = tableRows(writing, 'For a repository').map(([name = '']) => nameIn(name.split(' ')[0]));
  expect(errors).toBe(`--format: got "x"; allowed: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}`);
});

test('the hook of docs/check-trust.md exists, and starts the command', () => {
  const [hook, ...others] = parse(readFileSync(join(ROOT, '.pre-commit-hooks.yaml'), 'utf8'));
  const example = page('docs/check-trust.md').fences.find(({ text }) => text.startsWith('repos:'));
  const [repository] = parse(example?.text ?? '').repos;
  expect(others).toEqual([]);
  expect(repository.hooks.map(({ id }: { id: string }) => id)).toEqual([hook.id]);
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(Object.keys(bin)).toContain(hook.entry.split(' ')[0]);
  expect(hook.entry.split(' ').slice(1)).toEqual(['check-trust']);
  expect(repository.rev).toMatch(/^v\d+\.\d+\.\d+$/);
});
