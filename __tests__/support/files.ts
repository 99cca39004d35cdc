import './native-errors.js';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

const made: string[] = [];

afterAll(() => {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** A new directory that is removed when the test file has ended. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'assume-test-'));
  made.push(directory);
  return directory;
}

/** Every file below a directory by its relative path, with its text; empty directories end in a slash. */
export function filesBelow(directory: string): Record<string, string> {
  const found: Record<string, string> = {};
  const visit = (path: string): void => {
    const names = readdirSync(path);
    if (names.length === 0 && path !== directory) found[`${relative(directory, path)}/`] = '';
    for (const name of names) {
      const child = join(path, name);
      if (statSync(child).isDirectory()) visit(child);
      else found[relative(directory, child)] = readFileSync(child, 'utf8');
    }
  };
  if (existsSync(directory)) visit(directory);
  return found;
}

/** The permission bits of a file, as `0600`. */
export function modeOf(path: string): string {
  return `0${(statSync(path).mode & 0o777).toString(8)}`;
}
