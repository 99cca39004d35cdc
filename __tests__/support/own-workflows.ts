import { directoryWith, runCheckCommand } from './check-trust.js';

import { PROVIDER } from './trust-policies.js';

const HOST = 'token.actions.githubusercontent.com';

/** A trust policy that lets in the tokens whose claims match, by claim; of several values one has to. */
export function trusting(
  claims: Readonly<Record<string, string | readonly string[]>>,
  more: object = {},
): string {
  const like = Object.entries(claims).map(([claim, values]) => [`${HOST}:${claim}`, values]);
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: {
      StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
      StringLike: Object.fromEntries(like),
      ...more,
    },
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

/** What `--json` says of a job and a role. */
export interface JobLine {
  readonly workflow: string;
  readonly job: string;
  readonly line: number;
  readonly file: string;
  readonly answer: string;
  readonly because: string;
  readonly when: readonly string[];
  readonly witness: Readonly<Record<string, string>> | null;
}

/** Runs the command for octo-org/octo-repo; the files in JSON are the policies. */
export async function checkJobs(files: Readonly<Record<string, string>>, args: readonly string[] = OWN) {
  const policies = Object.keys(files).filter((path) => path.endsWith('.json'));
  const all = [...policies, '--repository', 'octo-org/octo-repo', ...args, '--fail-on', 'never'];
  const { code, lines } = await runCheckCommand(directoryWith(files), all, { now: () => performance.now() });
  return { code, lines };
}

const OWN = ['--workflows', '.github/workflows'];

/** The same as data. */
export async function askJobs(files: Readonly<Record<string, string>>, args: readonly string[] = OWN) {
  const { lines } = await checkJobs(files, [...args, '--json', '-']);
  const report: {
    readonly jobs: readonly JobLine[];
    readonly findings: readonly { readonly file: string; readonly line: number; readonly message: string }[];
  } = JSON.parse(lines.join('\n'));
  return report;
}

/** Each job's answer to one role, `only-if` with what it takes. */
export async function answersFor(workflow: string, policy: string, args?: readonly string[]) {
  const files = { '.github/workflows/ci.yml': workflow, 'role.json': policy };
  const { jobs } = await askJobs(files, args);
  return Object.fromEntries(
    jobs.map(({ job, answer, when }) => [job, when.length === 0 ? answer : when.join('; ')]),
  );
}
