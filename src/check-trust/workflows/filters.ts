import type { Acceptor, Bound } from '../../trust/reach/bound.js';

/** One letter or more of a pattern. */
interface Atom {
  readonly takes: (letter: string) => boolean;
  /** At least one; at most one. */
  readonly isNeeded: boolean;
  readonly isOnce: boolean;
}

interface Filter {
  readonly atoms: readonly Atom[];
  readonly isNegative: boolean;
}

/** A pattern that GitHub would not accept. */
export class FilterProblem extends Error {}

/** So many times a pattern is taken with and without what is optional in it. */
const MAX_OPTIONAL = 4;

/**
 * The names that GitHub's filter patterns let through, the last that matches a name deciding
 * (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet).
 * @param isIgnored the patterns are of names that are not let through
 * @throws FilterProblem
 */
export function filterBound(patterns: readonly string[], isIgnored = false): Bound {
  const [first] = patterns;
  const plain = patterns.every((one) => /^[\w./@-]+$/.test(one));
  if (plain && !isIgnored && patterns.length === 1 && first !== undefined) return { kind: 'is', text: first };
  if (plain) return { kind: isIgnored ? 'outside' : 'inside', patterns, ignoreCase: false };
  if (!isIgnored && patterns.length === 1 && first === '**') return { kind: 'free' };
  return { kind: 'accepted', acceptor: acceptorOf(patterns.flatMap(filtersOf), isIgnored) };
}

function filtersOf(pattern: string): readonly Filter[] {
  const isNegative = pattern.startsWith('!');
  return withoutFolders(isNegative ? pattern.slice(1) : pattern).map((one) => ({
    atoms: atomsOf(one),
    isNegative,
  }));
}

/** A double star and a slash may stand for no folder at all. */
function withoutFolders(pattern: string, times = 0): readonly string[] {
  const [all = '', before = '', after = ''] = /^(.*?(?:^|\/))\*\*\/(.*)$/s.exec(pattern) ?? [];
  if (all === '' || times === MAX_OPTIONAL) return [pattern];
  const rest = withoutFolders(after, times + 1);
  return rest.flatMap((one) => [`${before}${one}`, `${before}**/${one}`]);
}

function atomsOf(pattern: string): readonly Atom[] {
  const atoms: Atom[] = [];
  const letters = Array.from(pattern);
  const add = (takes: Atom['takes'], isOnce = true): void =>
    void atoms.push({ takes, isNeeded: isOnce, isOnce });
  for (let at = 0; at < letters.length; at++) {
    const letter = letters[at] ?? '';
    const last = atoms.at(-1);
    if (letter === '*' && letters[at + 1] === '*') {
      add(() => true, false);
      at++;
    } else if (letter === '*') add((one) => one !== '/', false);
    else if (letter === '?' && last !== undefined) atoms.splice(-1, 1, { ...last, isNeeded: false });
    else if (letter === '+' && last !== undefined) atoms.splice(-1, 1, { ...last, isOnce: false });
    else if (letter === '[') {
      const end = letters.indexOf(']', at);
      if (end < at + 2) throw new FilterProblem('its brackets have no end, or nothing in them');
      const set = setOf(letters.slice(at + 1, end));
      add((one) => set.has(one));
      at = end;
    } else {
      const one = letter === '\\' ? letters[++at] : letter;
      if (one === undefined) throw new FilterProblem('it ends in a backslash');
      add((other) => other === one);
    }
  }
  return atoms;
}

function setOf(letters: readonly string[]): ReadonlySet<string> {
  const set = new Set<string>();
  for (let at = 0; at < letters.length; at++) {
    const [from = '', to] = [letters[at], letters[at + 2]];
    if (letters[at + 1] !== '-' || to === undefined) {
      set.add(from);
      continue;
    }
    if (from > to || !/^[a-z]{2}$|^\d{2}$/i.test(from + to)) {
      throw new FilterProblem(`${from}-${to} is not a range of letters or digits`);
    }
    for (let code = from.charCodeAt(0); code <= to.charCodeAt(0); code++) set.add(String.fromCharCode(code));
    at += 2;
  }
  return set;
}

/** Every pattern is read at once; a state is the places reached in each. */
function acceptorOf(filters: readonly Filter[], isIgnored: boolean): Acceptor {
  const states: (readonly (readonly number[])[])[] = [];
  const byKey = new Map<string, number>();
  const intern = (places: readonly (readonly number[])[]): number => {
    const key = JSON.stringify(places);
    const known = byKey.get(key) ?? states.push(places) - 1;
    byKey.set(key, known);
    return known;
  };
  const named = namedLetters(filters);
  return {
    start: intern(filters.map(({ atoms }) => reach(atoms, [0]))),
    next: (state, letter) =>
      intern(filters.map(({ atoms }, index) => step(atoms, states[state]?.[index] ?? [], letter))),
    letters: () => named,
    accepts: (state) => {
      const last = filters.findLast(({ atoms }, index) => states[state]?.[index]?.includes(atoms.length));
      const isMatch = last !== undefined && !last.isNegative;
      return isMatch !== isIgnored;
    },
  };
}

/** Letters that a pattern may tell from others: those of ASCII that it takes or refuses by name, and its own. */
function namedLetters(filters: readonly Filter[]): readonly string[] {
  const ascii = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
  const other = '\u{10FFFD}';
  return ascii.filter((letter) =>
    filters.some(({ atoms }) => atoms.some(({ takes }) => takes(letter) !== takes(other))),
  );
}

function step(atoms: readonly Atom[], places: readonly number[], letter: string): readonly number[] {
  const next = places.flatMap((place) => {
    const atom = atoms[place];
    if (!atom?.takes(letter)) return [];
    return atom.isOnce ? [place + 1] : [place, place + 1];
  });
  return reach(atoms, next);
}

/** With the places behind atoms that need not be there. */
function reach(atoms: readonly Atom[], places: readonly number[]): readonly number[] {
  const all = new Set(places);
  for (const place of all) if (atoms[place]?.isNeeded === false) all.add(place + 1);
  return [...all].sort((one, other) => one - other);
}
