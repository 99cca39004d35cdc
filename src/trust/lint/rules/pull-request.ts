import { quote } from '../../../core/text.js';
import { kindRule } from '../openings/rule.js';
import { subjectOf } from '../openings/subject.js';

export const pullRequest = kindRule('pull-request', 'warning', 'pull-request', (opening) => {
  const subject = subjectOf(opening);
  const what = subject === undefined ? 'This statement' : quote(subject);
  return `${what} lets pull requests in: unreviewed code runs with this role. Keep it for roles that only read.`;
});
