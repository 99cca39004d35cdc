import type { Remark } from './differences.js';
import { endOfLine } from './edit.js';
import type { Range, UsesFile } from './steps.js';

/** Where a text names an action, whatever stands there. */
export function mentionsOf(text: string, action: string): readonly number[] {
  const name = action.replace(/[.]/g, '\\.');
  return [...text.matchAll(new RegExp(`(?<![\\w./-])${name}(?![\\w.-])`, 'gi'))].map(({ index }) => index);
}

/** The lines of a text by offset, counted from 1. */
export class Lines {
  readonly #starts: readonly Range[];

  constructor(text: string) {
    const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
    this.#starts = [0, ...ends].map((start): Range => [start, start]);
  }

  at(offset: number): number {
    return lastBegun(this.#starts, offset) + 1;
  }
}

/** The index of the last of some ranges, which are in order, that begins at an offset or before it; -1 for none. */
function lastBegun(ranges: readonly Range[], offset: number): number {
  let [low, high] = [0, ranges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[0] ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Places that name the action and are no step of the file: comments, scripts, other texts. */
export function remarksOnMentions(
  text: string,
  lines: Lines,
  mentions: readonly number[],
  { steps, scalars }: UsesFile,
): readonly Remark[] {
  // The values of `uses`, with the comments behind them; aliases lead to the same one.
  const handled = steps
    .map(({ range: [start, end] }): Range => [start, endOfLine(text, end)])
    .sort(([one], [other]) => one - other);
  const isWithin = (ranges: readonly Range[], offset: number): boolean =>
    offset < (ranges[lastBegun(ranges, offset)]?.[1] ?? 0);
  return mentions.flatMap((offset): readonly Remark[] => {
    if (isWithin(handled, offset)) return [];
    const where = isWithin(scalars, offset) ? 'in a text' : 'in a comment';
    return [
      { line: lines.at(offset), level: 'note', text: `the action is named ${where}, which stays as it is.` },
    ];
  });
}

/** Outputs that are not the same with both actions. */
export function remarksOnOutputs(text: string, lines: Lines, isBack: boolean): readonly Remark[] {
  const uses = [...text.matchAll(/\boutputs(?:\.|\[\s*['"])(aws-expiration|oidc-subject)\b/gi)];
  return uses.flatMap(({ index, 1: name }): readonly Remark[] => {
    const isSubject = name?.toLowerCase() === 'oidc-subject';
    if (isSubject && !isBack) return [];
    const isParsed = /\bfromJSON\s*\(\s*[\w.-]+\.$/i.test(text.slice(Math.max(0, index - 200), index));
    const advice = isSubject ? NO_SUBJECT : isBack ? QUOTED : isParsed ? PARSED : PLAIN;
    return [{ line: lines.at(index), level: 'warning', text: advice }];
  });
}

const NO_SUBJECT = 'configure-aws-credentials has no output oidc-subject.';
const QUOTED = 'aws-expiration is JSON text with quotes there, and only set with output-credentials: true.';
const PARSED = 'fromJSON fails here: aws-expiration is the time itself, without quotes. Drop the call.';
const PLAIN =
  'aws-expiration is the time itself here, without the quotes it has there. Drop what removes them.';
