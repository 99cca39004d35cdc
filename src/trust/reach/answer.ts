import { formatList, quote } from '../../core/text.js';
import { describeReason, describeToken } from './describe.js';
import type { Outcome } from './inquiry.js';
import type { Answer } from './question.js';

/** An answer without its question. */
export type KindAnswer = Answer extends infer One
  ? One extends Answer
    ? Omit<One, 'question'>
    : never
  : never;

/** What came of a search, in words. */
export function answerAbout(subject: string, outcome: Outcome): KindAnswer {
  switch (outcome.answer) {
    case 'no':
      return { answer: 'no', because: `${sentence(subject)} cannot get in.` };
    case 'yes': {
      const { token: witness, statement } = outcome;
      const because = `${sentence(describeToken(witness))} gets in by statement ${statement}.`;
      return { answer: 'yes', because, witness, statement };
    }
    case 'depends': {
      const { token: witness, statement, keys } = outcome;
      const asked = formatList(keys.map((key) => quote(key)));
      const because = `${sentence(describeToken(witness))} may get in by statement ${statement}: only AWS knows ${asked}.`;
      const suppose = Object.fromEntries(outcome.suppose);
      return { answer: 'depends', because, witness, statement, keys, suppose };
    }
    case 'unknown': {
      const { reason, what } = outcome;
      const because = `It is not known whether ${subject} can get in: ${describeReason(reason, what)}.`;
      return { answer: 'unknown', because, reason };
    }
  }
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
