import type { Finding } from '../../trust/lint/rule.js';
import { type Annotation, annotation } from './annotation.js';
import { changeAnnotations } from './changes.js';
import { answerText } from './reach-text.js';
import type { CheckReport, PolicyReport, Verdict } from './report.js';
import { roleVerdictAnnotations } from './role-verdicts.js';
import { verdictText } from './verdict-text.js';

/** Everything there is to say, file by file: for annotations. Expectations that are met are not among it. */
export function annotationsOf(report: CheckReport): readonly Annotation[] {
  const { policies, problems } = report;
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
    ...roleVerdictAnnotations(report),
    ...changeAnnotations(report),
  ];
}

function unmet(report: PolicyReport, verdict: Verdict): Omit<Finding, 'statement'> {
  const { explanation, expectation } = verdict;
  const at = explanation.failures[0]?.at ?? explanation.statement?.at ?? report.at;
  return { severity: 'error', at, rule: `must-${expectation.expected}`, message: verdictText(verdict) };
}
