import { quote } from '../../../core/text.js';
import { wouldMatch } from '../would-match.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';

/** A colon inside a name stands in the policy as it is. */
export const escapedColon: SubjectDiagnosis = (failed, got) => {
  const unescaped = (text: string): string => text.replaceAll('%3A', ':');
  const isMistaken = wouldMatch(failed, (text) => text, unescaped) !== undefined;
  if (!got.includes('%3A') || !isMistaken) return undefined;
  return {
    id: 'escaped-colon',
    why: 'GitHub writes a colon inside a value as %3A in the subject.',
    fix: `Use ${quote(got)}.`,
  };
};
