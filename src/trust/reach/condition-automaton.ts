import { type Automaton, NumberAutomaton, PatternAutomaton } from './automaton.js';
import {
  arnParts,
  type Condition,
  Context,
  contextOf,
  type Located,
  type Operator,
  type Piece,
  substitute,
  type Text,
  type TextPart,
  type TrustPolicy,
} from './evaluator.js';
import type { Slot } from './grammar.js';
import type { Pattern, PatternSymbol } from './pattern-tree.js';

/** Where a condition stands. */
export interface Surroundings {
  readonly version: TrustPolicy['version'];
  readonly provider: string;
  readonly issuer: string;
  /** The claims that are condition keys, by key in lower case. */
  readonly claims: ReadonlyMap<string, string>;
}

/** Marks of texts that match a value for certain, and of those that may. */
export const [MATCHES, MAY_MATCH] = [1, 2];

/** Stands for what a variable or placeholder may be: any text. No policy has it. */
const ANY_TEXT = '\u{10FFFE}';

type Comparison = 'text' | 'pattern' | 'arn' | 'number' | 'boolean' | 'other';

/** What the classes of an operator's texts depend on; what becomes of each class the evaluator says. */
function comparisonOf({ kind, takesPatterns }: Operator): Comparison {
  switch (kind) {
    case 'string':
      return takesPatterns ? 'pattern' : 'text';
    case 'binary':
      return 'text';
    case 'arn':
    case 'number':
    case 'boolean':
      return kind;
    default:
      return 'other';
  }
}

/** Claims that are numbers. */
const NUMBERS: readonly Slot[] = ['repository_id', 'repository_owner_id', 'actor_id', 'enterprise_id'];
/** Claims with a form that is no number, time, address or boolean, whatever stands in them. */
const FORMED: readonly Slot[] = ['sub', 'ref', 'repository', 'job_workflow_ref'];

/** Reads a claim so that all texts of a state are alike to the condition, which is exact unless it cannot be bounded. */
export function automatonOf(
  condition: Condition,
  slot: Slot,
  open: readonly string[],
  where: Surroundings,
): { readonly automaton: Automaton; readonly isExact: boolean } {
  const { operator, values } = condition;
  const comparison = comparisonOf(operator);
  const exactly = (automaton: Automaton) => ({ automaton, isExact: true });
  const nothingToTell = exactly(new PatternAutomaton([]));
  const unbounded = { ...nothingToTell, isExact: false };
  if (operator.kind === 'null') return nothingToTell;
  switch (comparison) {
    case 'boolean': {
      // Beside these two no text is a boolean, whatever the values are.
      const booleans = ['true', 'false'].map((one, index) => ({
        symbols: letters(one, true),
        mark: 4 << index,
      }));
      if (open.length > 0 || values.some(({ kind }) => kind === 'unknown')) return unbounded;
      return exactly(new PatternAutomaton(booleans));
    }
    case 'number': {
      if (values.some(({ kind }) => kind === 'unknown')) return unbounded;
      if (FORMED.includes(slot)) return nothingToTell;
      if (!NUMBERS.includes(slot)) return unbounded;
      const limits = values.map(({ text }) => Math.floor(Number(text)));
      return exactly(new NumberAutomaton(limits.filter((limit) => limit >= 0 && limit < 1e15)));
    }
    case 'other':
      return FORMED.includes(slot) ? nothingToTell : unbounded;
  }
  return textAutomaton(condition, open, comparison, where);
}

function textAutomaton(
  { operator, values, key }: Condition,
  open: readonly string[],
  comparison: 'text' | 'pattern' | 'arn',
  { version, provider, issuer }: Surroundings,
): { readonly automaton: Automaton; readonly isExact: boolean } {
  const ignoreCase = operator.relation === 'equal-ignoring-case';
  // Lower case beyond ASCII depends on the neighbours of a letter.
  if (ignoreCase && values.some(({ text }) => /[^\0-\x7F]/.test(text))) {
    return { automaton: new PatternAutomaton([]), isExact: false };
  }
  const base = contextOf(provider, { iss: issuer });
  const context = new Context([
    ...base.keys().map((key) => [key, base.get(key)] as const),
    ...open.map((name) => [name, ANY_TEXT] as const),
  ]);
  const patterns = values.flatMap((value): readonly Pattern[] => {
    const pieces = piecesOf(value, operator, (text) => substitute(text, version, context));
    if (pieces === undefined) return [];
    const isOpen = !isItself(value, key) && pieces.some((piece) => piece.text.includes(ANY_TEXT));
    const mark = isOpen ? MAY_MATCH : MATCHES;
    if (comparison === 'arn') return isOpen ? [{ symbols: [ANYTHING], mark }] : arnPatterns(pieces);
    return [
      { symbols: pieces.flatMap((piece) => symbolsOf(piece, comparison === 'pattern', ignoreCase)), mark },
    ];
  });
  return { automaton: new PatternAutomaton(patterns, comparison === 'arn'), isExact: true };
}

/** Whether a value is the variable of the very key that it is compared with, so that every value of the key matches. */
function isItself({ kind, text }: Text, key: Located): boolean {
  return kind === 'known' && text.toLowerCase() === `\${${key.text.toLowerCase()}}`;
}

/** What is not known of a value may be any text, and so may a variable beside it. Undefined where it matches nothing. */
function piecesOf(
  value: Text,
  { takesVariables }: Operator,
  substituted: (text: string) => readonly Piece[] | undefined,
): readonly Piece[] | undefined {
  if (value.kind === 'unknown') {
    const textOf = (part: TextPart): string =>
      'unknown' in part || part.known.includes('${') ? ANY_TEXT : part.known;
    return value.parts.map((part) => ({ text: textOf(part), isLiteral: false }));
  }
  return takesVariables ? substituted(value.text) : [{ text: value.text, isLiteral: false }];
}

const ANYTHING: PatternSymbol = { kind: 'any-text', noColon: false };

function letters(text: string, ignoreCase: boolean): readonly PatternSymbol[] {
  return Array.from(text, (letter): PatternSymbol => ({ kind: 'letter', letter, ignoreCase }));
}

function symbolsOf(
  { text, isLiteral }: Piece,
  hasWildcards: boolean,
  ignoreCase: boolean,
  noColon = false,
): readonly PatternSymbol[] {
  return Array.from(text, (letter): PatternSymbol => {
    if (letter === ANY_TEXT) return ANYTHING;
    if (hasWildcards && !isLiteral && letter === '*') return { kind: 'any-text', noColon };
    if (hasWildcards && !isLiteral && letter === '?') return { kind: 'any-letter', noColon };
    return { kind: 'letter', letter, ignoreCase };
  });
}

/** Part by part, with the colons between them; none where the value has fewer parts than an ARN. */
function arnPatterns(pieces: readonly Piece[]): readonly Pattern[] {
  const parts = arnParts(pieces);
  if (parts === undefined) return [];
  const symbols = parts.flatMap((part, index): readonly PatternSymbol[] => {
    const isLast = index === parts.length - 1;
    const own = part.flatMap((piece) => symbolsOf(piece, true, false, !isLast));
    return index === 0 ? own : [{ kind: 'letter', letter: ':', ignoreCase: false }, ...own];
  });
  // A colon in a variable's value is no part's end, and no part but the last has one.
  const hasColon = parts.slice(0, -1).some((part) => part.some(({ text }) => text.includes(':')));
  return hasColon ? [] : [{ symbols, mark: MATCHES }];
}
