import { option, readIssuer, readQuestions, type Terminal, type Values } from './command-line.js';
import { type PolicyFile, readPolicyFiles } from './sources/files.js';

/** Whatever is not the policy goes to standard error, so that the output can be written to a file. */
export async function printSuggestion(
  values: Values,
  positionals: readonly string[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  if (positionals.length > 0) throw new Error('--suggest: takes no FILE');
  const asked = readQuestions(values, await readIssuer(values), directory);
  if (asked === undefined) throw new Error('--suggest: --repository OWNER/NAME is required');
  const { suggest } = await import('./suggest/suggest.js');
  const { text, notes } = suggest(asked.home, values, () => terminal.now());
  terminal.print(text);
  for (const note of notes) terminal.printError(note);
  return 0;
}

/** The exit code is 1 where a policy cannot be migrated without a doubt. */
export async function printMigration(
  { migrate: path = '', stage: stageText }: Values,
  files: readonly PolicyFile[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  if (files.length === 0) throw new Error('--migrate: FILE is missing, the trust policies');
  const { migrate, parseStage } = await import('./migrate/migrate.js');
  const stage = parseStage(stageText);
  const [ids] = await option('migrate', () => readPolicyFiles([path], directory));
  const { lines, isSafe } = await migrate(files, ids?.text ?? '', stage, () => terminal.now());
  for (const line of lines) terminal.print(line);
  return isSafe ? 0 : 1;
}
