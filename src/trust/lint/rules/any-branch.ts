import { quote } from '../../../core/text.js';
import { kindRule } from '../openings/rule.js';
import { subjectOf } from '../openings/subject.js';

export const anyBranch = kindRule('any-branch', 'warning', 'branch', (opening) => {
  const subject = subjectOf(opening);
  return subject === undefined
    ? 'Any branch gets in, and anyone who can push can create one. Add a condition on the subject (sub) that names the branch, or an environment with protection rules.'
    : `${quote(subject)} lets branches in by a pattern, and anyone who can push can create a branch that matches. Name the branch, or use an environment with protection rules.`;
});
