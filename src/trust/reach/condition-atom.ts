import { type Automaton, NumberAutomaton, PatternAutomaton } from './automaton.js';
import {
  arnParts,
  type Condition,
  Context,
  contextOf,
  holds,
  isOnlyKnownToAws,
  isPlaceholder,
  isPositive,
  type OperatorName,
  type Piece,
  replacePlaceholders,
  substitute,
  type TrustPolicy,
  variablesOf,
} from './evaluator.js';
import type { Slot } from './grammar.js';
import type { Pattern, PatternSymbol } from './pattern-tree.js';
import type { Atom, Truth } from './product.js';

/** Why it is not known whether a condition holds. */
export interface Doubt {
  /** `aws`: only AWS knows a key. `deployment`: only a deployment knows a value. `condition`: only a whole token tells. */
  readonly kind: 'aws' | 'deployment' | 'condition';
  /** The key, or the value. */
  readonly what: string;
  /** Equal where the condition is: what one statement needs, another one like it has. */
  readonly id: string;
}

/** A condition on a claim, and what is in doubt where its truth is `maybe`. */
export interface ConditionAtom extends Atom {
  readonly doubts: readonly Doubt[];
}

/** Where a condition stands. */
export interface Surroundings {
  readonly version: TrustPolicy['version'];
  readonly provider: string;
  readonly issuer: string;
  /** The claims that are condition keys, by key in lower case. */
  readonly claims: ReadonlyMap<string, string>;
}

/** Marks of texts that match a value for certain, and of those that may. */
const [MATCHES, MAY_MATCH] = [1, 2];

/** Stands for what a variable or placeholder may be: any text. No policy has it. */
const ANY_TEXT = '\u{10FFFE}';

/** A value that a variable might have, and that matches nothing. */
const NOTHING = '\u{10FFFD}';

/** A condition on a claim of the token, as an automaton over the claim with the evaluator's verdict on each class. */
export function conditionAtom(condition: Condition, slot: Slot, where: Surroundings): ConditionAtom {
  const { version, provider, issuer } = where;
  const variables = variablesOf(condition, version);
  const open = variables.filter((name) => isOpenVariable(name, condition, where));
  const placeholders = condition.values.filter(({ text }) => isPlaceholder(text));
  const reading = automatonOf(condition, slot, open, where);
  const known = { ...condition, values: condition.values.filter(({ text }) => !isPlaceholder(text)) };
  const variants = placeholders.length === 0 ? [condition] : [condition, known];
  const ownKey = condition.key.text.toLowerCase();
  const others = open.filter((name) => name.toLowerCase() !== ownKey);
  const keys = others.map((name) => [name, NOTHING] as const);

  const judge = (text: string | undefined): Truth => {
    const claims = text === undefined ? { iss: issuer } : { iss: issuer, [slot]: text };
    const contexts = [
      contextOf(provider, claims),
      ...(keys.length > 0 ? [contextOf(provider, claims, keys)] : []),
    ];
    const found = variants.flatMap((one) => contexts.map((context) => holds(one, context, version)));
    return found.every((one) => one === found[0]) ? (found[0] ? 'yes' : 'no') : 'maybe';
  };
  const { automaton, isExact } = reading;
  const verdicts = new Map<number, Truth>();
  // A text may be a value letter by letter and still be no match where it is not base64.
  const hasOwnClasses = /^(String|Arn)/.test(condition.operator.name);
  const absent = judge(undefined);
  const needsMatch = isPositive(condition);
  return {
    slot,
    automaton,
    absent,
    // A claim that has not begun may be absent.
    remaining: (state) =>
      needsMatch && (state !== automaton.start || absent === 'no') ? automaton.remaining(state) : 0,
    truth: (state) => {
      if (!isExact) return 'maybe';
      const marks = automaton.marks(state);
      if ((marks & MAY_MATCH) !== 0 && (marks & MATCHES) === 0) return 'maybe';
      const alike = hasOwnClasses ? automaton.classOf(state) : state;
      const known = verdicts.get(alike) ?? judge(automaton.textOf(state));
      verdicts.set(alike, known);
      return known;
    },
    doubts: [
      ...valueDoubts(condition, where),
      ...(isExact
        ? []
        : [{ kind: 'condition', what: condition.key.text, id: identityOf(condition) } as const]),
    ],
  };
}

