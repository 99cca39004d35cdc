import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../src/check-trust/command.js';
import { REACH_INPUTS } from '../../src/check-trust/home.js';
import { QUESTIONS } from '../../src/trust/reach/question.js';
import { temporaryDirectory } from '../support/files.js';
import { nameIn, page, tableRows } from '../support/pages.js';

const reach = page('docs/reach.md');
const [
  policy,
  command,
  output,
  ,
  expectations,
  expecting,
  held,
  comparing,
  changes,
  workflow,
  jobsCommand,
  jobs,
] = reach.fences;

/** Runs a command of the page in a directory of its own, and gives what it prints. */
async function printed(text: string | undefined, files: Readonly<Record<string, string | undefined>>) {
  const directory = temporaryDirectory();
  mkdirSync(join(directory, 'before'));
  for (const [path, content] of Object.entries(files)) writeFileSync(join(directory, path), content ?? '');
  const [, , , , ...args] = (text ?? '').split(' ');
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  await runCommand(args, directory, { print, printError: print, now: () => 0 });
  return lines;
}

test('the expectations of docs/reach.md are held as it says', async () => {
  const files = { 'deploy.trust.json': policy?.text, 'expectations.yml': expectations?.text };
  const lines = await printed(expecting?.text, files);
  expect(lines.filter((line) => line.includes('(item 1)'))).toEqual(held?.text.split('\n'));
});

test('the comparison of docs/reach.md prints what it says', async () => {
  const now = policy?.text ?? '';
  const before = now.replace('octo-*', 'octo-repo@74');
  const lines = await printed(comparing?.text, {
    'deploy.trust.json': now,
    'before/deploy.trust.json': before,
  });
  const start = lines.findIndex((line) => line.startsWith('Changes since'));
  expect(lines.slice(start, -1)).toEqual(changes?.text.split('\n'));
});

test('the example of docs/reach.md prints what it says', async () => {
  const directory = temporaryDirectory();
  const [, , , , file = '', ...options] = (command?.text ?? '').split(' ');
  writeFileSync(join(directory, file), policy?.text ?? '');
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  expect(await runCommand([file, ...options], directory, { print, printError: print, now: () => 0 })).toBe(1);
  const start = lines.findIndex((line) => line.includes('who can assume'));
  expect(lines.slice(start, -1)).toEqual(output?.text.split('\n'));
});

test('the example of own workflows prints what it says', async () => {
  const directory = temporaryDirectory();
  const [, , , , file = '', ...options] = (jobsCommand?.text ?? '').split(' ');
  writeFileSync(join(directory, file), policy?.text ?? '');
  mkdirSync(join(directory, '.github/workflows'), { recursive: true });
  writeFileSync(join(directory, '.github/workflows/deploy.yml'), workflow?.text ?? '');
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  await runCommand([file, ...options], directory, { print, printError: print, now: () => 0 });
  expect(
    lines.slice(
      lines.findIndex((line) => line.includes(': jobs of')),
      -1,
    ),
  ).toEqual(jobs?.text.split('\n'));
});

test('docs/reach.md has every question, and names every input', () => {
  expect(tableRows(reach, 'The questions').map(([question]) => nameIn(question))).toEqual([...QUESTIONS]);
  expect(REACH_INPUTS.filter((name) => !reach.text.includes(name))).toEqual([]);
});
