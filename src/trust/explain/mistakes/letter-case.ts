import { formatList, quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';
import { wouldMatch } from '../would-match.js';
import { withPatternOf } from './kept-pattern.js';

/** The values differ only in case. */
export const letterCase: Diagnosis = (failed) => {
  const wanted = wouldMatch(failed, (one) => one.toLowerCase());
  if (wanted === undefined) return undefined;
  const isPattern = failed.condition.operator.takesPatterns;
  const values = (failed.actual ?? []).map((one) => quote(isPattern ? withPatternOf([wanted], one) : one));
  return {
    id: 'case',
    why: 'The values differ only in upper and lower case, and the comparison is case-sensitive.',
    fix: `Write it as the token does: ${formatList(values)}.`,
  };
};
