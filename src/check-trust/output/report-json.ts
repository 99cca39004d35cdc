import type { Failure } from '../../trust/explain/failure.js';
import type { Finding } from '../../trust/lint/rule.js';
import { changesData } from './changes.js';
import { witnessOf } from './reach-text.js';
import type { CheckReport, PolicyReport } from './report.js';
import { roleVerdictsData } from './role-verdicts.js';

/** The output `decisions`: each expectation against each policy. Names without a value are left out. */
export function decisionsJson(report: CheckReport): string {
  return JSON.stringify(decisionsData(report));
}

function decisionsData({ policies }: CheckReport): readonly object[] {
  return policies.flatMap(({ path, role, verdicts }) =>
    verdicts.map(
      ({ expectation: { label, expected }, explanation: { decision, statement, failures }, isMet }) => ({
        file: path,
        role,
        item: label,
        expected,
        allowed: decision === 'allow',
        decision,
        met: isMet,
        statement: statement?.number,
        failing: failures.length === 0 ? undefined : failures.map(failureData),
      }),
    ),
  );
}

function failureData({ id, part, operator, key, wanted, got, why, fix }: Failure): object {
  return { id, part, operator, key, wanted, got: got ?? null, why, fix };
}

/** The output `findings`: files that cannot be tested, and what the rules object to. */
export function findingsJson(report: CheckReport): string {
  return JSON.stringify(findingsData(report));
}

function findingsData({ policies, problems }: CheckReport): readonly object[] {
  return [
    ...problems.map((one) => findingData(one, one)),
    ...policies.flatMap((report) => report.findings.map((one) => findingData(report, one))),
  ];
}

function findingData(
  { path, role }: Pick<PolicyReport, 'path' | 'role'>,
  {
    rule,
    severity,
    statement,
    at: { line, path: own },
    message,
  }: Omit<Finding, 'statement'> & Partial<Finding>,
): object {
  return { file: own ?? path, role, rule, severity, statement: statement ?? null, line, message };
}

/** The output `reach`: who can assume each role. */
export function reachJson(report: CheckReport): string {
  return JSON.stringify(rolesData(report));
}

/** The output `jobs`: what each job of the repository's workflows can assume. */
export function jobsJson(report: CheckReport): string {
  return JSON.stringify(jobsData(report));
}

/** Everything in one object. Its names keep their meaning between versions. */
export function reportJson(report: CheckReport): string {
  const whole = {
    version: 1,
    roles: rolesData(report),
    findings: findingsData(report),
    decisions: decisionsData(report),
    expectations: expectationsData(report),
    changes: changesData(report),
    jobs: jobsData(report),
  };
  return JSON.stringify(whole, null, 2);
}

function rolesData({ policies }: CheckReport): readonly object[] {
  return policies.map(({ path: file, role = null, at: { line }, reach }) => ({
    file,
    role,
    line,
    reach: reach.map((one) => {
      const { question, answer, because } = one;
      return { question, answer, because, witness: witnessOf(one) ?? null };
    }),
  }));
}

/** The output `expectations`: what must never be, for each role, then the expectations about roles. */
export function expectationsJson(report: CheckReport): string {
  return JSON.stringify(expectationsData(report));
}

function expectationsData(report: CheckReport): readonly object[] {
  return [...neverData(report), ...roleVerdictsData(report)];
}

/** The output `changes`: what has become of each role since the base; null where nothing was compared. */
export function changesJson(report: CheckReport): string {
  return JSON.stringify(changesData(report));
}

function neverData({ policies }: CheckReport): readonly object[] {
  return policies.flatMap(({ path: file, role = null, never }) =>
    never.map(({ answer: { question, answer }, isMet }) => ({
      file,
      role,
      expected: 'never',
      question,
      answer,
      met: isMet,
    })),
  );
}

/** So many answers are listed whole; of more, those that are `no` are left out. */
const MAX_JOBS = 5000;

function jobsData({ policies }: CheckReport): readonly object[] {
  const isLong = policies.reduce((count, { jobs }) => count + jobs.length, 0) > MAX_JOBS;
  return policies.flatMap(({ path: file, role = null, jobs }) =>
    jobs
      .filter(({ answer }) => !isLong || answer !== 'no')
      .map(({ job: { workflow, job, at }, answer, because, when, witness = null }) => ({
        workflow,
        job,
        line: at.line,
        file,
        role,
        answer,
        because,
        when,
        witness,
      })),
  );
}
