import type { Failure } from '../../trust/explain/failure.js';
import type { Finding } from '../../trust/lint/rule.js';
import type { CheckReport, PolicyReport } from './report.js';

/** The output `decisions`: each expectation against each policy. Names without a value are left out. */
export function decisionsJson({ policies }: CheckReport): string {
  return JSON.stringify(
    policies.flatMap(({ path, role, verdicts }) =>
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
    ),
  );
}

function failureData({ id, part, operator, key, wanted, got, why, fix }: Failure): object {
  return { id, part, operator, key, wanted, got: got ?? null, why, fix };
}

/** The output `findings`: files that cannot be tested, and what the rules object to. */
export function findingsJson({ policies, problems }: CheckReport): string {
  return JSON.stringify([
    ...problems.map((one) => findingData(one, one)),
    ...policies.flatMap((report) => report.findings.map((one) => findingData(report, one))),
  ]);
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
