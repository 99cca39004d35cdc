import { type Condition, claimOf, type Statement } from '../../language/policy.js';
import type { KnownText, Text } from '../../language/text.js';

/**
 * A statement with one of the values of its condition on the subject, or on the repository where it has none: each of
 * them lets tokens in by itself.
 */
export interface Unit {
  readonly statement: Statement;
  /** With that one value, and with something in place of what only a deployment knows. */
  readonly reduced: Statement;
  /** Undefined where no such condition limits the statement. */
  readonly condition: Condition | undefined;
  /** As the policy has it. */
  readonly value: Text | undefined;
  /** As it may be once it is deployed. */
  readonly text: string;
}

/** The units of a statement. A token has one subject, so that it gets in by one of them. */
export function unitsOf(statement: Statement): readonly Unit[] {
  const split = splittingCondition(statement, 'sub') ?? splittingCondition(statement, 'repository');
  if (split === undefined) {
    return [
      { statement, reduced: withStandIns(statement), condition: undefined, value: undefined, text: '' },
    ];
  }
  return split.values.map((value) => {
    const conditions = statement.conditions.map((one) => (one === split ? { ...one, values: [value] } : one));
    const reduced = withStandIns({ ...statement, conditions });
    return { statement, reduced, condition: split, value, text: standIn(value, claimOf(split)).text };
  });
}

function splittingCondition({ conditions }: Statement, claim: string): Condition | undefined {
  return conditions.find(
    (one) => claimOf(one) === claim && isTextual(one) && !one.operator.isNegated && one.values.length > 0,
  );
}

/** Whether a condition compares texts. */
export function isTextual({ operator }: Condition): boolean {
  return operator.kind === 'string' || operator.kind === 'arn';
}

function withStandIns(statement: Statement): Statement {
  const conditions = statement.conditions.map((one) => ({
    ...one,
    values: one.values.map((value) => standIn(value, claimOf(one))),
  }));
  return { ...statement, conditions };
}

/** Stands for a part that is unknown, until it is clear what the part is. */
const UNKNOWN = '\uE000';

/**
 * Some name in place of each part that only a deployment knows. Where the part has to be a whole repository, it is one:
 * what is open whatever stands there is found.
 */
function standIn(value: Text, claim: string): KnownText {
  if (value.kind === 'known') return value;
  const text = value.parts.map((part) => ('known' in part ? part.known : UNKNOWN)).join('');
  const whole =
    claim === 'repository'
      ? text.replace(/^\uE000(?=@|$)/, `${UNKNOWN}/${UNKNOWN}`)
      : text.replace(/^repo:\uE000(?=[:@*]|$)/, `repo:${UNKNOWN}/${UNKNOWN}`);
  return { kind: 'known', text: whole.replaceAll(UNKNOWN, 'placeholder'), at: value.at };
}
