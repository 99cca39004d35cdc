import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../src/check-trust/command.js';
import { REACH_INPUTS } from '../../src/check-trust/home.js';
import { QUESTIONS } from '../../src/trust/reach/question.js';
import { temporaryDirectory } from '../support/files.js';
import { nameIn, page, tableRows } from '../support/pages.js';

const reach = page('docs/reach.md');
const [policy, command, output, , workflow, jobsCommand, jobs] = reach.fences;

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
