import { oneLine } from '../../core/text.js';
import type { Answer, GithubToken, Question } from '../../trust/reach/question.js';
import type { CheckReport, PolicyReport } from './report.js';

/** What is said of tokens, with one that shows it. */
interface Shown {
  readonly because: string;
  readonly witness?: GithubToken;
}

/** The token that shows an answer. */
export function witnessOf(answer: Shown): GithubToken | undefined {
  return answer.witness;
}

/** `✔` is as it should be, `✘` is not, `?` is not certain. Of the intended runs somebody should get in. */
export function markOf({ question, answer }: Pick<Answer, 'question' | 'answer'>): string {
  if (answer === 'depends' || answer === 'unknown') return '?';
  return (answer === 'yes') === (question === 'intended') ? '✔' : '✘';
}

/** An answer in words, then the claims of the token that shows it. */
export function answerText(answer: Shown): string {
  const witness = witnessOf(answer);
  return witness === undefined ? answer.because : `${answer.because} Its token: ${tokenText(witness)}`;
}

function tokenText(token: GithubToken): string {
  return oneLine(JSON.stringify(token), 4000);
}

/** Who can assume some roles, one question a line in columns, for a log or a terminal. */
export function reachLines(
  roles: readonly PolicyReport[],
  { repository }: Pick<CheckReport, 'repository'>,
): readonly string[] {
  return roles.flatMap((report) => [
    `${placeOf(report)}: who can assume this role, which is for ${repository}`,
    ...report.reach.flatMap((answer) => answerLines(answer, columnsOf(report.reach))),
  ]);
}

/** The file of a role, and its name where the file may have several. */
export function placeOf({ path, role, at }: PolicyReport): string {
  return `${oneLine(path)}:${at.line}${role === undefined ? '' : ` (${oneLine(role)})`}`;
}

interface Columns {
  readonly question: number;
  readonly answer: number;
}

function columnsOf(answers: readonly Answer[]): Columns {
  const widest = (texts: readonly string[]): number => Math.max(0, ...texts.map(({ length }) => length));
  return {
    question: widest(answers.map(({ question }) => question)),
    answer: widest(answers.map(({ answer }) => answer)),
  };
}

function answerLines(one: Answer, columns: Columns): readonly string[] {
  const start = `  ${markOf(one)} ${one.question.padEnd(columns.question)}  ${one.answer.padEnd(columns.answer)}  `;
  const sub = witnessOf(one)?.['sub'];
  // The token of the intended runs is the one that everybody had in mind.
  const isNews = sub !== undefined && one.question !== 'intended';
  return [
    `${start}${one.because}`,
    ...(isNews ? [`${' '.repeat(start.length)}sub: ${oneLine(sub, 1000)}`] : []),
  ];
}

/** A table of roles and questions. */
export interface Matrix {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Roles with a mark for each question that was asked. */
export function reachMatrix(names: ReadonlyMap<PolicyReport, string>): Matrix {
  const roles = [...names.keys()];
  const questions = [...new Set(roles.flatMap(({ reach }) => reach.map(({ question }) => question)))];
  const cell = ({ reach }: PolicyReport, question: Question): string => {
    const answer = reach.find((one) => one.question === question);
    return answer === undefined ? '' : markOf(answer);
  };
  return {
    head: ['Role', ...questions],
    rows: [...names].map(([report, name]) => [name, ...questions.map((question) => cell(report, question))]),
  };
}

/** What is behind the marks that are not `✔`. */
export function reachReasons(names: ReadonlyMap<PolicyReport, string>): Matrix {
  return {
    head: ['Role', '', 'Question', 'Answer', 'Subject of the token'],
    rows: [...names].flatMap(([report, name]) =>
      report.reach.flatMap((one) => {
        const mark = markOf(one);
        if (mark === '✔') return [];
        return [[name, mark, one.question, one.because, witnessOf(one)?.['sub'] ?? '']];
      }),
    ),
  };
}
