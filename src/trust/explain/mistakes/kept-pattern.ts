import { matchesPattern } from '../../evaluate/pattern.js';

/**
 * The token's subject, with the pattern that the policy has for what follows the repository: a fix that wrote out today's
 * branch or tag would not serve tomorrow's.
 */
export function withPatternOf(wanted: readonly string[], got: string): string {
  const [, repository = '', run = ''] = /^(repo:[^:]*:)(.*)$/s.exec(got) ?? [];
  const patterns = wanted.map((text) => /^repo:[^:]*:(.*)$/s.exec(text)?.[1] ?? '');
  const kept = patterns.find((one) => /[*?]/.test(one) && matchesPattern(run, one));
  return kept === undefined ? got : repository + kept;
}
