import { quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';
import { wouldMatch } from '../would-match.js';

/** The policy has blanks around the value. */
export const whiteSpace: Diagnosis = (failed) => {
  const text = wouldMatch(failed, (one) => one.trim());
  if (text === undefined) return undefined;
  return {
    id: 'blanks',
    why: 'The policy has white space around the value.',
    fix: `Write ${quote(text.trim())}.`,
  };
};
