import { parseArgs } from 'node:util';
import { oneLine } from '../core/text.js';
import type { Environment } from '../platform/runner.js';
import type { Home } from '../trust/reach/question.js';
import { openBase, readFilesBeside } from './base.js';
import { checkTrust, type Further, isFailure, parseFailOn } from './check.js';
import { parseIssuer, readExpectations } from './expectations.js';
import { REACH_INPUTS, type ReachInputs, readReachInputs } from './home.js';
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
import { readWriting } from './writing.js';

const USAGE = `check-trust [options] FILE…

Tests trust policies: in JSON, Terraform, CloudFormation, SAM, CDK templates, serverless.yml, Pulumi previews, and
what aws iam get-account-authorization-details prints. A FILE may be - or a pipe.

  --must-allow FILE   a YAML list of tokens that must be let in
  --must-deny FILE    a YAML list of tokens that must not
  --expectations FILE a YAML list of who alone may assume which roles
  --base BASE         a directory or a Git revision to compare the roles with
  --issuer URL        the issuer of the tokens
  --fail-on WHAT      error (default), warning or never
  --json FILE         write everything as JSON; - for standard output, and nothing else there
  --sarif FILE        write the findings as SARIF 2.1.0, for code scanning

Who can assume the roles:

  --repository OWNER/NAME   the repository that they are for
  --owner-id N, --repository-id N
  --branches LIST           its branches that they are for (main)
  --tags LIST               its tags that they are for (none)
  --environments LIST       its environments that they are for (none)
  --workflows LIST          own workflow files, such as .github/workflows, to say what their jobs can assume;
                            workflows as OWNER/NAME/.github/workflows/FILE@REF that the roles are for (all)
  --subject-template KEYS   default, immutable, or the keys of its customised subject
  --never LIST              questions whose answer must be no, such as pull-request,other-owner

A trust policy for exactly these, instead of a test:

  --suggest               prints it; takes no FILE
  --format FORMAT         json (default), cloudformation, terraform or aws-cli
  --account ID            the account of the role
  --role-name NAME        the name of the role

The same policies for GitHub's immutable subjects, instead of a test:

  --migrate FILE          prints a patch; FILE has the ids of the repositories
  --stage STAGE           transitional (default): both kinds of subjects; final: immutable ones only`;

/** Where a command prints, and its clock. */
export interface Terminal {
  print(line: string): void;
  /** For what goes wrong where standard output is for JSON alone. */
  printError(line: string): void;
  /** Milliseconds from any origin. */
  now(): number;
  /** The variables of the process, for Git. */
  readonly env?: Environment | undefined;
  /** Whether it shows colours. */
  readonly isColoured?: boolean;
}

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
    const { issuer: given, json, sarif: sarifFile } = values;
    const issuer = given === undefined ? undefined : await option('issuer', () => parseIssuer(given));
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

/** Whatever is not the policy goes to standard error, so that the output can be written to a file. */
async function printSuggestion(
  values: Values,
  positionals: readonly string[],
  directory: string,
  terminal: Terminal,
): Promise<number> {
  const { issuer: given } = values;
  if (positionals.length > 0) throw new Error('--suggest: takes no FILE');
  const issuer = given === undefined ? undefined : await option('issuer', () => parseIssuer(given));
  const asked = readQuestions(values, issuer, directory);
  if (asked === undefined) throw new Error('--suggest: --repository OWNER/NAME is required');
  const { suggest } = await import('./suggest/suggest.js');
  const { text, notes } = suggest(asked.home, values, () => terminal.now());
  terminal.print(text);
  for (const note of notes) terminal.printError(note);
  return 0;
}

async function printMigration(
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

/** The options that name files with expectations. */
const EXPECTATION_OPTIONS = ['must-allow', 'must-deny', 'expectations'] as const;

/** What is read of a command line, and where. */
interface Reading {
  readonly values: Values;
  readonly directory: string;
  /** What has been read from pipes, by path. */
  readonly texts: ReadonlyMap<string, string>;
}

interface Values {
  readonly help: boolean;
  readonly 'fail-on': string;
  readonly issuer?: string | undefined;
  readonly json?: string | undefined;
  readonly sarif?: string | undefined;
  readonly suggest: boolean;
  readonly migrate?: string | undefined;
  readonly stage?: string | undefined;
  readonly format?: string | undefined;
  readonly account?: string | undefined;
  readonly 'role-name'?: string | undefined;
  readonly base?: string | undefined;
  readonly [name: string]: string | boolean | undefined;
}

function parseCommandLine(args: readonly string[]): { values: Values; positionals: readonly string[] } {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      'must-allow': text,
      'must-deny': text,
      expectations: text,
      base: text,
      issuer: text,
      'fail-on': { type: 'string', default: 'error' },
      json: text,
      sarif: text,
      ...Object.fromEntries(REACH_INPUTS.map((name) => [name, text])),
      suggest: { type: 'boolean', default: false },
      format: text,
      account: text,
      'role-name': text,
      migrate: text,
      stage: text,
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return { values, positionals };
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

/** An option without a text, as of a variable that is not set, must not be taken for one that is not there. */
function readQuestions(
  values: Values,
  issuer: string | undefined,
  directory: string,
): ReachInputs | undefined {
  const problems = REACH_INPUTS.filter((name) => values[name] === '').map((name) => `--${name}: it is empty`);
  const read = readReachInputs(
    (name) => {
      const text = values[name];
      return typeof text === 'string' ? text.trim() : '';
    },
    issuer,
    undefined,
    (name, problem) => void problems.push(`--${name}: ${problem}`),
    directory,
  );
  if (problems.length > 0) throw new Error(problems.join('; '));
  return read;
}

/** What goes wrong with an option's value is said with the option's name. */
async function option<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
