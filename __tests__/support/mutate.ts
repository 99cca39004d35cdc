import type { Random } from '../../bench/reach/random.js';
import { HOSTILE } from './hostile.js';

/** Pieces that readers of texts stumble over. */
const PIECES = [
  ...HOSTILE,
  ...['', ' ', '\n', '\r\n', '\t', '\0', '\uFEFF', '\u2028', '\uD800', 'é', '😀', '\\', '\\u', "'", '"', '`'],
  ...[
    '{',
    '}',
    '[',
    ']',
    '(',
    ')',
    '<',
    '>',
    '<<X\n',
    '${',
    '%{',
    '$${',
    '&a ',
    '*a',
    '!x ',
    '!!str ',
    '--- ',
  ],
  ...[':', ': ', ',', '=', '=>', '?', '...', '#', '//', '/*', '-', '- ', '|', '>-', '%', '%7B', '@', '::'],
  ...['null', 'true', 'NaN', '-0', '1e999', '99999999999999999999', '0x10', '__proto__', 'constructor'],
] as const;

/** A text with one to four changes: pieces put in, cut out, doubled, or taken from another text. */
export function mutated(random: Random, text: string, others: readonly string[] = []): string {
  let changed = text;
  for (let count = 1 + random.below(4); count > 0; count--) changed = once(random, changed, others);
  // Doubling again and again would only test long texts, for which there are other tests.
  return changed.slice(0, 20_000);
}

function once(random: Random, text: string, others: readonly string[]): string {
  const start = random.below(text.length + 1);
  const end = Math.min(text.length, start + random.below(random.pick([2, 10, 100, 1000])));
  const [before, inside, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (random.below(6)) {
    case 0:
      return before + after;
    case 1:
      return before + inside + inside + after;
    case 2:
      return before + inside.split('').reverse().join('') + after;
    case 3: {
      const other = random.oneOf(others, '');
      const from = random.below(other.length + 1);
      return before + other.slice(from, from + random.below(200)) + after;
    }
    case 4:
      return before + random.oneOf(PIECES, '') + inside + after;
    default:
      return before + random.oneOf(PIECES, '') + after;
  }
}
