import { quote } from '../../../core/text.js';
import { claimOf } from '../../language/policy.js';
import { parseSubject, withoutIds } from '../../oidc/subject.js';
import type { Diagnosis, TokenContext } from '../failure.js';

/** The policy has another name, and the id of the token's repository. */
export const renamedRepository: Diagnosis = ({ claim, outcome, wanted, actual }, token) => {
  const [got = ''] = actual ?? [];
  const { repository, repository_id: claimed } = token.claims;
  const id = parseSubject(got)?.repositoryId ?? claimed;
  const isAbout = ['sub', 'repository'].includes(claim.toLowerCase());
  if (!isAbout || outcome !== 'mismatch' || typeof id !== 'string' || typeof repository !== 'string')
    return undefined;
  const named = wanted.map((text) => /^(?:repo:)?([^:*?/]+\/[^:*?/]+)/.exec(text)?.[1] ?? '');
  const others = named.filter(
    (text) => text !== '' && withoutIds(text).toLowerCase() !== repository.toLowerCase(),
  );
  const proven =
    others.find((text) => text.endsWith(`@${id}`)) ?? (wantsId(id, token) ? others[0] : undefined);
  // Where one of the values has the name of today, something else is wrong.
  if (proven === undefined || others.length < named.length) return undefined;
  return {
    id: 'renamed-repository',
    why: `The policy has the id of this repository, ${quote(id)}, under another name: it was ${quote(withoutIds(proven))} and has been renamed or transferred to ${quote(repository)}.`,
    fix: `Use ${quote(got)}.`,
  };
};

/** Whether the statement also asks for the id, which proves that the repository is the same. */
function wantsId(id: string, { statement }: TokenContext): boolean {
  return statement.conditions.some(
    (one) =>
      claimOf(one) === 'repository_id' &&
      !one.operator.isNegated &&
      one.values.some(({ text }) => text === id),
  );
}
