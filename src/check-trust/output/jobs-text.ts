import { oneLine } from '../../core/text.js';
import type { JobAnswer } from '../workflows/answers.js';
import { placeOf } from './reach-text.js';
import type { CheckReport, PolicyReport } from './report.js';

/** The jobs that can assume a role, or may. */
export function openJobs({ jobs }: PolicyReport): readonly JobAnswer[] {
  return jobs.filter(({ answer }) => answer !== 'no');
}

/** What there is to say of all jobs together; empty where each has to be named. */
export function jobsVerdict(report: PolicyReport): string {
  if (openJobs(report).length === 0) return 'nothing in this repository can assume this role';
  const isOpen = report.jobs.some(({ isForPullRequests }) => isForPullRequests);
  return isOpen ? 'any pull request can assume this role, except from forks' : '';
}

/** Which jobs can assume which role, one job a line in columns, for a log or a terminal. */
export function jobLines(
  roles: readonly PolicyReport[],
  { asksForJobs, repository }: Pick<CheckReport, 'asksForJobs' | 'repository'>,
): readonly string[] {
  if (!asksForJobs) return [];
  return roles.flatMap((report) => {
    const open = openJobs(report);
    const verdict = jobsVerdict(report);
    const place = placeOf(report);
    if (open.length === 0) return [`${place}: ${verdict}`];
    const cells = open.map(cellsOf);
    const width = (column: number): number => Math.max(...cells.map((row) => row[column]?.length ?? 0));
    const widths = [width(0), width(1), width(2)];
    return [
      `${place}: jobs of ${repository} that can assume this role${verdict === '' ? '' : `: ${verdict}`}`,
      ...cells.map((row) => `  ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ')}`),
    ];
  });
}

/** An answer in columns: answer, workflow, job, and why. */
export function cellsOf({ answer, because, job: { workflow, job } }: JobAnswer): readonly string[] {
  return [answer, oneLine(workflow), oneLine(job), oneLine(because, 2000)];
}
