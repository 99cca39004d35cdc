import { quote } from '../../../core/text.js';
import { formatSubject, parseSubject, type Subject } from '../../oidc/subject.js';
import type { Diagnosis, FailedCondition, Reason } from '../failure.js';
import { wouldMatch } from '../would-match.js';
import { customisedSubject } from './customised-subject.js';
import { environmentMissing, environmentReplacesRef } from './environment-or-ref.js';
import { escapedColon } from './escaped-colon.js';
import { incompleteSubject } from './incomplete-subject.js';
import { withPatternOf } from './kept-pattern.js';
import { otherContext } from './other-context.js';
import { pullRequest } from './pull-request.js';
import { shortRefInSubject } from './short-ref.js';
import type { SubjectDiagnosis } from './subject-diagnosis.js';
import { nearestRepository } from './subject-repository.js';
import { subjectTemplate } from './subject-template.js';

/** Why a subject is not the wanted one. */
export const subjectMistake: Diagnosis = (failed, token) => {
  const got = failed.actual?.[0];
  if (failed.claim.toLowerCase() !== 'sub' || failed.outcome !== 'mismatch' || got === undefined)
    return undefined;
  const subject = parseSubject(got);
  if (subject === undefined) return customisedSubject(failed, token);
  return subjectTemplate(failed, token) ?? ofDefaultForm(failed, got, subject);
};

/** What can be wrong after the repository, in the order in which it is looked for. */
const CONTEXT_MISTAKES: readonly SubjectDiagnosis[] = [
  escapedColon,
  incompleteSubject,
  environmentReplacesRef,
  environmentMissing,
  pullRequest,
  shortRefInSubject,
  otherContext,
];

const contextMistake: SubjectDiagnosis = (...parts) => {
  for (const diagnose of CONTEXT_MISTAKES) {
    const reason = diagnose(...parts);
    if (reason !== undefined) return reason;
  }
  return undefined;
};

/** The repository first, and then what follows it, where that is another one as well. */
function ofDefaultForm(failed: FailedCondition, got: string, subject: Subject): Reason | undefined {
  const { wanted, relation, reason } = nearestRepository(failed, got, subject);
  const near = { ...failed, wanted };
  if (reason === undefined) return contextMistake(near, got, subject);
  if (relation === 'other' || relation === 'no-prefix') {
    return { ...reason, fix: `If this repository may have the role, add ${quote(got)} to the values.` };
  }
  if (relation === 'other-ids') return reason;
  const plain = withoutIdsOrCase(near, subject);
  const isAll = wouldMatch(plain) !== undefined;
  const rest = isAll ? undefined : contextMistake(plain, got, subject);
  if (rest !== undefined) {
    return { ...reason, why: `${reason.why} ${rest.why}`, fix: joined(reason.fix, rest.fix) };
  }
  const kept = quote(failed.condition.operator.takesPatterns ? withPatternOf(wanted, got) : got);
  const use =
    relation === 'ids-unexpected'
      ? `Opt the repository in to immutable subjects, or use ${kept}.`
      : `Use ${kept}.`;
  return { ...reason, fix: use };
}

/** The condition with the repository's part made right: without ids and in small letters, on both sides. */
function withoutIdsOrCase(failed: FailedCondition, subject: Subject): FailedCondition {
  const own = formatSubject({ ...subject, ownerId: undefined, repositoryId: undefined });
  return { ...failed, wanted: failed.wanted.map(plainRepository), actual: [plainRepository(own)] };
}

function plainRepository(text: string): string {
  return text.replace(/^repo:[^:]*/, (name) => name.replace(/@[^/:]*/g, '').toLowerCase());
}

function joined(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join(' ');
}
