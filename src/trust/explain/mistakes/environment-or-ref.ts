import { quote } from '../../../core/text.js';
import { hasWildcard } from '../../evaluate/pattern.js';
import { namesAfter } from './other-context.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';

/** The policy wants a ref, and the job names an environment. */
export const environmentReplacesRef: SubjectDiagnosis = ({ wanted }, got, { context }) => {
  if (context.kind !== 'environment' || !wanted.some((text) => text.includes(':ref:'))) return undefined;
  return {
    id: 'environment-replaces-ref',
    why: 'The job names an environment, so the subject ends in the environment instead of the ref.',
    fix: `Use ${quote(got)}, and a condition on the key ref if the branch matters; or remove environment: from the job.`,
  };
};

/** The policy wants an environment, and the job names none. */
export const environmentMissing: SubjectDiagnosis = ({ wanted }, _got, { context }) => {
  const [name] = namesAfter('environment', wanted);
  if (context.kind === 'environment' || name === undefined) return undefined;
  return {
    id: 'environment-missing',
    why: 'The policy wants a job in an environment, and this job does not name one.',
    fix: hasWildcard(name)
      ? `Give the job an environment: whose name matches ${quote(name)}.`
      : `Give the job environment: ${quote(name)}.`,
  };
};
