import type { Remark } from './differences.js';
import type { UsesFile } from './steps.js';

/** Where a text names an action, whatever stands there. */
export function mentionsOf(text: string, action: string): readonly number[] {
  const name = action.replace(/[.]/g, '\\.');
  return [...text.matchAll(new RegExp(`(?<![\\w./-])${name}(?![\\w.-])`, 'gi'))].map(({ index }) => index);
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

/** Places that name the action and are neither a step nor a job of the file: comments, scripts, other texts. */
export function remarksOnMentions(
  text: string,
  mentions: readonly number[],
  { steps, calls, scalars }: UsesFile,
): readonly Remark[] {
  const handled = [...steps, ...calls].map(({ line }) => line);
  return mentions.flatMap((offset): readonly Remark[] => {
    const line = lineAt(text, offset);
    // The value of `uses`, or the comment behind it.
    if (handled.includes(line)) return [];
    const isText = scalars.some(([start, end]) => offset >= start && offset < end);
    const where = isText ? 'in a text' : 'in a comment';
    return [{ line, level: 'note', text: `the action is named ${where}, which stays as it is.` }];
  });
}

/** Outputs that are not the same with both actions. */
export function remarksOnOutputs(text: string, isBack: boolean): readonly Remark[] {
  const uses = [...text.matchAll(/\boutputs(?:\.|\[\s*['"])(aws-expiration|oidc-subject)\b/gi)];
  return uses.flatMap(({ index, 1: name }): readonly Remark[] => {
    const isSubject = name?.toLowerCase() === 'oidc-subject';
    if (isSubject && !isBack) return [];
    const isParsed = /\bfromJSON\s*\(\s*[\w.-]+\.$/i.test(text.slice(0, index));
    const advice = isSubject ? NO_SUBJECT : isBack ? QUOTED : isParsed ? PARSED : PLAIN;
    return [{ line: lineAt(text, index), level: 'warning', text: advice }];
  });
}

const NO_SUBJECT = 'configure-aws-credentials has no output oidc-subject.';
const QUOTED = 'aws-expiration is JSON text with quotes there, and only set with output-credentials: true.';
const PARSED = 'fromJSON fails here: aws-expiration is the time itself, without quotes. Drop the call.';
const PLAIN =
  'aws-expiration is the time itself here, without the quotes it has there. Drop what removes them.';
