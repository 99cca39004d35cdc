import { quote } from '../../../text.js';
import { formatSubject, parseSubject, type Subject } from '../../oidc/subject.js';
import type { Classic, FailedCondition, Reason } from '../failure.js';
import { contextClassic } from './subject-context.js';
import { nearestRepository } from './subject-repository.js';
import { wouldMatch } from './values.js';

/** Why a subject is not the wanted one. */
export function subjectClassic(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  const got = failed.actual?.[0];
  if (failed.claim.toLowerCase() !== 'sub' || failed.outcome !== 'mismatch' || got === undefined)
    return undefined;
  const subject = parseSubject(got);
  return subject === undefined ? customised(failed, got) : ofDefaultForm(failed, got, subject);
}

function customised(failed: FailedCondition, got: string): Reason | undefined {
  if (!failed.wanted.some((text) => text.startsWith('repo:'))) return undefined;
  return {
    id: 'customised-subject',
    why: "The token's subject has not GitHub's default form: the repository or its organisation has customised it (include_claim_keys).",
    fix: `Write the condition for the form that is used: ${quote(got)}.`,
  };
}

/** The repository first, and then what follows it, where that is another one as well. */
function ofDefaultForm(failed: FailedCondition, got: string, subject: Subject): Reason | undefined {
  const { wanted, relation, reason } = nearestRepository(failed, got, subject);
  const near = { ...failed, wanted };
  if (reason === undefined) return contextClassic(near, got, subject);
  if (relation === 'other' || relation === 'no-prefix') {
    return { ...reason, fix: `If this repository may have the role, add ${quote(got)} to the values.` };
  }
  if (relation === 'other-ids') return reason;
  const plain = plainly(near, subject);
  const isAll = wouldMatch(plain, (text) => text) !== undefined;
  const rest = isAll ? undefined : contextClassic(plain, got, subject);
  if (rest !== undefined) {
    return { ...reason, why: `${reason.why} ${rest.why}`, fix: joined(reason.fix, rest.fix) };
  }
  const use =
    relation === 'ids-unexpected'
      ? `Opt the repository in to immutable subjects, or use ${quote(got)}.`
      : `Use ${quote(got)}.`;
  return { ...reason, fix: use };
}

/** The condition with the repository's part made right: without ids and in small letters, on both sides. */
function plainly(failed: FailedCondition, subject: Subject): FailedCondition {
  const own = formatSubject({ ...subject, ownerId: undefined, repositoryId: undefined });
  return { ...failed, wanted: failed.wanted.map(plainRepository), actual: [plainRepository(own)] };
}

function plainRepository(text: string): string {
  return text.replace(/^repo:[^:]*/, (name) => name.replace(/@[^/:]*/g, '').toLowerCase());
}

function joined(...texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined).join(' ');
}
