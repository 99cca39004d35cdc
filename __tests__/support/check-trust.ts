import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runCheck } from '../../src/check-trust/action.js';
import { runCommand } from '../../src/check-trust/command.js';
import type { Terminal } from '../../src/check-trust/command-line.js';
import { toActionError } from '../../src/core/errors.js';
import { temporaryDirectory } from './files.js';
import { inputVariables, recordedRunner } from './recorded-runner.js';

/** A directory with these files. */
export function directoryWith(files: Readonly<Record<string, string>>): string {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

/** Runs the command in a directory: its exit code, and the lines of standard output and of standard error. */
export async function runCheckCommand(
  directory: string,
  args: readonly string[],
  terminal: Partial<Pick<Terminal, 'now' | 'env'>> = {},
) {
  const lines: string[] = [];
  const errors: string[] = [];
  const code = await runCommand(args, directory, {
    print: (line) => lines.push(line),
    printError: (line) => errors.push(line),
    now: () => 0,
    ...terminal,
  });
  return { code, lines, errors };
}

/** Runs the action: what it wrote, and its error's message if it failed. */
export async function runCheckAction(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  const recorded = recordedRunner({ ...inputVariables(inputs), ...env });
  let message: string | undefined;
  try {
    await runCheck(recorded.runner, () => performance.now());
  } catch (thrown) {
    ({ message } = toActionError(thrown));
  }
  return { ...recorded, message };
}
