import { parseArgs } from 'node:util';
import type { Environment } from '../platform/runner.js';
import { parseIssuer } from './expectations.js';
import { REACH_INPUTS, type ReachInputs, readReachInputs } from './home.js';

export const USAGE = `check-trust [options] FILE…

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

/** The options of a command line. */
export interface Values {
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

/** Throws an Error for options that there are not. */
export function parseCommandLine(args: readonly string[]): {
  readonly values: Values;
  readonly positionals: readonly string[];
} {
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

/** An option without a text, as of a variable that is not set, must not be taken for one that is not there. */
export function readQuestions(
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
export async function option<T>(name: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new Error(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The issuer of the tokens, where it is given. */
export async function readIssuer({ issuer }: Values): Promise<string | undefined> {
  return issuer === undefined ? undefined : await option('issuer', () => parseIssuer(issuer));
}
