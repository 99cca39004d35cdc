import { quote } from '../../../core/text.js';
import { wouldMatch } from '../would-match.js';
import { allowPullRequest } from './pull-request.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';

/** The policy's subject ends after the repository. */
export const incompleteSubject: SubjectDiagnosis = (failed, got, { context }) => {
  const longer = failed.wanted.map((one) => `${one.replace(/:$/, '')}:*`);
  if (wouldMatch({ ...failed, wanted: longer }) === undefined) return undefined;
  return {
    id: 'subject-goes-on',
    why: 'The policy ends after the repository, but the subject continues with the ref, the environment or pull_request, and the comparison covers all of it.',
    fix: context.kind === 'pull-request' ? allowPullRequest(got) : `Use ${quote(got)}.`,
  };
};
