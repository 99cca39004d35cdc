import { quote } from '../../../core/text.js';
import { matchesPattern } from '../../evaluate/pattern.js';
import { isPattern, valueRule } from '../claim-values.js';

export const pullRequest = valueRule('pull-request', 'warning', (text, condition) =>
  text.endsWith(':pull_request') || (isPattern(text, condition) && reachesPullRequest(text))
    ? `${quote(text)} lets pull requests in: unreviewed code runs with this role. Keep it for roles that only read.`
    : undefined,
);

function reachesPullRequest(pattern: string): boolean {
  const context = /^repo:[^:]*:(.*)$/s.exec(pattern)?.[1];
  return context === undefined ? pattern.endsWith('*') : matchesPattern('pull_request', context);
}
