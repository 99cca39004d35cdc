import { quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';

/** The branch that a merge queue makes for one group of pull requests; its name holds the branch they go into. */
const QUEUE = /refs\/heads\/gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/;

/** The run belongs to a merge queue, and the policy wants a branch. */
export const mergeQueue: Diagnosis = ({ claim, outcome, actual }) => {
  const [got = ''] = actual ?? [];
  const target = QUEUE.exec(got)?.[1];
  if (target === undefined || outcome !== 'mismatch' || !['sub', 'ref'].includes(claim.toLowerCase()))
    return undefined;
  const pattern = got.replace(/\/pr-\d+-[0-9a-f]+$/, '/*');
  return {
    id: 'merge-queue',
    why: `The run checks a merge queue's group, on a branch that GitHub made for it alone and deletes afterwards; the branch ${quote(target)} has not changed yet.`,
    fix: `Run the job on push to ${quote(target)}, after the merge, or, for a role that only reads, allow ${quote(pattern)} with StringLike.`,
  };
};
