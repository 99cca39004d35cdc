import { listed, quote } from '../text.js';
import { type Classic, claimText, type FailedCondition } from './failure.js';
import { hasWildcard, matchesPattern } from './pattern.js';

/** Why values differ, whatever the key. */
export const VALUE_CLASSICS: readonly Classic[] = [
  starInEquals,
  otherCase,
  blanks,
  callingWorkflow,
  otherAudience,
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

function otherAudience(...[failed]: Parameters<Classic>): ReturnType<Classic> {
  if (failed.claim.toLowerCase() !== 'aud') return undefined;
  const [got = ''] = failed.actual ?? [];
  const wanted = failed.wanted[0] ?? '';
  return {
    id: 'audience',
    why: `The token was made for the audience ${quote(got)}.`,
    fix: `Either set the input audience to ${quote(wanted)}, which must then be among the OIDC provider's client ids, or change the policy to ${quote(got)}.`,
  };
}
