import { QUESTIONS, type Question } from '../../trust/reach/question.js';
import { markOf, placeOf } from './reach-text.js';
import type { CheckReport, PolicyReport } from './report.js';

/** Of more roles than this a ranking comes first, and only the widest are described one by one. */
export const MANY_ROLES = 20;

/** A terminal's screens are few; the JSON has them all. */
const MAX_RANKED = 50;

/** The roles that it was asked of who can assume them. */
export function askedRoles({ policies, repository }: CheckReport): readonly PolicyReport[] {
  return repository === undefined ? [] : policies.filter(({ reach }) => reach.length > 0);
}

/** Those that are described one by one: all of a few, the widest of many, in that order. */
export function describedRoles(report: CheckReport): readonly PolicyReport[] {
  const roles = askedRoles(report);
  return roles.length > MANY_ROLES ? byWidth(roles).slice(0, MANY_ROLES) : roles;
}

/** The questions that are answered with something else than they should be. */
export function openQuestions({ reach }: PolicyReport): readonly Question[] {
  return reach.filter((one) => markOf(one) !== '✔').map(({ question }) => question);
}

/** The roles that let most in first: what anybody can do counts more than what one's own branches can. */
export function byWidth(roles: readonly PolicyReport[]): readonly PolicyReport[] {
  const keyed = roles.map((role) => ({ role, width: widthOf(role) }));
  return keyed
    .sort((one, other) => (one.width < other.width ? 1 : one.width > other.width ? -1 : 0))
    .map(({ role }) => role);
}

/** By the questions in order, each `2` where a token gets in and `1` where that is not certain; compared as text. */
function widthOf({ reach }: PolicyReport): string {
  return QUESTIONS.map((question) => {
    const answer = reach.find((one) => one.question === question);
    const mark = answer === undefined ? '✔' : markOf(answer);
    return mark === '✘' ? 2 : mark === '?' ? 1 : 0;
  }).join('');
}

/** The roles by how wide they are, one a line; none where there are few. */
export function rankingLines(report: CheckReport): readonly string[] {
  const roles = askedRoles(report);
  if (roles.length <= MANY_ROLES) return [];
  const wide = byWidth(roles).filter((role) => openQuestions(role).length > 0);
  const shown = wide.slice(0, MAX_RANKED);
  const rest = wide.length - shown.length;
  const number = String(shown.length).length;
  return [
    `${wide.length} of ${roles.length} roles let in more than they are for (${report.repository}), or less; widest first:`,
    ...shown.map(
      (role, index) => `  ${String(index + 1).padStart(number)}. ${placeOf(role)}: ${marksText(role)}`,
    ),
    ...(rest === 0 ? [] : [`  ${rest} more are not listed; --json has them all.`]),
    '',
  ];
}

/** `✘ other-owner, tag ? intended` */
function marksText(role: PolicyReport): string {
  return (['✘', '?'] as const)
    .flatMap((mark) => {
      const names = role.reach.filter((one) => markOf(one) === mark).map(({ question }) => question);
      return names.length === 0 ? [] : [`${mark} ${names.join(', ')}`];
    })
    .join(' ');
}
