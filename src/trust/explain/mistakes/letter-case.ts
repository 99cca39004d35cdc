import { formatList, quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';
import { wouldMatch } from '../would-match.js';

/** The values differ only in case. */
export const letterCase: Diagnosis = (failed) => {
  if (wouldMatch(failed, (one) => one.toLowerCase()) === undefined) return undefined;
  return {
    id: 'case',
    why: 'The values differ only in upper and lower case, and the comparison is case-sensitive.',
    fix: `Write it as the token does: ${formatList((failed.actual ?? []).map((one) => quote(one)))}.`,
  };
};
