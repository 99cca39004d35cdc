import { oneLine } from '../../core/text.js';
import type { Finding, Severity } from '../../trust/lint/rule.js';
import { answerText } from './reach-text.js';
import type { CheckReport, PolicyReport, Verdict } from './report.js';
import { verdictText } from './verdict-text.js';

/** One thing to say about one place in a file. */
export interface Annotation {
  readonly severity: Severity;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly title: string;
  readonly message: string;
}

/** Everything there is to say, file by file: for annotations. Expectations that are met are not among it. */
export function annotationsOf({ policies, problems }: CheckReport): readonly Annotation[] {
  return [
    ...problems.map((one) => annotation(one, one)),
    ...policies.flatMap((report) => [
      ...report.findings.map((one) => annotation(report, one)),
      ...report.verdicts.filter(({ isMet }) => !isMet).map((one) => annotation(report, unmet(report, one))),
      ...report.never
        .filter(({ isMet }) => !isMet)
        .map(({ answer, at }) =>
          annotation(report, {
            severity: 'error',
            at,
            rule: 'never',
            message: `${answer.question}: ${answerText(answer)}`,
          }),
        ),
    ]),
  ];
}

function annotation(
  { path, role }: Pick<PolicyReport, 'path' | 'role'>,
  { severity, at, rule, message }: Omit<Finding, 'statement'>,
): Annotation {
  // A file may have many roles: a message about one of them begins with its name.
  const whole = role === undefined ? message : `${oneLine(role)}: ${message}`;
  return { severity, path, ...at, title: rule, message: whole };
}

function unmet(report: PolicyReport, verdict: Verdict): Omit<Finding, 'statement'> {
  const { explanation, expectation } = verdict;
  const at = explanation.failures[0]?.at ?? explanation.statement?.at ?? report.at;
  return { severity: 'error', at, rule: `must-${expectation.expected}`, message: verdictText(verdict) };
}
