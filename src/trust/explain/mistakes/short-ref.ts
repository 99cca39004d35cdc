import { formatList, quote } from '../../../core/text.js';
import { escapeColons } from '../../oidc/subject.js';
import type { Diagnosis } from '../failure.js';
import { wouldMatch } from '../would-match.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';

/** Claims with a ref in them, beside `sub`. */
const WITH_REF = ['ref', 'job_workflow_ref'];

/** A claim's ref lacks refs/heads/ or refs/tags/. */
export const shortRef: Diagnosis = (failed) => {
  const shortened = (text: string): string => text.replace(/(^|@)refs\/(?:heads|tags)\//, '$1');
  const isRef = WITH_REF.includes(failed.claim.toLowerCase());
  if (!isRef || wouldMatch(failed, (text) => text, shortened) === undefined) return undefined;
  return {
    id: 'ref-shortened',
    why: 'The claim has the full ref, with refs/heads/ or refs/tags/ before the name.',
    fix: `Use ${formatList((failed.actual ?? []).map((one) => quote(one)))}.`,
  };
};

/** The same in a subject. */
export const shortRefInSubject: SubjectDiagnosis = ({ wanted }, got, { context }) => {
  if (context.kind !== 'ref') return undefined;
  const branch = escapeColons(context.ref.replace(/^refs\/(heads|tags)\//, ''));
  if (!wanted.some((text) => text.endsWith(`:${branch}`) || text.endsWith(`:ref:${branch}`)))
    return undefined;
  return {
    id: 'ref-shortened',
    why: 'The subject has the full ref, with refs/heads/ or refs/tags/ before the name.',
    fix: `Use ${quote(got)}.`,
  };
};
