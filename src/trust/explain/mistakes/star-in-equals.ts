import { quote } from '../../../core/text.js';
import { hasWildcard } from '../../evaluate/pattern.js';
import type { Diagnosis, FailedCondition, Reason } from '../failure.js';
import { wouldMatch } from '../would-match.js';

/** A pattern that would match stands behind an operator that takes none. */
export const starInEquals: Diagnosis = (failed) => {
  const { operator } = failed.condition;
  if (!comparesLiterally(failed)) return undefined;
  const pattern = wouldMatch({ ...failed, wanted: failed.wanted.filter(hasWildcard) });
  if (pattern === undefined) return undefined;
  return {
    id: 'star-in-equals',
    why: `${operator.written} compares letter by letter: it treats * and ? as ordinary characters.`,
    fix: `Use StringLike for ${quote(pattern)}, or write the value out.`,
  };
};

/** A star that is none is a fault of its own, which would show only after the other has been mended. */
export function withStarNote(reason: Reason, failed: FailedCondition): Reason {
  if (!comparesLiterally(failed) || reason.id === 'star-in-equals' || !failed.wanted.some(hasWildcard))
    return reason;
  const { written } = failed.condition.operator;
  return {
    ...reason,
    why: `${reason.why} Also, ${written} treats * and ? as ordinary characters: patterns need StringLike.`,
  };
}

function comparesLiterally({ condition: { operator } }: FailedCondition): boolean {
  return operator.kind === 'string' && !operator.takesPatterns && !operator.isNegated;
}
