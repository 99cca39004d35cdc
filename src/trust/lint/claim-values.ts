import type { Condition } from '../language/policy.js';

/** Where the operator takes no patterns, a star has a rule of its own: star-in-equals. */
export function isPattern(text: string, { operator }: Condition): boolean {
  return operator.takesPatterns && /[*?]/.test(text);
}
