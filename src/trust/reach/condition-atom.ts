import { automatonOf, MATCHES, MAY_MATCH, type Surroundings } from './condition-automaton.js';
import { type Condition, contextOf, holds, isKnownOnlyToAws, isPositive, variablesOf } from './evaluator.js';
import type { Slot } from './grammar.js';
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

/** A value that a variable might have, and that matches nothing. */
const NOTHING = '\u{10FFFD}';

/** A condition on a claim of the token, as an automaton over the claim with the evaluator's verdict on each class. */
export function conditionAtom(condition: Condition, slot: Slot, where: Surroundings): ConditionAtom {
  const { version, provider, issuer } = where;
  const variables = variablesOf(condition, version);
  const open = variables.filter((name) => isOpenVariable(name, where));
  const reading = automatonOf(condition, slot, open, where);
  const ownKey = condition.key.text.toLowerCase();
  const others = open.filter((name) => name.toLowerCase() !== ownKey);
  const keys = others.map((name) => [name, NOTHING] as const);

  const judge = (text: string | undefined): Truth => {
    const claims = text === undefined ? { iss: issuer } : { iss: issuer, [slot]: text };
    const contexts = [
      contextOf(provider, claims),
      ...(keys.length > 0 ? [contextOf(provider, claims, keys)] : []),
    ];
    const [first = 'unknown', ...found] = contexts.map((context) => holds(condition, context, version));
    return first === 'unknown' || found.some((one) => one !== first) ? 'maybe' : first;
  };
  const { automaton, isExact } = reading;
  const verdicts = new Map<number, Truth>();
  // A text may be a value letter by letter and still be no match where it is not base64.
  const hasOwnClasses = ['string', 'arn'].includes(condition.operator.kind);
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
  const unknown = condition.values.filter(({ kind }) => kind === 'unknown');
  return [
    ...unknown.map(({ text }): Doubt => ({ kind: 'deployment', what: text, id })),
    ...variablesOf(condition, where.version)
      .filter((name) => isOpenVariable(name, where))
      .map((what): Doubt => ({ kind: isKnownOnlyToAws(what) ? 'aws' : 'condition', what, id })),
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
function isOpenVariable(name: string, { claims }: Surroundings): boolean {
  return claims.has(name.toLowerCase()) || isKnownOnlyToAws(name);
}
