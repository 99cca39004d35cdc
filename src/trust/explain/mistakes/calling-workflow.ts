import { formatList, quote } from '../../../core/text.js';
import { matchesPattern } from '../../evaluate/pattern.js';
import type { Diagnosis } from '../failure.js';

/** The policy names the calling workflow where the key holds the called one. */
export const callingWorkflow: Diagnosis = ({ claim, wanted, actual }, { claims }) => {
  const caller = claims['workflow_ref'];
  if (claim.toLowerCase() !== 'job_workflow_ref' || typeof caller !== 'string') return undefined;
  if (!wanted.some((text) => matchesPattern(caller, text))) return undefined;
  return {
    id: 'calling-workflow',
    why: 'job_workflow_ref names the reusable workflow that was called; the policy names the workflow that calls it.',
    fix: `Use ${formatList((actual ?? []).map((one) => quote(one)))}.`,
  };
};
