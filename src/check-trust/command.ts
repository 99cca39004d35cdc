import { parseArgs } from 'node:util';
import { oneLine } from '../core/text.js';
import { checkTrust, isFailure, parseFailOn } from './check.js';
import { parseIssuer, readExpectations } from './expectations.js';
import { REACH_INPUTS, type ReachInputs, readReachInputs } from './home.js';
import { inColour } from './output/colour.js';
import type { Expectation } from './output/report.js';
import { reportJson } from './output/report-json.js';
import { reportLines } from './output/report-text.js';
import { sarif } from './output/sarif.js';
import { writeReport } from './output/write-file.js';
import { readPolicyFiles } from './sources/files.js';

const USAGE = `check-trust [options] FILE…

Tests trust policies: in JSON, Terraform, CloudFormation, SAM, CDK templates, serverless.yml, Pulumi previews, and
what aws iam get-account-authorization-details prints.

  --must-allow FILE   a YAML list of tokens that must be let in
  --must-deny FILE    a YAML list of tokens that must not
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
  --never LIST              questions whose answer must be no, such as pull-request,other-owner`;

/** Where a command prints, and its clock. */
export interface Terminal {
  print(line: string): void;
  /** For what goes wrong where standard output is for JSON alone. */
  printError(line: string): void;
  /** Milliseconds from any origin. */
  now(): number;
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
  const say = isJsonOnly ? terminal.printError : terminal.print;
  try {
    const { values, positionals } = parseCommandLine(args);
    const failOn = parseFailOn(values['fail-on']);
    if (values.help || positionals.length === 0 || failOn === undefined) {
      say(USAGE);
      return values.help ? 0 : 2;
    }
    const { issuer: given, json, sarif: sarifFile } = values;
    const issuer = given === undefined ? undefined : await option('issuer', () => parseIssuer(given));
    const expectations = await readExpectationFiles(values, directory, issuer);
    const asked = readQuestions(values, issuer, directory);
    const questions = asked && { ...asked, now: () => terminal.now() };
    const report = await checkTrust(readPolicyFiles(positionals, directory), expectations, questions);
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

interface Values {
  readonly help: boolean;
  readonly 'fail-on': string;
  readonly issuer?: string | undefined;
  readonly json?: string | undefined;
  readonly sarif?: string | undefined;
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
      issuer: text,
      'fail-on': { type: 'string', default: 'error' },
      json: text,
      sarif: text,
      ...Object.fromEntries(REACH_INPUTS.map((name) => [name, text])),
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return { values, positionals };
}

async function readExpectationFiles(
  values: Values,
  directory: string,
  issuer: string | undefined,
): Promise<readonly Expectation[]> {
  const expectations: Expectation[] = [];
  for (const expected of ['allow', 'deny'] as const) {
    const name = `must-${expected}`;
    const path = values[name];
    if (typeof path !== 'string') continue;
    const read = async () => {
      const [file] = readPolicyFiles([path], directory);
      return file ? readExpectations(file.text, expected, issuer) : [];
    };
    expectations.push(...(await option(name, read)));
  }
  return expectations;
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
