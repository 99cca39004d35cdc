import { oneLine, quote } from '../../text.js';
import { failureText } from '../../trust/explain/failure-text.js';
import { statementName } from '../../trust/language/policy.js';
import type { Severity } from '../../trust/lint/rule.js';
import type { CheckReport, PolicyReport, Verdict } from '../check.js';

/** One thing to say about one place in a file. */
export interface Remark {
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly title: string;
  readonly message: string;
}

/** Everything there is to say, file by file: for annotations. Expectations that are met are not among it. */
export function remarksOf({ policies, problems }: CheckReport): readonly Remark[] {
  return [
    ...problems.map(
      ({ rule, severity, path, role, at, message }): Remark => ({
        severity,
        path,
        ...at,
        title: rule,
        message: ofRole(role, message),
      }),
    ),
    ...policies.flatMap((report) => [
      ...report.findings.map(
        ({ severity, at, rule, message }): Remark => ({
          severity,
          path: report.path,
          ...at,
          title: rule,
          message: ofRole(report.role, message),
        }),
      ),
      ...report.verdicts.filter(({ isMet }) => !isMet).map((verdict) => verdictRemark(report, verdict)),
    ]),
  ];
}

function verdictRemark(report: PolicyReport, verdict: Verdict): Remark {
  const at = verdict.explanation.failures[0]?.at ?? verdict.explanation.statement?.at ?? report.at;
  const title = `must-${verdict.expectation.expected}`;
  const message = ofRole(report.role, verdictText(verdict));
  return { severity: 'error', path: report.path, ...at, title, message };
}

/** A file may have many roles: a message about one of them begins with its name. */
function ofRole(role: string | undefined, message: string): string {
  return role === undefined ? message : `${oneLine(role)}: ${message}`;
}

/** A verdict in one sentence or two. */
export function verdictText({ expectation, explanation }: Verdict): string {
  const who = quote(expectation.label);
  const { decision, statement, failures } = explanation;
  const by = statement === undefined ? '' : ` by ${statementName(statement)}`;
  if (decision === 'allow') return `${who} is allowed${by}.`;
  if (decision === 'deny') return `${who} is denied${by}.`;
  if (statement === undefined) return `${who} is refused: no statement allows anything.`;
  if (decision === 'unknown') {
    return `${who} may be let in or not${by}: ${failures.map(failureText).join(' ')}`;
  }
  return `${who} is refused. Closest is ${statementName(statement)}: ${failures.map(failureText).join(' ')}`;
}

/** The report as lines for a log or a terminal. */
export function reportLines(report: CheckReport): readonly string[] {
  const lines = remarksOf(report).map(
    ({ path, line, column, severity, title, message }) =>
      `${oneLine(path)}:${line}:${column}: ${severity} ${title}: ${message}`,
  );
  const met = report.policies.flatMap(({ path, role, verdicts }) =>
    verdicts
      .filter(({ isMet }) => isMet)
      .map(
        (verdict) =>
          `${oneLine(path)}${role === undefined ? '' : ` (${oneLine(role)})`}: ok must-${verdict.expectation.expected}: ${shortVerdict(verdict)}`,
      ),
  );
  return [...lines, ...met, countLine(report)];
}

function shortVerdict({ expectation, explanation }: Verdict): string {
  const { decision, statement } = explanation;
  if (decision === 'none' || statement === undefined) return `${quote(expectation.label)} is refused.`;
  return `${quote(expectation.label)} is ${decision === 'allow' ? 'allowed' : 'denied'} by ${statementName(statement)}.`;
}

function countLine(report: CheckReport): string {
  const remarks = remarksOf(report);
  const count = (severity: Severity): number => remarks.filter((one) => one.severity === severity).length;
  const verdicts = report.policies.flatMap((one) => one.verdicts);
  const met = verdicts.filter(({ isMet }) => isMet).length;
  return `${report.policies.length} trust policies, ${count('error')} errors, ${count('warning')} warnings, ${count('note')} notes, ${met} of ${verdicts.length} expectations met.`.replace(
    /\b1 (trust polic)ies|\b1 (error|warning|note)s/g,
    (_, one, two) => (one ? `1 ${one}y` : `1 ${two}`),
  );
}
