// Marks the next character of a pattern as literal. A noncharacter of Unicode, so that no policy can hold it.
const LITERAL = '\u{10ffff}';

/** The text as a pattern that matches only itself, wildcards included. */
export function literally(text: string): string {
  return text.replace(/[*?]/g, `${LITERAL}$&`);
}

/**
 * Whether the text matches an IAM pattern: `*` is any text, `?` any one character. Case-sensitive, and the
 * whole text has to match.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  // Two pointers and one remembered star: linear in practice, where a regular expression made from an
  // attacker's pattern could be exponential.
  const tokens = tokenize(pattern);
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
    } else if (current !== undefined && (current === ANY_ONE || current === characters[at])) {
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

/** As matchesPattern, but an ARN's six parts are matched one by one: a star does not cross a colon before the resource. */
export function matchesArnPattern(pattern: string, arn: string): boolean {
  const patterns = splitArn(pattern);
  const parts = splitArn(arn);
  if (patterns.length !== 6 || parts.length !== 6) return false;
  return patterns.every((part, index) => matchesPattern(part, parts[index] ?? ''));
}

const ANY_TEXT = Symbol('any text');
const ANY_ONE = Symbol('any one character');

function tokenize(pattern: string): readonly (string | symbol)[] {
  const tokens: (string | symbol)[] = [];
  const characters = Array.from(pattern);
  for (let index = 0; index < characters.length; index++) {
    const character = characters[index] ?? '';
    if (character === LITERAL) tokens.push(characters[++index] ?? '');
    else if (character === '*') tokens.push(ANY_TEXT);
    else if (character === '?') tokens.push(ANY_ONE);
    else tokens.push(character);
  }
  return tokens;
}

function splitArn(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
