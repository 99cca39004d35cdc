import { parseArgs } from 'node:util';
import { unifiedDiff } from '../check-trust/migrate/unified-diff.js';
import { oneLine } from '../core/text.js';
import type { Remark } from './differences.js';
import { findFiles, readText, replaceText } from './files.js';
import { parseAction, parseReference } from './reference.js';
import { type Rewriting, rewrite } from './rewrite.js';

export const USAGE = `rewrite-uses [options] [PATH…]

Makes steps that use aws-actions/configure-aws-credentials use this action, and reports what needs a look. Without
PATH, it reads .github and the action.yml here; a folder stands for all YAML files in it.

  --write        changes the files; without it, prints the change as a patch
  --to USES      what the steps use then: OWNER/NAME@REF, or "OWNER/NAME@COMMIT # VERSION"
  --from ACTION  the action they use now, as OWNER/NAME, if it is a copy of configure-aws-credentials
  --back         the way back: from this action to aws-actions/configure-aws-credentials@v6, or to what --to says

Exits with 0, 1 if there are warnings, or 2 for wrong usage or files that cannot be read or written.`;

const THEIRS = 'aws-actions/configure-aws-credentials';

/** What a command has of its surroundings. */
export interface Terminal {
  print(text: string): void;
  printError(line: string): void;
  /** What a step uses of this action, `OWNER/NAME@REF`; undefined if the package does not say where it is published. */
  readonly published: string | undefined;
}

/** Rewrites workflows. The patch goes to standard output, and what is said about it to standard error. Returns the exit code. */
export async function runRewrite(
  args: readonly string[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  try {
    const { values, positionals } = parseCommandLine(args);
    if (values.help) {
      terminal.print(`${USAGE}\n`);
      return 0;
    }
    const rewriting = readRewriting(values, terminal.published);
    return await rewriteAll(findFiles(positionals, directory), directory, rewriting, values.write, terminal);
  } catch (error) {
    terminal.printError(oneLine(error instanceof Error ? error.message : String(error)));
    return 2;
  }
}

function parseCommandLine(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      write: { type: 'boolean', default: false },
      back: { type: 'boolean', default: false },
      to: { type: 'string' },
      from: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
}

interface Options {
  readonly back: boolean;
  readonly to?: string | undefined;
  readonly from?: string | undefined;
}

function readRewriting({ back, to, from }: Options, published: string | undefined): Rewriting {
  const own = published?.split('@')[0];
  const target = to ?? (back ? `${THEIRS}@v6` : published);
  const source = from ?? (back ? own : THEIRS);
  if (target === undefined) throw new Error('--to: OWNER/NAME@REF is required');
  if (source === undefined) throw new Error('--from: OWNER/NAME is required');
  const rewriting = {
    from: parseAction(source),
    to: parseReference(target),
    isBack: back,
  };
  if (rewriting.from.toLowerCase() === rewriting.to.action.toLowerCase())
    throw new Error(`--to: ${oneLine(rewriting.to.action)} is the action to be replaced`);
  return rewriting;
}

/** All is read and decided before the first file is written. */
async function rewriteAll(
  paths: readonly string[],
  directory: string,
  rewriting: Rewriting,
  isWriting: boolean,
  { print, printError }: Terminal,
): Promise<number> {
  const changes: { readonly path: string; readonly before: string; readonly after: string }[] = [];
  const found: Remark[] = [];
  let failed = 0;
  let steps = 0;
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      failed++;
      printError(oneLine(error instanceof Error ? error.message : String(error)));
    }
  };
  const texts: { readonly path: string; readonly before: string }[] = [];
  for (const path of paths) attempt(() => texts.push({ path, before: readText(directory, path) }));
  for (const { path, before } of texts) {
    const { after, count, remarks } = await rewrite(before, rewriting);
    if (after !== before) changes.push({ path, before, after });
    steps += count;
    found.push(...remarks);
    for (const { line, level, text } of remarks)
      printError(`${oneLine(path)}:${line}: ${level}: ${oneLine(text, 1000)}`);
  }
  for (const { path, before, after } of changes) {
    if (isWriting) attempt(() => replaceText(directory, path, before, after));
    else print(unifiedDiff(path, before, after));
  }
  const warnings = found.filter(({ level }) => level === 'warning').length;
  printError(summary(steps, changes.length, isWriting, warnings, found.length - warnings));
  return failed > 0 ? 2 : warnings > 0 ? 1 : 0;
}

function summary(steps: number, files: number, isWriting: boolean, warnings: number, notes: number): string {
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  const done = isWriting ? 'changed' : 'to change';
  return `${count(steps, 'step')} in ${count(files, 'file')} ${done}; ${count(warnings, 'warning')}, ${count(notes, 'note')}.`;
}
