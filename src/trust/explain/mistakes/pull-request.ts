import { quote } from '../../../core/text.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';

/** A pull request runs, and the policy wants a branch. */
export const pullRequest: SubjectDiagnosis = ({ wanted }, got, { context }) => {
  const wantsOne = wanted.some((text) => text.endsWith(':pull_request'));
  if (context.kind !== 'pull-request' || wantsOne) return undefined;
  return {
    id: 'pull-request',
    why: 'This is a pull request run. Its subject ends in pull_request and does not name a branch.',
    fix: allowPullRequest(got),
  };
};

/** How to let a pull request in, or do without. */
export function allowPullRequest(subject: string): string {
  return `Run the job on push, or, for a role that only reads, allow ${quote(subject)}.`;
}
