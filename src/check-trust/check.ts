import type { TrustPolicy } from '../trust/language/policy.js';
import { lintTrust } from '../trust/lint/lint.js';
import { Openings } from '../trust/lint/openings/find.js';
import type { LintFacts } from '../trust/lint/rule.js';
import { ReachMemory } from '../trust/reach/memory.js';
import type { Answer } from '../trust/reach/question.js';
import { type Comparison, compareWithBase } from './changes.js';
import type { ReachInputs } from './home.js';
import { changeAnnotations } from './output/changes.js';
import type {
  CheckReport,
  Expectation,
  FailOn,
  FileProblem,
  NeverVerdict,
  PolicyReport,
} from './output/report.js';
import { type ReadFile, readFiles, rolesOf } from './read-roles.js';
import { holdRoles, type RoleExpectations } from './role-verdicts.js';
import type { PolicyFile } from './sources/files.js';
import type { FoundPolicy } from './sources/found.js';
import { Verdicts } from './verdicts.js';
import { JobQuestions } from './workflows/answers.js';
import type { WorkflowProblem } from './workflows/workflow.js';

/** What is asked about who can assume a role. */
export interface ReachQuestions extends ReachInputs {
  /** Milliseconds from any origin. Without it a question may take longer than its 2 seconds. */
  readonly now?: (() => number) | undefined;
}

/** What else is done with the roles, all of them together. */
export interface Further {
  readonly roleExpectations?: RoleExpectations | undefined;
  readonly comparison?: Comparison | undefined;
}

/** Lints every trust policy of the files, holds every expectation against each, and finds out who can assume the role. */
export async function checkTrust(
  files: readonly PolicyFile[],
  expectations: readonly Expectation[],
  questions?: ReachQuestions,
  { roleExpectations, comparison }: Further = {},
): Promise<CheckReport> {
  const own = questions?.own;
  const jobs = own && new JobQuestions(own.jobs, questions.home, { now: questions.now });
  const read = await readFiles(files);
  const problems = (own?.problems ?? []).map(unreadWorkflow);
  for (const one of read) {
    problems.push(...one.problems, ...(isEmpty(one, expectations) ? [nothingFound(one.file)] : []));
  }
  const ownAccounts = accountsOf(read.flatMap(({ found }) => found?.policies ?? []));
  const lint = { ownAccounts, openings: new Openings() };
  const memory = questions && new ReachMemory(questions.home, { now: questions.now });
  const held = { expectations, verdicts: new Verdicts(), questions, memory, jobs, lint };
  const policies = read.flatMap(({ file, found }) =>
    (found?.policies ?? []).map((one) => checkPolicy(file.path, one, held)),
  );
  // A check that has tested nothing at all must not pass.
  const isIdle = policies.length === 0 && problems.every(({ severity }) => severity !== 'error');
  if (isIdle) problems.push(...files.map(nothingFound));
  const checked = { roles: rolesOf(read), problems };
  const about = roleExpectations && holdRoles(roleExpectations, checked);
  const changes = comparison && (await compareWithBase(checked, comparison));
  return {
    policies,
    repository: questions?.home.repository,
    asksForJobs: jobs !== undefined,
    problems: [...problems, ...(about?.problems ?? [])],
    expectations: about?.verdicts ?? [],
    changes,
  };
}

/** Whether a file that the user named has nothing to test. */
function isEmpty({ file, found, problems }: ReadFile, expectations: readonly Expectation[]): boolean {
  if (found === undefined || file.fromPattern) return false;
  // A role that no token can get into is read by the rules, but there is nothing to expect of it.
  const tested = found.policies.filter((one) => one.trustsProvider || expectations.length === 0);
  return tested.length + problems.length === 0;
}

function nothingFound({ path }: PolicyFile): FileProblem {
  const message = 'no role in this file trusts an identity provider';
  const at = { line: 1, column: 1 };
  return { rule: 'nothing-to-test', severity: 'error', path, role: undefined, at, message };
}

function unreadWorkflow({ path, at, message }: WorkflowProblem): FileProblem {
  return { rule: 'unread', severity: 'warning', path, role: undefined, at, message };
}

/** What is held against each policy. */
interface Held {
  readonly expectations: readonly Expectation[];
  readonly verdicts: Verdicts;
  readonly questions: ReachQuestions | undefined;
  readonly jobs: JobQuestions | undefined;
  /** What has been found out about policies that are alike. */
  readonly memory: ReachMemory | undefined;
  /** What is known to the rules whatever the policy. */
  readonly lint: LintFacts;
}

/** The accounts whose roles are tested together, which are in the same hands. */
function accountsOf(policies: readonly FoundPolicy[]): ReadonlySet<string> {
  return new Set(policies.flatMap(({ accountId }) => accountId ?? []));
}

function checkPolicy(
  path: string,
  { role, policy, path: own, accountId, trustsProvider }: FoundPolicy,
  { expectations, verdicts, questions, memory, jobs, lint }: Held,
): PolicyReport {
  const held = verdicts.of(policy, trustsProvider ? expectations : []);
  const isAsked = questions !== undefined && trustsProvider;
  const reach = isAsked ? (memory?.answers(policy) ?? []) : [];
  const forbidden = reach.filter(({ question }) => questions?.never.includes(question));
  const never = forbidden.map((answer) => neverVerdict(policy, answer));
  const findings = lintTrust(policy, { ...lint, accountId });
  const answers = isAsked && jobs !== undefined ? jobs.answers(policy) : [];
  return { path: own ?? path, role, at: policy.at, ...held, reach, never, findings, jobs: answers };
}

function neverVerdict({ statements, at }: TrustPolicy, answer: Answer): NeverVerdict {
  const number = 'statement' in answer ? answer.statement : undefined;
  const statement = statements.find((one) => one.number === number);
  return { answer, at: statement?.at ?? at, isMet: answer.answer === 'no' };
}

/** Whether the check fails, by what the user wants it to fail on. */
export function isFailure(report: CheckReport, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  const { policies, problems, expectations } = report;
  const severities = failOn === 'warning' ? ['error', 'warning'] : ['error'];
  return (
    expectations.some(({ isMet }) => !isMet) ||
    changeAnnotations(report).some(({ severity }) => severities.includes(severity)) ||
    problems.some(({ severity }) => severities.includes(severity)) ||
    policies.some(
      ({ findings, verdicts, never, unlisted }) =>
        findings.some(({ severity }) => severities.includes(severity)) ||
        [...verdicts, ...never].some(({ isMet }) => !isMet) ||
        unlisted.unmet > 0,
    )
  );
}

/** One of the values of `fail-on`. */
export function parseFailOn(text: string): FailOn | undefined {
  return text === 'error' || text === 'warning' || text === 'never' ? text : undefined;
}
