import type { Severity } from '../../trust/lint/rule.js';
import type { Answer } from '../../trust/reach/question.js';
import type { Annotation } from './annotation.js';
import { annotationsOf } from './annotations.js';
import { answerText, markOf } from './reach-text.js';
import type { CheckReport, PolicyReport } from './report.js';

/** The report for code scanning (SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html). */
export function sarif(report: CheckReport): string {
  const annotations = [...annotationsOf(report), ...report.policies.flatMap(reachAnnotations)];
  const rules = [...new Set(annotations.map(({ title }) => title))].sort();
  const results = annotations.map((one) => resultOf(one, rules.indexOf(one.title)));
  const driver = { name: 'check-trust', rules: rules.map((id) => ({ id })) };
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results };
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] };
  return JSON.stringify(log, null, 2);
}

/** Answers that are not as they should be; what must never be is among the annotations already. */
function reachAnnotations({ path, at, role, reach, never }: PolicyReport): readonly Annotation[] {
  const isExpected = (answer: Answer): boolean => never.some((one) => one.answer === answer);
  return reach
    .filter((answer) => markOf(answer) !== '✔' && !isExpected(answer))
    .map((answer) => ({
      severity: severityOf(answer),
      path,
      ...at,
      title: `reach/${answer.question}`,
      message: `${role === undefined ? '' : `${role}: `}${answerText(answer)}`,
    }));
}

function severityOf(answer: Answer): Severity {
  return markOf(answer) === '✘' ? 'warning' : 'note';
}

function resultOf({ severity, path, line, column, title, message }: Annotation, ruleIndex: number): object {
  const region = { startLine: line, startColumn: column };
  return {
    ruleId: title,
    ruleIndex,
    level: severity,
    message: { text: messageText(message) },
    locations: [{ physicalLocation: { artifactLocation: { uri: uriOf(path) }, region } }],
  };
}

/** Braces enclose the place of an argument and are doubled; `[text](target)` would be a link (SARIF, 3.11). */
function messageText(message: string): string {
  return message.replace(/[{}]/g, '$&$&').replaceAll('](', '] (');
}

/** A relative path is one in the repository. */
function uriOf(path: string): string {
  const uri = path.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  return uri.startsWith('/') ? `file://${uri}` : uri;
}
