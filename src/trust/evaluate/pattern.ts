/** A piece of a pattern: text that stands for itself, or for which `*` and `?` are wildcards. */
export interface Piece {
  readonly text: string;
  readonly isLiteral: boolean;
}

const ANY_TEXT = Symbol('any text');
const ANY_CHARACTER = Symbol('any one character');
type Token = string | typeof ANY_TEXT | typeof ANY_CHARACTER;

/**
 * Whether the whole text matches: `*` is any text, `?` any one character. Case-sensitive. Two pointers and one
 * remembered star, since a regular expression made of someone's pattern may take time without end.
 */
export function matchesPattern(text: string, pattern: string | readonly Piece[]): boolean {
  const pieces = typeof pattern === 'string' ? [{ text: pattern, isLiteral: false }] : pattern;
  // Most patterns that do not match differ before their first wildcard.
  if (!text.startsWith(literalStart(pieces))) return false;
  const tokens = pieces.flatMap(tokensOf);
  const characters = Array.from(text);
  let token = 0;
  let at = 0;
  let star = -1;
  let resume = 0;
  while (at < characters.length) {
    const current = tokens[token];
    if (current === ANY_TEXT) {
      star = token++;
      resume = at;
    } else if (current !== undefined && (current === ANY_CHARACTER || current === characters[at])) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++resume;
    } else return false;
  }
  while (tokens[token] === ANY_TEXT) token++;
  return token === tokens.length;
}

function literalStart([first]: readonly Piece[]): string {
  if (first === undefined || first.isLiteral) return first?.text ?? '';
  const wildcard = first.text.search(/[*?]/);
  return wildcard < 0 ? first.text : first.text.slice(0, wildcard);
}

/** Whether a text has a wildcard in it. */
export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text.replace(/\$\{[*?$]\}/g, ''));
}

function tokensOf({ text, isLiteral }: Piece): readonly Token[] {
  return Array.from(text, (char) => {
    if (!isLiteral && char === '*') return ANY_TEXT;
    return !isLiteral && char === '?' ? ANY_CHARACTER : char;
  });
}

/**
 * The six parts of an ARN, the last one with all its colons; undefined where there are fewer. `pieces` may be a
 * pattern; a literal piece's colons divide nothing.
 */
export function arnParts(pieces: readonly Piece[]): readonly (readonly Piece[])[] | undefined {
  const parts: Piece[][] = [[]];
  for (const { text, isLiteral } of pieces) {
    const texts = isLiteral ? [text] : splitLimited(text, 7 - parts.length);
    texts.forEach((part, index) => {
      if (index > 0) parts.push([]);
      parts.at(-1)?.push({ text: part, isLiteral });
    });
  }
  return parts.length === 6 ? parts : undefined;
}

function splitLimited(text: string, limit: number): readonly string[] {
  const all = text.split(':');
  return all.length <= limit ? all : [...all.slice(0, limit - 1), all.slice(limit - 1).join(':')];
}
