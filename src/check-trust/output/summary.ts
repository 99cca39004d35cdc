import { escapeMarkdown, table } from '../../report/markdown.js';
import { annotationsOf } from './annotations.js';
import { changeRows, countOfChanges, isChange } from './changes.js';
import { reachGraph } from './graph.js';
import { cellsOf, jobsVerdict, openJobs } from './jobs-text.js';
import { askedRoles, byWidth, MANY_ROLES, openQuestions } from './ranking.js';
import { reachMatrix, reachReasons } from './reach-text.js';
import { type CheckReport, countVerdicts, type PolicyReport } from './report.js';
import { roleNames } from './role-names.js';
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
  const reach = reachSection(report);
  const isRanked = askedRoles(report).length > MANY_ROLES;
  return [
    '### Trust policies',
    '',
    ...(isRanked ? reach : []),
    ...tableOf(['', 'Expected', 'Policy', 'Result'], expected),
    ...(unlisted === 0 ? [] : [`${unlisted} more verdicts are not listed.`, '']),
    ...tableOf(['Severity', 'Rule', 'Place', 'What'], findings),
    ...changesSection(report),
    ...(isRanked ? [] : reach),
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

/** So many rows of a table can be read; the outputs have them all. */
const MAX_ROWS = 100;

/** Who can assume which role. */
function reachSection(report: CheckReport): readonly string[] {
  const asked = askedRoles(report);
  if (asked.length === 0) return [];
  const isLong = asked.length > MANY_ROLES;
  const roles = isLong ? byWidth(asked) : asked;
  const names = roleNames(roles);
  const matrix = reachMatrix(names);
  const reasons = reachReasons(names);
  const graph = reachGraph(names, report);
  return [
    `#### Who can assume a role for ${escapeMarkdown(report.repository ?? '')}`,
    '',
    ...(isLong ? [rankingSentence(roles), ''] : []),
    ...limited(matrix.head, matrix.rows),
    '✔ as it should be: no one, and for `intended` someone. ✘ not so: a token shows it. ? not certain.',
    '',
    ...folded('The tokens', reasons.rows.length, limited(reasons.head, reasons.rows)),
    ...(graph === undefined
      ? []
      : [
          '```mermaid',
          graph,
          '```',
          'Dotted: only some of its runs, or not certain. Framed in red: who should not.',
          '',
        ]),
    ...jobsSection(report, names),
  ];
}

function rankingSentence(roles: readonly PolicyReport[]): string {
  const wide = roles.filter((role) => openQuestions(role).length > 0).length;
  return `${wide} of ${roles.length} roles let in more than they are for, or less. The widest come first.`;
}

/** Which of the repository's own jobs can assume which role. */
function jobsSection(
  { asksForJobs, repository = '' }: CheckReport,
  names: ReadonlyMap<PolicyReport, string>,
): readonly string[] {
  if (!asksForJobs) return [];
  const rows = [...names].flatMap(([role, name]) => {
    const open = openJobs(role).map((one) => [name, ...cellsOf(one)]);
    const verdict = jobsVerdict(role);
    return verdict === '' ? open : [[name, '', '', '', `${verdict}.`], ...open];
  });
  return [
    `#### Which jobs of ${escapeMarkdown(repository)} can assume a role`,
    '',
    ...limited(['Role', 'Answer', 'Workflow', 'Job', 'Why'], rows),
  ];
}

function limited(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const rest = rows.length - MAX_ROWS;
  const more = rest > 0 ? [`${rest} more rows are not listed.`, ''] : [];
  return [...tableOf(head, rows.slice(0, MAX_ROWS)), ...more];
}

/** Many rows are shown on demand. */
function folded(title: string, rows: number, lines: readonly string[]): readonly string[] {
  if (rows <= MAX_OPEN_ROWS) return lines;
  return ['<details>', `<summary>${title}</summary>`, '', ...lines, '</details>', ''];
}

const MAX_OPEN_ROWS = 20;

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [table(head, rows, (cell) => escapeMarkdown(cell, 1000)), ''];
}
