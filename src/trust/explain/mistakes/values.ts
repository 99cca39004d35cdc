import { listed, quote } from '../../../text.js';
import { hasWildcard, matchesPattern } from '../../evaluate/pattern.js';
import { isBuiltIn } from '../../oidc/issuer.js';
import { type Classic, claimText, type FailedCondition } from '../failure.js';

/** Why values differ, whatever the key. */
export const VALUE_CLASSICS: readonly Classic[] = [
  starInEquals,
  otherCase,
  blanks,
  wholeRef,
  callingWorkflow,
  otherAudience,
  otherId,
];

/** Whether some wanted text, changed in some way, would have matched. */
export function wouldMatch(
  { wanted, actual }: FailedCondition,
  change: (text: string) => string,
  changeActual = change,
): string | undefined {
  return wanted.find((text) =>
    (actual ?? []).some((value) => matchesPattern(change(text), changeActual(value))),
  );
}

function starInEquals(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  const { name, written } = failed.condition.operator;
  if (name !== 'StringEquals' && name !== 'StringEqualsIgnoreCase') return undefined;
  const same = (text: string): string => text;
  const pattern = failed.wanted.find(
    (text) => hasWildcard(text) && wouldMatch({ ...failed, wanted: [text] }, same),
  );
  if (pattern === undefined) return undefined;
  return {
    id: 'star-in-equals',
    why: `${written} compares letter by letter: a * or ? in it is just that character.`,
    fix: `Use StringLike for ${quote(pattern)}, or write the value out.`,
  };
}

function otherCase(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  const text = wouldMatch(failed, (one) => one.toLowerCase());
  if (text === undefined) return undefined;
  return {
    id: 'case',
    why: 'The two differ in upper and lower case only, and values are compared with case.',
    fix: `Write it as the token does: ${listed((failed.actual ?? []).map((one) => quote(one)))}.`,
  };
}

function blanks(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  const text = wouldMatch(failed, (one) => one.trim());
  if (text === undefined) return undefined;
  return {
    id: 'blanks',
    why: 'The policy has blanks around the value.',
    fix: `Write ${quote(text.trim())}.`,
  };
}

/** Claims with a ref in them; `sub` has its own classics. */
const WITH_REF = ['ref', 'job_workflow_ref'];

function wholeRef(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  const shortened = (text: string): string => text.replace(/(^|@)refs\/(?:heads|tags)\//, '$1');
  const same = (text: string): string => text;
  if (!WITH_REF.includes(failed.claim.toLowerCase()) || wouldMatch(failed, same, shortened) === undefined)
    return undefined;
  return {
    id: 'ref-shortened',
    why: 'The claim has the whole ref, with refs/heads/ or refs/tags/ before the name.',
    fix: `Use ${listed((failed.actual ?? []).map((one) => quote(one)))}.`,
  };
}

function callingWorkflow(...[failed, situation]: Parameters<Classic>): ReturnType<Classic> {
  if (failed.claim.toLowerCase() !== 'job_workflow_ref') return undefined;
  const caller = claimText(situation, 'workflow_ref');
  if (caller === undefined || !failed.wanted.some((text) => matchesPattern(text, caller))) return undefined;
  return {
    id: 'calling-workflow',
    why: 'job_workflow_ref names the reusable workflow that was called; the policy names the one that calls it.',
    fix: `Use ${listed((failed.actual ?? []).map((one) => quote(one)))}.`,
  };
}

function otherAudience(...[failed, situation]: Parameters<Classic>): ReturnType<Classic> {
  if (failed.claim.toLowerCase() !== 'aud') return undefined;
  const [got = ''] = failed.actual ?? [];
  const wanted = failed.wanted[0] ?? '';
  const change = `change the policy to ${quote(got)}`;
  // The input is what the runner's issuer is asked for: never a pattern, and not what a built-in provider puts in.
  const isSettable = !isBuiltIn(situation.issuer);
  const value = hasWildcard(wanted) ? `one that fits ${quote(wanted)}` : quote(wanted);
  return {
    id: 'audience',
    why: `The token was made for the audience ${quote(got)}.`,
    fix: isSettable
      ? `Either set the input audience to ${value}, which must then be among the OIDC provider's client ids, or ${change}.`
      : `If this audience may have the role, ${change}.`,
  };
}

/** Ids are in a policy for the very case that somebody else takes a name over. */
function otherId(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  if (!['repository_id', 'repository_owner_id'].includes(failed.claim.toLowerCase())) return undefined;
  const got = listed((failed.actual ?? []).map((one) => quote(one)));
  return {
    id: 'other-ids',
    why: 'The policy has another id: this is another repository or owner, even if the name is the same.',
    fix: `Only if it was made anew on purpose, or is to have the role as well, add ${got} to the values.`,
  };
}
