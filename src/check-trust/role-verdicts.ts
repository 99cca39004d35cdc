import { formatList } from '../core/text.js';
import { answerAbout, type KindAnswer } from '../trust/reach/answer.js';
import { describeQuestion } from '../trust/reach/describe.js';
import { kindOf, type TokenKind } from '../trust/reach/kinds.js';
import type { Home, Question, ReachOptions } from '../trust/reach/question.js';
import { ReachAnalysis } from '../trust/reach/reach.js';
import { otherOwners, otherRepositories, outsideOf } from '../trust/reach/scope.js';
import { type CheckedRole, roleMatcher } from './checked-role.js';
import type { FileProblem, RoleExpectation, RoleVerdict } from './output/report.js';

/** What expectations about roles are held against. */
export interface Roles {
  readonly roles: readonly CheckedRole[];
  /** Roles that cannot be read are among these. */
  readonly problems: readonly FileProblem[];
}

/** Expectations about roles, and where they are written. */
export interface RoleExpectations {
  readonly items: readonly RoleExpectation[];
  readonly path: string;
  readonly issuer: string | undefined;
  readonly options: ReachOptions;
}

/** What roles make of expectations, and the patterns that match none of them. */
export function holdRoles(
  { items, path, issuer, options }: RoleExpectations,
  { roles, problems }: Roles,
): { readonly verdicts: readonly RoleVerdict[]; readonly problems: readonly FileProblem[] } {
  const hidden = problems.filter(({ role, rule }) => role !== undefined || rule === 'syntax');
  // A note is about what is not there, such as a role with a count of 0.
  const unread = hidden.filter(({ severity }) => severity !== 'note');
  const verdicts: RoleVerdict[] = [];
  const unmatched: FileProblem[] = [];
  const analyses = new Map<CheckedRole, ReachAnalysis>();
  for (const item of items) {
    const matchers = item.roles.map(roleMatcher);
    item.roles.forEach((pattern, index) => {
      if (![...roles, ...hidden].some((one) => matchers[index]?.(one))) {
        unmatched.push(matchingNothing(path, item, pattern));
      }
    });
    for (const role of roles) {
      if (!role.trustsProvider || !matchers.some((matches) => matches(role))) continue;
      const analysis = analyses.get(role) ?? new ReachAnalysis(role.policy, options);
      analyses.set(role, analysis);
      verdicts.push(...verdictsOn(item, role, analysis, issuer));
    }
    for (const role of unread.filter((one) => matchers.some((matches) => matches(one)))) {
      verdicts.push(...unreadVerdicts(item, role));
    }
  }
  return { verdicts, problems: unmatched };
}

function matchingNothing(path: string, { number }: RoleExpectation, pattern: string): FileProblem {
  const message = `item ${number}: no role matches ${JSON.stringify(pattern)}`;
  const at = { line: 1, column: 1 };
  return { rule: 'expectation-without-role', severity: 'error', path, role: undefined, at, message };
}

function verdictsOn(
  item: RoleExpectation,
  { path, role, policy }: CheckedRole,
  analysis: ReachAnalysis,
  issuer: string | undefined,
): readonly RoleVerdict[] {
  const verdict = (question: Question | undefined, answer: KindAnswer): RoleVerdict => {
    const number = 'statement' in answer ? answer.statement : undefined;
    const at = policy.statements.find((one) => one.number === number)?.at ?? policy.at;
    return { item: item.number, path, role, at, question, answer, isMet: answer.answer === 'no' };
  };
  const ask = (subject: string, kinds: readonly TokenKind[]): KindAnswer =>
    answerAbout(subject, analysis.askAbout({ issuer }, kinds));
  const only = item.only && verdict(undefined, ask(OTHERS, outsideOf(item.only)));
  const never = item.never.map((question) =>
    verdict(question, ask(subjectOf(question, item), kindsOf(question, item))),
  );
  return [...(only === undefined ? [] : [only]), ...never];
}

const OTHERS = 'a run that is not among those named';

/** Of a role that cannot be read nobody knows who can assume it. */
function unreadVerdicts(
  { number, only, never }: RoleExpectation,
  problem: FileProblem,
): readonly RoleVerdict[] {
  const { path, role, at, message } = problem;
  const because = `It is not known who can assume this role: ${message}`;
  const answer: KindAnswer = { answer: 'unknown', because, reason: 'deployment' };
  const questions = [...(only === undefined ? [] : [undefined]), ...never];
  return questions.map((question) => ({ item: number, path, role, at, question, answer, isMet: false }));
}

function homesOf({ scope: { repositories, ...limits } }: RoleExpectation): readonly Home[] {
  return repositories.map((one) => ({ ...one, ...limits }));
}

function kindsOf(question: Question, item: RoleExpectation): readonly TokenKind[] {
  const { repositories } = item.scope;
  if (question === 'other-owner') return otherOwners(repositories);
  if (question === 'other-repository') return otherRepositories(repositories);
  return homesOf(item).flatMap((home) => kindOf(question, home) ?? []);
}

function subjectOf(question: Question, item: RoleExpectation): string {
  const homes = homesOf(item);
  if (homes.length > 1 && question === 'other-owner') return 'a repository of an owner that is not named';
  if (homes.length > 1 && question === 'other-repository')
    return 'another repository of an owner that is named';
  return formatList(
    homes.map((home) => describeQuestion(question, home)),
    'or',
  );
}
