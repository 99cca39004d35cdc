import { formatList, oneLine, quote } from '../../core/text.js';
import type { Failure } from './failure.js';

/** One failed part of a statement, for a reader. */
export function failureText({ operator, key, wanted, got, why, fix }: Failure): string {
  const what =
    key === undefined
      ? ''
      : `${operator} ${oneLine(key, 120)} wants ${values(wanted)}, got ${got === undefined ? 'nothing' : values(got)}. `;
  return `${what}${why}${fix === undefined ? '' : ` ${fix}`}`;
}

function values(texts: readonly string[]): string {
  return texts.length === 0
    ? 'nothing'
    : formatList(
        texts.map((text) => quote(text, 120)),
        'or',
      );
}
