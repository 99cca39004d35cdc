/** What a part of a pattern takes of a path. */
type Token =
  | { readonly kind: 'char'; readonly char: string }
  /** `?`: one character of a name. */
  | { readonly kind: 'one' }
  /** `*`: any characters of a name. */
  | { readonly kind: 'name' }
  /** A double star: any characters. */
  | { readonly kind: 'any' }
  /** A double star and a slash: any number of whole folders. */
  | { readonly kind: 'folders' };

/**
 * Whether a path matches a pattern of `*`, `?` and `**`. All ways to match are followed at once, character by
 * character, so that the time grows with the two lengths. Names come with a pull request, and what tries the ways one
 * after the other (a regular expression: picomatch 4, minimatch 10) takes more than a minute for twenty times `*a` and
 * a name of sixty letters. minimatch 11 does not, but is 35 kB to these 2, and `!`, `#`, `{` and `(` are signs to it.
 * Node has `path.matchesGlob` from version 22 on.
 */
export function globMatcher(pattern: string): (path: string) => boolean {
  const tokens = tokensOf(pattern);
  return (path) => {
    let reached = skipOptional(new Set([0]), tokens);
    // Folders of which a part of the name has been read.
    let inFolder = new Set<number>();
    for (const char of path) {
      const next = new Set<number>();
      const nextInFolder = new Set<number>();
      for (const index of reached) {
        const token = tokens[index];
        if (token === undefined) continue;
        if (token.kind === 'folders') {
          if (char !== '/') nextInFolder.add(index);
        } else if (takes(token, char))
          next.add(token.kind === 'name' || token.kind === 'any' ? index : index + 1);
      }
      for (const index of inFolder) (char === '/' ? next : nextInFolder).add(index);
      reached = skipOptional(next, tokens);
      inFolder = nextInFolder;
      if (reached.size === 0 && inFolder.size === 0) return false;
    }
    return reached.has(tokens.length);
  };
}

function tokensOf(pattern: string): readonly Token[] {
  return Array.from(pattern.matchAll(/\*\*\/|\*\*|\*|\?|./gsu), ([part]): Token => {
    if (part === '**/') return { kind: 'folders' };
    if (part === '**') return { kind: 'any' };
    if (part === '*') return { kind: 'name' };
    return part === '?' ? { kind: 'one' } : { kind: 'char', char: part };
  });
}

function takes(token: Token, char: string): boolean {
  if (token.kind === 'char') return token.char === char;
  return token.kind === 'any' || char !== '/';
}

/** With the places after what may take nothing. */
function skipOptional(places: Set<number>, tokens: readonly Token[]): Set<number> {
  // A set's own iteration goes on to what is added meanwhile.
  for (const index of places) {
    const kind = tokens[index]?.kind;
    if (kind === 'name' || kind === 'any' || kind === 'folders') places.add(index + 1);
  }
  return places;
}
