import { escapeMarkdown, table } from '../../report/markdown.js';
import { annotationsOf } from './annotations.js';
import { changeRows, countOfChanges, isChange } from './changes.js';
import { reachMatrix } from './reach-text.js';
import { type CheckReport, countVerdicts } from './report.js';
import { roleVerdictRows } from './role-verdicts.js';
import { verdictText } from './verdict-text.js';

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
  const expected = [...verdicts, ...roleVerdictRows(report)];
  const { unlisted } = countVerdicts(report);
  const findings = annotationsOf(report)
    .filter(({ title }) => !/^(must-|expectation$)/.test(title) && !isChange(title))
    .map(({ severity, title, path, line, message }) => [severity, title, `${path}:${line}`, message]);
  return [
    '### Trust policies',
    '',
    ...tableOf(['', 'Expected', 'Policy', 'Result'], expected),
    ...(unlisted === 0 ? [] : [`${unlisted} more verdicts are not listed.`, '']),
    ...tableOf(['Severity', 'Rule', 'Place', 'What'], findings),
    ...changesSection(report),
    ...reachSection(report),
    ...(expected.length + findings.length === 0 ? ['No findings.', ''] : []),
  ].join('\n');
}

/** What has changed since the base. */
function changesSection(report: CheckReport): readonly string[] {
  if (report.changes === undefined) return [];
  const { base } = report.changes;
  const rows = changeRows(report);
  return [
    `#### Changes since ${escapeMarkdown(base)}`,
    '',
    ...tableOf(['', 'Role', 'What'], rows),
    `${countOfChanges(report)}`,
    '',
  ];
}

/** Who can assume which role. */
function reachSection(report: CheckReport): readonly string[] {
  const { head, rows } = reachMatrix(report);
  if (report.repository === undefined || rows.length === 0) return [];
  return [
    `#### Who can assume a role for ${escapeMarkdown(report.repository)}`,
    '',
    ...tableOf(head, rows),
    '✔ as it should be: no one, and for `intended` some one. ✘ not so, with the token that shows it. ? not certain.',
    '',
  ];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [table(head, rows, (cell) => escapeMarkdown(cell, 1000)), ''];
}
