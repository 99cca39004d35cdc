import { quote } from '../../core/text.js';
import { failureText } from '../../trust/explain/failure-text.js';
import { statementName } from '../../trust/language/policy.js';
import type { Verdict } from './report.js';

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

/** The same for one that is as it should be. */
export function shortVerdictText({ expectation, explanation }: Verdict): string {
  const { decision, statement } = explanation;
  if (decision === 'none' || statement === undefined) return `${quote(expectation.label)} is refused.`;
  return `${quote(expectation.label)} is ${decision === 'allow' ? 'allowed' : 'denied'} by ${statementName(statement)}.`;
}
