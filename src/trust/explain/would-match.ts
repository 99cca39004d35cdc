import { matchesPattern } from '../evaluate/pattern.js';
import type { FailedCondition } from './failure.js';

/** Some wanted text that would have matched, had both sides been changed in some way. */
export function wouldMatch(
  { wanted, actual }: Pick<FailedCondition, 'wanted' | 'actual'>,
  change: (text: string) => string = (text) => text,
  changeActual = change,
): string | undefined {
  return wanted.find((text) =>
    (actual ?? []).some((value) => matchesPattern(changeActual(value), change(text))),
  );
}
