import { parseArgs } from 'node:util';
import { unifiedDiff } from '../check-trust/migrate/unified-diff.js';
import { oneLine } from '../core/text.js';
import type { Remark } from './differences.js';
import { findFiles, readTextWith, replaceText } from './files.js';
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

interface Change {
  readonly path: string;
  readonly before: string;
  readonly after: string;
  /** How many steps. */
  readonly count: number;
}

/** All is read and decided before the first file is written. */
async function rewriteAll(
  paths: readonly string[],
  directory: string,
  rewriting: Rewriting,
  isWriting: boolean,
  { print, printError }: Terminal,
): Promise<number> {
  const { attempt, failures } = attempts(printError);
  const texts = paths.flatMap((path) => {
    const before = attempt(() => readTextWith(rewriting.from, directory, path));
    return before === undefined ? [] : [{ path, before }];
  });
  const changes: Change[] = [];
  const found: Remark[] = [];
  for (const { path, before } of texts) {
    const { after, count, remarks } = await rewrite(before, rewriting);
    if (after !== before) changes.push({ path, before, after, count });
    found.push(...remarks);
    for (const { line, level, text } of remarks)
      printError(`${oneLine(path)}:${line}: ${level}: ${oneLine(text, 1000)}`);
  }
  const made = changes.filter(({ path, before, after }) =>
    attempt(() => {
      if (isWriting) replaceText(directory, path, before, after);
      else print(unifiedDiff(path, before, after));
      return true;
    }),
  );
  const warnings = found.filter(({ level }) => level === 'warning').length;
  printError(summary(made, isWriting, warnings, found.length - warnings));
  return failures() > 0 ? 2 : warnings > 0 ? 1 : 0;
}

/** What goes wrong with one file is said, and does not keep the others from their turn. */
function attempts(printError: Terminal['printError']) {
  let failed = 0;
  return {
    attempt<T>(work: () => T): T | undefined {
      try {
        return work();
      } catch (error) {
        failed++;
        printError(oneLine(error instanceof Error ? error.message : String(error)));
        return undefined;
      }
    },
    failures: () => failed,
  };
}

function summary(changes: readonly Change[], isWriting: boolean, warnings: number, notes: number): string {
  const steps = changes.reduce((sum, change) => sum + change.count, 0);
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  const done = isWriting ? 'changed' : 'to change';
  return `${count(steps, 'step')} in ${count(changes.length, 'file')} ${done}; ${count(warnings, 'warning')}, ${count(notes, 'note')}.`;
}
