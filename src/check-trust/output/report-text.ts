import { oneLine } from '../../core/text.js';
import type { Severity } from '../../trust/lint/rule.js';
import { annotationsOf } from './annotations.js';
import { changeLines } from './changes.js';
import { jobLines } from './jobs-text.js';
import { askedRoles, describedRoles, rankingLines } from './ranking.js';
import { reachLines } from './reach-text.js';
import { type CheckReport, countVerdicts, type FailOn } from './report.js';
import { roleVerdictLines } from './role-verdicts.js';
import { shortVerdictText } from './verdict-text.js';

/** The report as lines for a log or a terminal. */
export function reportLines(report: CheckReport): readonly string[] {
  const lines = annotationsOf(report).map(
    ({ path, line, column, severity, title, message }) =>
      `${oneLine(path)}:${line}:${column}: ${severity} ${title}: ${message}`,
  );
  const met = report.policies.flatMap(({ path, role, verdicts }) =>
    verdicts
      .filter(({ isMet }) => isMet)
      .map(
        (verdict) =>
          `${oneLine(path)}${role === undefined ? '' : ` (${oneLine(role)})`}: ok must-${verdict.expectation.expected}: ${shortVerdictText(verdict)}`,
      ),
  );
  const roles = roleVerdictLines(report);
  const { unlisted } = countVerdicts(report);
  const more = unlisted === 0 ? [] : [`${countOf(unlisted, 'more verdict')}, not listed.`];
  const described = describedRoles(report);
  const rest = askedRoles(report).length - described.length;
  return [
    ...rankingLines(report),
    ...lines,
    ...met,
    ...roles,
    ...more,
    ...reachLines(described, report),
    ...jobLines(described, report),
    ...(rest === 0 ? [] : [`The answers for ${rest} narrower roles are not listed.`]),
    ...changeLines(report),
    countLine(report),
  ];
}

/** Why the check fails, in one sentence. */
export function failureText(report: CheckReport, failOn: FailOn): string {
  const { unmet } = countVerdicts(report);
  const listed =
    report.policies.flatMap(({ verdicts, never }) => [...verdicts, ...never].filter(({ isMet }) => !isMet))
      .length + report.expectations.filter(({ isMet }) => !isMet).length;
  const of = (severity: Severity): number =>
    annotationsOf(report).filter((one) => one.severity === severity).length;
  const counts = [
    countOf(of('error') - listed, 'error'),
    countOf(failOn === 'warning' ? of('warning') : 0, 'warning'),
    countOf(unmet, 'unmet expectation'),
  ].filter((one) => !one.startsWith('0 '));
  return `Trust policy check failed: ${counts.join(', ')}.`;
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function countLine(report: CheckReport): string {
  const annotations = annotationsOf(report);
  const counts = (['error', 'warning', 'note'] as const).map((severity) =>
    countOf(annotations.filter((one) => one.severity === severity).length, severity),
  );
  const { met, unmet } = countVerdicts(report);
  const { length } = report.policies;
  return `${length} trust ${length === 1 ? 'policy' : 'policies'}, ${counts.join(', ')}, ${met} of ${met + unmet} expectations met.`;
}
