import { acceptorOf, type Bound, Pairs } from './bound.js';

/** Which texts a field of a token can have. */
export interface Language {
  readonly start: number;
  /** Undefined where no text of the language goes on with this letter. */
  next(state: number, letter: string): number | undefined;
  /** What it costs to end here: 0, or more where such a text is rare. Undefined where the text cannot end. */
  end(state: number): number | undefined;
  /** The letters that lead somewhere of their own. */
  letters(state: number): readonly string[];
  /** A letter of the language that is none of these; undefined where all of its letters are among them. */
  another(letters: ReadonlySet<string>): string | undefined;
}

interface Grammar {
  /** Letters that lead somewhere of their own in some state; none where it is left out. */
  readonly special?: string;
  readonly next: (state: number, letter: string) => number | undefined;
  readonly end: (state: number) => number | undefined;
  /** Those that are preferred where any will do, best first. */
  readonly letters: string;
  /** Also every letter beyond ASCII. */
  readonly isOpen?: boolean;
}

const NAMES = 'xyzabcdefghijklmnopqrstuvwABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
/** What a text without rules may hold of ASCII, without controls. */
const PRINTABLE = `${NAMES}-_. /@+=,;!#$%&'()[]{}|~^\`"<>*?\\:`;

function language({ special = '', next, end, letters, isOpen = false }: Grammar): Language {
  const pool = Array.from(letters);
  const specials = Array.from(special);
  const isKnown = new Set([...pool, ...specials]);
  return {
    start: 0,
    next: (state, letter) => {
      if (isKnown.has(letter) || (isOpen && letter > '\u009F')) return next(state, letter);
      return undefined;
    },
    end,
    letters: () => specials,
    another: (taken) => {
      const found = pool.find((letter) => !taken.has(letter) && !specials.includes(letter));
      return found ?? (isOpen ? beyondAscii(taken) : undefined);
    },
  };
}

/** Letters from U+00E0 on. There is always one more than a policy names. */
function beyondAscii(taken: ReadonlySet<string>): string {
  let code = 0xe0;
  while (taken.has(String.fromCodePoint(code))) code++;
  return String.fromCodePoint(code);
}

const always = (): number => 0;
const afterFirst = (state: number): number | undefined => (state === 0 ? undefined : 0);

/** Any text; `%3A` stands for a colon in a subject, which the reader of the field takes care of. */
export const anyText = language({
  letters: PRINTABLE,
  isOpen: true,
  next: () => 1,
  end: afterFirst,
});

/** Any text without a colon, or none. */
export const segmentText = language({
  letters: PRINTABLE.replace(':', ''),
  isOpen: true,
  next: always,
  end: always,
});

/** The name of a claim, which GitHub writes in small letters. */
export const claimName = language({
  letters: 'xyzabcdefghijklmnopqrstuvw_0123456789',
  next: () => 1,
  end: afterFirst,
});

/** The name of a repository's property. */
export const propertyName = language({
  letters: `${NAMES}_-$#`,
  next: () => 1,
  end: afterFirst,
});

/** A hyphen at the end is not allowed for new logins, but older ones have it. */
const RARE = 40;

/** A login: letters, digits and hyphens; an underscore before an enterprise's short code. */
export const ownerName = language({
  special: '-_',
  letters: NAMES,
  next: (state, letter) => (letter === '-' || letter === '_' ? (state === 0 ? undefined : 2) : 1),
  end: (state) => (state === 0 ? undefined : state === 2 ? RARE : 0),
});

/** A repository's name: not `.` and not `..`. */
export const repositoryName = language({
  special: '.',
  letters: `${NAMES}-_`,
  next: (state, letter) => (letter !== '.' || state === 1 ? 1 : state === 0 ? 2 : state === 2 ? 3 : 1),
  end: (state) => (state === 1 ? 0 : undefined),
});

/** Who starts a run: a login, or an app's with `[bot]`. */
export const actorName = language({
  letters: `${NAMES}-_[]`,
  next: () => 1,
  end: afterFirst,
});

/** No id of GitHub's comes near; up to here numbers are exact. */
const MAX_DIGITS = 15;

/** A whole number above zero. */
export const id = language({
  special: '0',
  letters: '123456789',
  next: (state, letter) => (state === MAX_DIGITS || (state === 0 && letter === '0') ? undefined : state + 1),
  end: afterFirst,
});

const SHA_LENGTH = 40;

/** The id of a commit. */
export const commitId = language({
  letters: 'abcdef0123456789',
  next: (state) => (state === SHA_LENGTH ? undefined : state + 1),
  end: (state) => (state === SHA_LENGTH ? 0 : undefined),
});

/** States of a ref's name: at the start of a component, within one, after a dot, after an at sign. */
const [COMPONENT, WITHIN, DOT, AT] = [0, 1, 2, 3];

/** The name of a branch or tag (https://git-scm.com/docs/git-check-ref-format); `.lock` is left to the final check. */
export const refName = language({
  special: './@{',
  letters: `${NAMES}-_+=,;!#$%&'()]}|"<>\``,
  isOpen: true,
  next: (state, letter) => {
    if (letter === '/') return state === COMPONENT || state === DOT ? undefined : COMPONENT;
    if (letter === '.') return state === COMPONENT || state === DOT ? undefined : DOT;
    if (letter === '{') return state === AT ? undefined : WITHIN;
    return letter === '@' ? AT : WITHIN;
  },
  end: (state) => (state === WITHIN || state === AT ? 0 : undefined),
});

const ENDINGS = ['.', '.y', '.ym', '.yml', '.ya', '.yam', '.yaml'];

/** The name of a workflow's file, which ends in `.yml` or `.yaml`. */
export const workflowFile = language({
  special: '.ymal',
  letters: `${NAMES.replace(/[aylm]/g, '')}-_ +=,;!#$%&'()[]{}@~`,
  isOpen: true,
  next: (state, letter) => {
    if (letter === '.') return state === 0 ? undefined : 2;
    const going = state < 2 ? -1 : ENDINGS.indexOf((ENDINGS[state - 2] ?? '') + letter);
    return going === -1 ? 1 : going + 2;
  },
  end: (state) => (['.yml', '.yaml'].includes(ENDINGS[state - 2] ?? '') ? 0 : undefined),
});

/** The texts of a language that also keep to a bound. */
export function boundedLanguage(base: Language, bound: Exclude<Bound, { readonly kind: 'is' }>): Language {
  if (bound.kind === 'free') return base;
  const acceptor = acceptorOf(bound);
  const pairs = new Pairs();
  return {
    start: pairs.intern(base.start, acceptor.start),
    next: (state, letter) => {
      const [first, second] = pairs.of(state);
      const next = base.next(first, letter);
      return next === undefined ? undefined : pairs.intern(next, acceptor.next(second, letter));
    },
    end: (state) => {
      const [first, second] = pairs.of(state);
      return acceptor.accepts(second) ? base.end(first) : undefined;
    },
    letters: (state) => {
      const [first, second] = pairs.of(state);
      return [...base.letters(first), ...acceptor.letters(second)];
    },
    another: (taken) => base.another(taken),
  };
}
