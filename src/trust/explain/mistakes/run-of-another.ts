import { quote } from '../../../core/text.js';
import { parseSubject } from '../../oidc/subject.js';
import type { Diagnosis } from '../failure.js';
import { isOtherRepository } from './subject-repository.js';

const WHY: Readonly<Record<string, string>> = {
  workflow_run:
    'The run was started by workflow_run: its token is that of the default branch, whichever branch or pull request the other workflow ran for.',
  pull_request_target:
    'The run was started by pull_request_target: its token is that of the branch that the pull request goes into, not of the pull request.',
};

/** The token belongs to another branch than that of whatever started the run. */
export const runOfAnother: Diagnosis = ({ claim, outcome, actual, wanted }, { claims }) => {
  const [got = ''] = actual ?? [];
  const { event_name: event } = claims;
  const why = typeof event === 'string' && Object.hasOwn(WHY, event) ? WHY[event] : undefined;
  if (why === undefined || outcome !== 'mismatch') return undefined;
  const isSubject = claim.toLowerCase() === 'sub' && parseSubject(got)?.context.kind === 'ref';
  if (claim.toLowerCase() !== 'ref' && (!isSubject || isOtherRepository(wanted, got))) return undefined;
  if (isSubject && !wanted.some((text) => /:pull_request$|:ref:/.test(text))) return undefined;
  return {
    id: 'run-of-another',
    why,
    fix: `Run the job on push or pull_request, or allow ${quote(got)}, if nothing in the job runs or trusts what the pull request brings along.`,
  };
};
