import { oneLine } from '../core/text.js';
import type { Environment } from '../platform/runner.js';
import type { Home } from '../trust/reach/question.js';
import { openBase, readFilesBeside } from './base.js';
import { checkTrust, type Further, isFailure, parseFailOn } from './check.js';
import {
  option,
  parseCommandLine,
  readIssuer,
  readQuestions,
  type Terminal,
  USAGE,
  type Values,
} from './command-line.js';
import { readExpectations } from './expectations.js';
import { inColour } from './output/colour.js';
import type { Expectation } from './output/report.js';
import { reportJson } from './output/report-json.js';
import { reportLines } from './output/report-text.js';
import { sarif } from './output/sarif.js';
import { writeReport } from './output/write-file.js';
import { readRoleExpectations } from './role-expectations.js';
import type { RoleExpectations } from './role-verdicts.js';
import { type PolicyFile, readPolicyFiles } from './sources/files.js';
import { readStreams } from './sources/streams.js';
import { printMigration, printSuggestion } from './write-policies.js';
import { readWriting } from './writing.js';

/** The check as a command: the text of the action, without GitHub. Returns the exit code: 0, 1, or 2 for misuse. */
export async function runCommand(
  args: readonly string[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  const isJsonOnly = args.some(
    (arg, index) => arg === '--json=-' || (arg === '-' && args[index - 1] === '--json'),
  );
  const isOutputForPrograms = isJsonOnly || args.some((arg) => /^--(suggest|migrate)\b/.test(arg));
  const say = isOutputForPrograms ? terminal.printError : terminal.print;
  try {
    const { values, positionals } = parseCommandLine(args);
    const writing = values.help ? undefined : readWriting(values);
    if (writing === 'suggest') return await printSuggestion(values, positionals, directory, terminal);
    if (writing === 'migrate')
      return await printMigration(values, readPolicyFiles(positionals, directory), directory, terminal);
    const failOn = parseFailOn(values['fail-on']);
    if (values.help || positionals.length === 0 || failOn === undefined) {
      say(USAGE);
      return values.help ? 0 : 2;
    }
    const { json, sarif: sarifFile } = values;
    const issuer = await readIssuer(values);
    const named = [...positionals, ...EXPECTATION_OPTIONS.map((name) => String(values[name] ?? ''))];
    const texts = await readStreams(named);
    const read: Reading = { values, directory, texts };
    const expectations = await readExpectationFiles(read, issuer);
    const now = (): number => terminal.now();
    const asked = readQuestions(values, issuer, directory);
    const further = await readFurther(read, positionals, asked?.home, {
      issuer,
      now,
      env: terminal.env ?? {},
    });
    const files = readFilesBeside(further.comparison?.base, positionals, directory, texts);
    const report = await checkTrust(files, expectations, asked && { ...asked, now }, further);
    if (isJsonOnly) terminal.print(reportJson(report));
    else {
      const paint = terminal.isColoured ? inColour : (line: string) => line;
      for (const line of reportLines(report)) terminal.print(paint(line));
    }
    if (json !== undefined && !isJsonOnly) {
      await option('json', () => writeReport(directory, json, reportJson(report)));
    }
    if (sarifFile !== undefined) {
      await option('sarif', () => writeReport(directory, sarifFile, sarif(report)));
    }
    return isFailure(report, failOn) ? 1 : 0;
  } catch (error) {
    say(oneLine(error instanceof Error ? error.message : String(error)));
    return 2;
  }
}

/** The options that name files with expectations. */
const EXPECTATION_OPTIONS = ['must-allow', 'must-deny', 'expectations'] as const;

/** What is read of a command line, and where. */
interface Reading {
  readonly values: Values;
  readonly directory: string;
  /** What has been read from pipes, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

async function readExpectationFiles(
  reading: Reading,
  issuer: string | undefined,
): Promise<readonly Expectation[]> {
  const expectations: Expectation[] = [];
  for (const expected of ['allow', 'deny'] as const) {
    const name = `must-${expected}` as const;
    const read = async () => {
      const file = optionFile(reading, name);
      return file ? readExpectations(file.text, expected, issuer) : [];
    };
    expectations.push(...(await option(name, read)));
  }
  return expectations;
}

/** The file that an option names. */
function optionFile(
  { values, directory, texts }: Reading,
  name: (typeof EXPECTATION_OPTIONS)[number],
): PolicyFile | undefined {
  const path = values[name];
  return typeof path === 'string' ? readPolicyFiles([path], directory, texts)[0] : undefined;
}

/** What is done with all roles together. */
async function readFurther(
  reading: Reading,
  patterns: readonly string[],
  home: Home | undefined,
  { issuer, now, env }: { issuer: string | undefined; now: () => number; env: Environment },
): Promise<Further> {
  const { directory, texts, values } = reading;
  const options = { now };
  const { base: given } = values;
  const base =
    given === undefined ? undefined : await option('base', () => openBase(given, { directory, env }));
  const gap = (path: string): string | undefined =>
    texts.has(path) ? 'it was read from a pipe' : base?.gap(path);
  const comparison = base && {
    base: { ...base, gap },
    patterns: patterns.filter((path) => !texts.has(path)),
    directory,
    home,
    issuer,
    hasIntention: home !== undefined,
    options,
  };
  const read = async (): Promise<RoleExpectations | undefined> => {
    const file = optionFile(reading, 'expectations');
    if (file === undefined) return undefined;
    const items = await readRoleExpectations(file.text, { home, running: undefined });
    return { items, path: file.path, issuer, options };
  };
  return { comparison, roleExpectations: await option('expectations', read) };
}
