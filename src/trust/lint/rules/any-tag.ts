import { quote } from '../../../core/text.js';
import { kindRule } from '../openings/rule.js';
import { subjectOf } from '../openings/subject.js';

export const anyTag = kindRule('any-tag', 'warning', 'tag', (opening) => {
  const subject = subjectOf(opening);
  const what = subject === undefined ? 'Any tag gets in' : `${quote(subject)} lets tags in by a pattern`;
  return `${what}, and anyone who can push can create a tag of any commit. Protect the tags with a ruleset, or use an environment with protection rules.`;
});
