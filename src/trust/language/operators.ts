/** The condition operators without prefix and suffix, by what they compare. */
export const OPERATOR_NAMES = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'NumericEquals',
  'NumericNotEquals',
  'NumericLessThan',
  'NumericLessThanEquals',
  'NumericGreaterThan',
  'NumericGreaterThanEquals',
  'DateEquals',
  'DateNotEquals',
  'DateLessThan',
  'DateLessThanEquals',
  'DateGreaterThan',
  'DateGreaterThanEquals',
  'Bool',
  'BinaryEquals',
  'IpAddress',
  'NotIpAddress',
  'ArnEquals',
  'ArnLike',
  'ArnNotEquals',
  'ArnNotLike',
  'Null',
] as const;

export type OperatorName = (typeof OPERATOR_NAMES)[number];

/** How an operator treats a key with several values. */
export type SetQualifier = 'ForAllValues' | 'ForAnyValue';

/** A condition operator, taken apart. */
export interface ParsedOperator {
  /** As written. */
  readonly written: string;
  readonly name: OperatorName;
  readonly set: SetQualifier | undefined;
  readonly ifExists: boolean;
}

const BY_LOWER_CASE = new Map(OPERATOR_NAMES.map((name) => [name.toLowerCase(), name]));

/**
 * Takes a condition operator apart; undefined where IAM has no such operator. `Null` takes no `IfExists`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists).
 */
export function parseOperator(written: string): ParsedOperator | undefined {
  const match = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/i.exec(written);
  const name = BY_LOWER_CASE.get((match?.[2] ?? '').toLowerCase());
  if (match === null || name === undefined) return undefined;
  const ifExists = match[3] !== undefined;
  if (name === 'Null' && (ifExists || match[1] !== undefined)) return undefined;
  const set = match[1] === undefined ? undefined : setQualifier(match[1]);
  return { written, name, set, ifExists };
}

function setQualifier(written: string): SetQualifier {
  return written.toLowerCase() === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
}
