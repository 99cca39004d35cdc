import { parseArgs } from 'node:util';

/** What `assume-aws-role sandbox --help` prints. */
export const USAGE = `sandbox [options] FILE…

Stands in for GitHub's token issuer and AWS STS on this machine, with the roles of your own files, until Ctrl-C.
FILE is a trust policy in JSON, or contains roles: CloudFormation, Terraform (.tf, terraform show -json), or the output
of aws iam get-account-authorization-details; *, ** and ? are wildcards.

  --accounts IDS        accounts of the roles whose file does not say, separated by commas
  --role ARN=FILE[#ROLE]  the file with the trust policy of a role, and its name in there; may be repeated
  --workflow FILE       workflows whose jobs may ask for tokens (.github/workflows/*.yml); may be repeated
  --claim [JOB:]NAME=VALUE  a claim that the tokens have instead, of one job or all; may be repeated
  --subject-template T  default or immutable: whether subjects have the ids of owner and repository (default)
  --act-env FILE        where to write the variables for act (a new file in the temporary directory)
  --json FILE           also write what happens there, a line of JSON each
  --help                prints this`;

const OPTIONS = {
  accounts: { type: 'string' },
  role: { type: 'string', multiple: true },
  workflow: { type: 'string', multiple: true },
  claim: { type: 'string', multiple: true },
  'subject-template': { type: 'string' },
  'act-env': { type: 'string' },
  json: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The command line of the sandbox. */
export interface CommandOptions {
  readonly policies: readonly string[];
  readonly accounts: readonly string[];
  readonly roles: readonly string[];
  /** Undefined for those of the repository. */
  readonly workflows: readonly string[] | undefined;
  readonly claims: readonly string[];
  readonly legacySubject: boolean;
  readonly actEnv: string | undefined;
  readonly json: string | undefined;
}

/** Reads the command line; undefined for `--help`. Throws an Error for misuse. */
export function readCommandLine(args: readonly string[]): CommandOptions | undefined {
  const { values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  if (values.help === true) return undefined;
  if (positionals.length === 0 && values.role === undefined) throw new Error('no FILE was given; see --help');
  return {
    policies: positionals,
    accounts: listOf(values.accounts ?? ''),
    roles: values.role ?? [],
    workflows: values.workflow,
    claims: values.claim ?? [],
    legacySubject: readSubjectTemplate(values['subject-template'] ?? ''),
    actEnv: values['act-env'],
    json: values.json,
  };
}

/** Items separated by commas or line breaks. */
export function listOf(text: string): readonly string[] {
  return text
    .split(/[,\n]/)
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Whether subjects have no ids. Throws an Error for another text than those allowed. */
export function readSubjectTemplate(text: string): boolean {
  if (!['', 'default', 'immutable'].includes(text))
    throw new Error(`subject-template: got ${JSON.stringify(text)}; allowed: default or immutable`);
  return text !== 'immutable';
}