/** What a condition's values depend on. */
export function valueDoubts(condition: Condition, where: Surroundings): readonly Doubt[] {
  const id = identityOf(condition);
  const placeholders = condition.values.filter(({ text }) => isPlaceholder(text));
  return [
    ...placeholders.map(({ text }): Doubt => ({ kind: 'deployment', what: text, id })),
    ...variablesOf(condition, where.version)
      .filter((name) => isOpenVariable(name, condition, where))
      .map((what): Doubt => ({ kind: isOnlyKnownToAws(what, condition) ? 'aws' : 'condition', what, id })),
  ];
}

/** What two conditions that mean the same have in common. */
export function identityOf(condition: Condition): string {
  return JSON.stringify([headOf(condition), condition.values.map(({ text }) => text).sort()]);
}

/** A condition without its values. */
export function headOf({ operator: { name, set, ifExists }, key }: Condition): string {
  return `${name} ${set} ${ifExists} ${key.text.toLowerCase()}`;
}

/** Whether a variable may have any value: another claim's, or one that only AWS knows. */
function isOpenVariable(name: string, condition: Condition, { claims }: Surroundings): boolean {
  return claims.has(name.toLowerCase()) || isOnlyKnownToAws(name, condition);
}

type Comparison = 'text' | 'pattern' | 'arn' | 'number' | 'boolean' | 'other';

/** What the classes of an operator's texts depend on; what becomes of each class the evaluator says. */
function comparisonOf(name: OperatorName): Comparison {
  if (/^String(Not)?Like$/.test(name)) return 'pattern';
  if (/^(String|Binary)/.test(name)) return 'text';
  if (/^Arn/.test(name)) return 'arn';
  if (/^Numeric/.test(name)) return 'number';
  return name === 'Bool' ? 'boolean' : 'other';
}

/** Claims that are numbers. */
const NUMBERS: readonly Slot[] = ['repository_id', 'repository_owner_id', 'actor_id', 'enterprise_id'];
/** Claims with a form that is no number, time, address or boolean, whatever stands in them. */
const FORMED: readonly Slot[] = ['sub', 'ref', 'repository', 'job_workflow_ref'];

function automatonOf(
  condition: Condition,
  slot: Slot,
  open: readonly string[],
  where: Surroundings,
): { readonly automaton: Automaton; readonly isExact: boolean } {
  const { operator, values } = condition;
  const comparison = comparisonOf(operator.name);
  const exactly = (automaton: Automaton) => ({ automaton, isExact: true });
  const nothingToTell = exactly(new PatternAutomaton([]));
  const unbounded = { ...nothingToTell, isExact: false };
  if (operator.name === 'Null') return nothingToTell;
  switch (comparison) {
    case 'boolean': {
      // Beside these two no text is a boolean, whatever the values are.
      const booleans = ['true', 'false'].map((one, index) => ({
        symbols: letters(one, true),
        mark: 4 << index,
      }));
      if (open.length > 0 || values.some(({ text }) => isPlaceholder(text))) return unbounded;
      return exactly(new PatternAutomaton(booleans));
    }
    case 'number': {
      if (values.some(({ text }) => isPlaceholder(text))) return unbounded;
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
  { operator, values }: Condition,
  open: readonly string[],
  comparison: 'text' | 'pattern' | 'arn',
  { version, provider, issuer }: Surroundings,
): { readonly automaton: Automaton; readonly isExact: boolean } {
  const ignoreCase = operator.name.endsWith('IgnoreCase');
  // Lower case beyond ASCII depends on the neighbours of a letter.
  if (ignoreCase && values.some(({ text }) => /[^\0-\x7F]/.test(text))) {
    return { automaton: new PatternAutomaton([]), isExact: false };
  }
  const base = contextOf(provider, { iss: issuer });
  const context = new Context([
    ...base.keys().map((key) => [key, base.get(key)] as const),
    ...open.map((name) => [name, ANY_TEXT] as const),
  ]);
  const patterns = values.flatMap(({ text }): readonly Pattern[] => {
    const written = replacePlaceholders(text, ANY_TEXT);
    const pieces = /^Binary/.test(operator.name)
      ? [{ text: written, isLiteral: false }]
      : substitute(written, version, context);
    if (pieces === undefined) return [];
    const isOpen = pieces.some((piece) => piece.text.includes(ANY_TEXT));
    const mark = isOpen ? MAY_MATCH : MATCHES;
    if (comparison === 'arn') return isOpen ? [{ symbols: [ANYTHING], mark }] : arnPatterns(pieces);
    return [
      { symbols: pieces.flatMap((piece) => symbolsOf(piece, comparison === 'pattern', ignoreCase)), mark },
    ];
  });
  return { automaton: new PatternAutomaton(patterns, comparison === 'arn'), isExact: true };
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
