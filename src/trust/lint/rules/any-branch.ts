import { quote } from '../../../core/text.js';
import { isPattern, valueRule } from '../claim-values.js';

export const anyBranch = valueRule('any-branch', 'warning', (text, condition) =>
  isPattern(text, condition) && /:ref:(refs\/(heads\/[^*?]*)?)?[*?]|^repo:[^:]*:[*?]|:\*$/.test(text)
    ? `${quote(text)} lets branches in by a pattern, and anyone who can push can create a branch that matches. Name the branch, or use an environment with protection rules.`
    : undefined,
);
