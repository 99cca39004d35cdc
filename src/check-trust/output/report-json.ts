import { escapeMarkdown, table } from '../../report/markdown.js';
import type { CheckReport } from '../check.js';
import { remarksOf, verdictText } from './report-text.js';

/** The output `decisions`: each expectation against each policy. */
export function decisionsJson({ policies }: CheckReport): string {
  return JSON.stringify(
    policies.flatMap(({ path, role, verdicts }) =>
      verdicts.map(({ expectation, explanation, isMet }) => ({
        file: path,
        ...(role !== undefined && { role }),
        item: expectation.label,
        expected: expectation.expected,
        allowed: explanation.decision === 'allow',
        decision: explanation.decision,
        met: isMet,
        ...(explanation.statement && { statement: explanation.statement.number }),
        ...(explanation.failures.length > 0 && {
          failing: explanation.failures.map(({ id, part, operator, key, wanted, got, why, fix }) => ({
            id,
            part,
            ...(operator !== undefined && { operator }),
            ...(key !== undefined && { key }),
            wanted,
            got: got ?? null,
            why,
            ...(fix !== undefined && { fix }),
          })),
        }),
      })),
    ),
  );
}

/** The output `findings`: files that cannot be tested, and what the rules object to. */
export function findingsJson({ policies, problems }: CheckReport): string {
  return JSON.stringify([
    ...problems.map(({ rule, severity, path, role, at, message }) => ({
      file: path,
      ...(role !== undefined && { role }),
      rule,
      severity,
      statement: null,
      line: at.line,
      message,
    })),
    ...policies.flatMap(({ path, role, findings }) =>
      findings.map(({ rule, severity, statement, message, at }) => ({
        file: path,
        ...(role !== undefined && { role }),
        rule,
        severity,
        statement: statement ?? null,
        line: at.line,
        message,
      })),
    ),
  ]);
}

/** The page of the job's summary: expectations, then findings. */
export function summaryMarkdown(report: CheckReport): string {
  const verdicts = report.policies.flatMap(({ path, role, verdicts }) =>
    verdicts.map((verdict) => [
      verdict.isMet ? '✅' : '❌',
      `must ${verdict.expectation.expected}`,
      role === undefined ? path : `${path} (${role})`,
      verdictText(verdict),
    ]),
  );
  const remarks = remarksOf(report)
    .filter(({ title }) => !/^must-/.test(title))
    .map(({ severity, title, path, line, message }) => [severity, title, `${path}:${line}`, message]);
  return [
    '### Trust policies',
    '',
    ...tableOf(['', 'Expected', 'Policy', 'Result'], verdicts),
    ...tableOf(['Severity', 'Rule', 'Place', 'What'], remarks),
    ...(verdicts.length + remarks.length === 0 ? ['Nothing to object to.', ''] : []),
  ].join('\n');
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [table(head, rows, (cell) => escapeMarkdown(cell, 1000)), ''];
}
