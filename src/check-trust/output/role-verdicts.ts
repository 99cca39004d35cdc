import { oneLine } from '../../core/text.js';
import { type Annotation, annotation } from './annotation.js';
import { answerText, witnessOf } from './reach-text.js';
import type { CheckReport, RoleVerdict } from './report.js';

/** What was expected: `only`, or `never` and a question. */
function expectedOf({ question }: RoleVerdict): string {
  return question === undefined ? 'only' : `never ${question}`;
}

/** Expectations about roles that are not met. */
export function roleVerdictAnnotations({ expectations }: CheckReport): readonly Annotation[] {
  return expectations
    .filter(({ isMet }) => !isMet)
    .map((one) => {
      const message = `${expectedOf(one)} (item ${one.item}): ${answerText(one.answer)}`;
      return annotation(one, { severity: 'error', at: one.at, rule: 'expectation', message });
    });
}

/** Expectations about roles that are met, as lines for a log or a terminal. */
export function roleVerdictLines({ expectations }: CheckReport): readonly string[] {
  return expectations
    .filter(({ isMet }) => isMet)
    .map((one) => `${placeOf(one)}: ok ${expectedOf(one)} (item ${one.item}): ${one.answer.because}`);
}

function placeOf({ path, role }: RoleVerdict): string {
  return `${oneLine(path)}${role === undefined ? '' : ` (${oneLine(role)})`}`;
}

/** Rows of the summary's table of expectations. */
export function roleVerdictRows({ expectations }: CheckReport): readonly (readonly string[])[] {
  return expectations.map((one) => {
    const place = one.role === undefined ? one.path : `${one.path} (${one.role})`;
    return [one.isMet ? '✅' : '❌', expectedOf(one), place, answerText(one.answer)];
  });
}

/** The same for programs. */
export function roleVerdictsData({ expectations }: CheckReport): readonly object[] {
  return expectations.map(({ item, path: file, role = null, question, answer, isMet }) => ({
    file,
    role,
    item,
    expected: question === undefined ? 'only' : 'never',
    question: question ?? null,
    answer: answer.answer,
    because: answer.because,
    witness: witnessOf(answer) ?? null,
    met: isMet,
  }));
}
