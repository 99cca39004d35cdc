import { unicodePattern } from './unicode-pattern.js';

/*
 * Claims, role names, workflow names and AWS's own messages are written by others. Everything here makes such text
 * fit to stand inside one line of a log: it can neither start a new line nor be read as a command by the runner.
 */

/**
 * Control characters, those without a shape (zero-width, soft hyphen, tags), those that reorder text on a screen (bidi),
 * and blanks that look like the one between words.
 */
const UNPRINTABLE = unicodePattern(String.raw`[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|(?! )\p{Zs}`, 'g');
const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * Foreign text as one printable line: unprintable characters become `\u{…}`, and what is longer than `maxLength`
 * characters is cut and ends in `…`.
 */
export function oneLine(text: string, maxLength = 300): string {
  const whole = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  const visible = PRINTABLE_ASCII.test(whole)
    ? whole
    : whole.replace(UNPRINTABLE(), (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  // The runner's first command syntax, ##[command], is recognised anywhere in a line.
  return visible.replaceAll('##[', '## [');
}

/** Foreign text in double quotes, as {@link oneLine}. */
export function quote(text: string, maxLength?: number): string {
  return `"${oneLine(text, maxLength)}"`;
}

/** A URL as {@link quote}, without the user and password that may stand in it. */
export function quoteUrl(text: string, maxLength?: number): string {
  return quote(text.replace(/\/\/[^/]*@/, '//***@'), maxLength);
}

/** Several names as a person would write them: `a`, `a and b`, `a, b and c`. */
export function formatList(names: readonly string[], conjunction = 'and'): string {
  const last = names.at(-1) ?? '';
  return names.length < 2 ? last : `${names.slice(0, -1).join(', ')} ${conjunction} ${last}`;
}

/** What is allowed, each in quotes and at most 80 characters long: `"a", "b" or "c"`. */
export function quotedList(items: readonly string[]): string {
  return formatList(
    items.map((item) => quote(item, 80)),
    'or',
  );
}

/** Shortest piece of a secret that {@link redact} looks for: long enough not to hit ordinary words. */
const SMALLEST_PIECE = 12;

/**
 * Replaces every piece of `secrets` that is at least 12 characters long by `***`, also where a secret was cut.
 * The runner's own masking only finds whole secrets, and a server may repeat half of one in an error.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const hidden = new Set<number>();
  for (const secret of secrets) {
    for (let start = 0; start < text.length; start++) {
      const length = Math.min(SMALLEST_PIECE, secret.length);
      const piece = text.slice(start, start + length);
      if (piece.length === length && length > 0 && secret.includes(piece)) {
        for (let index = start; index < start + length; index++) hidden.add(index);
      }
    }
  }
  let shown = '';
  for (let index = 0; index < text.length; index++) {
    if (!hidden.has(index)) shown += text[index];
    else if (!hidden.has(index - 1)) shown += '***';
  }
  return shown;
}
