import { quote, quotedList } from '../core/text.js';
import type { InputName, RawValue } from '../inputs/inputs.js';
import { matchesPattern } from '../session/pattern.js';
import type { Combination } from './combinations.js';
import type { EntryValue } from './entry.js';

/** What the step itself says of an input. */
export interface CallerValue extends RawValue {
  readonly value: unknown;
  /** Otherwise it is passed on as it is, to be reported with the other inputs. */
  readonly isValid: boolean;
}

/** An input, with both sides of it. */
export interface Both {
  readonly name: InputName;
  /** Of the role, for messages. */
  readonly role: string;
  readonly entry: EntryValue | undefined;
  readonly caller: CallerValue | undefined;
  /** Whether the entry has a session policy of either kind, also in its chain. */
  readonly limitsSession: boolean;
}

/** The text that the input gets, undefined for whatever it has; and why the two do not go together. */
export interface Combined {
  readonly raw?: string | undefined;
  readonly problem?: string;
}

type Rule = (both: Both) => Combined;

/** A rule where both say something. */
type RuleOfTwo = (entry: EntryValue, caller: CallerValue, both: Both) => Combined;

const ofTwo =
  (rule: RuleOfTwo): Rule =>
  (both) => {
    if (!both.entry || !both.caller) return { raw: both.entry?.raw };
    return both.caller.isValid ? rule(both.entry, both.caller, both) : { raw: both.caller.raw };
  };

/** How the entry and the step come together. */
export const COMBINE: Readonly<Record<Combination, Rule>> = {
  caller: () => ({}),
  refused: ({ caller, role }) =>
    isSet(caller)
      ? problem(
          caller,
          `it does not go with role: it could give credentials without the limits of ${quote(role, 100)}`,
        )
      : {},
  entry: ({ entry, caller, role }) =>
    isSet(caller)
      ? problem(caller, `with role, only the entry of ${quote(role, 100)} in roles-file can set it`)
      : { raw: entry?.raw },
  fixed: ofTwo((entry, caller, { role }) =>
    // A variable is everybody's, AWS_REGION above all; what stands in the map is meant for this role.
    caller.variable !== undefined || isSame(entry.value, caller.value)
      ? { raw: entry.raw }
      : problem(
          caller,
          `got ${quote(caller.raw, 120)}, but the role ${quote(role, 100)} has ${quote(entry.raw, 120)}`,
        ),
  ),
  'at-most': ofTwo((entry, caller, { role }) => {
    if (typeof caller.value !== 'number') return { raw: entry.raw };
    return caller.value <= Number(entry.value)
      ? { raw: caller.raw }
      : problem(
          caller,
          `got ${caller.value}; allowed for the role ${quote(role, 100)}: at most ${entry.raw}`,
        );
  }),
  narrower: ofTwo((entry, caller, { role }) => {
    const wider = texts(caller.value).find((item) => !isWithin(item, texts(entry.value)));
    return wider === undefined
      ? { raw: caller.raw }
      : problem(
          caller,
          `${quote(wider, 120)} is wider than the role ${quote(role, 100)} allows: ${quotedList(texts(entry.value))}`,
        );
  }),
  'session-policy': ({ entry, caller, limitsSession, role }) => {
    if (!caller || !limitsSession) return { raw: entry?.raw };
    return entry && isSame(entry.value, caller.value)
      ? { raw: entry.raw }
      : problem(
          caller,
          `the role ${quote(role, 100)} has a session policy already, and AWS allows what any of several session policies allows`,
        );
  },
};

function problem(caller: CallerValue | undefined, what: string): Combined {
  return { problem: `${caller?.from ?? ''}: ${what}.` };
}

/** `false` is what an input that is not there means. */
function isSet(caller: CallerValue | undefined): boolean {
  return caller !== undefined && caller.value !== false;
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** No input has this character, so that a pattern matches it in the place of `*` only where its own `*` is. */
const ANY_TEXT = '\u0000';

/** Whether all that one pattern matches is matched by some other. */
export function isWithin(pattern: string, others: readonly string[]): boolean {
  return others.some((other) => matchesPattern(pattern.replaceAll('*', ANY_TEXT), other));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
