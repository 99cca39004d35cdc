/** What a condition operator takes its values for. `null` asks about the key, not its values. */
export type OperatorKind = 'string' | 'arn' | 'number' | 'date' | 'boolean' | 'binary' | 'ip' | 'null';

/** What makes one value of a request match one of the policy. */
export type Relation =
  | 'equal'
  | 'equal-ignoring-case'
  | 'like'
  | 'less'
  | 'less-or-equal'
  | 'greater'
  | 'greater-or-equal'
  | 'in-range';

/** What there is to know about an operator, whatever stands before and after its name. */
export interface OperatorTraits {
  readonly kind: OperatorKind;
  readonly relation: Relation;
  /** Holds where no value matches, and where the key is absent. */
  readonly isNegated: boolean;
  /** Whether `*` and `?` are wildcards in its values. */
  readonly takesPatterns: boolean;
  /** Whether policy variables are replaced in its values. */
  readonly takesVariables: boolean;
}

/**
 * Every condition operator without prefix and suffix, with its negation where it has one
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 * ArnEquals is ArnLike by another name. This is the only place that knows what a name means: ask for traits elsewhere.
 */
const OPERATORS = [
  ['string', 'equal', 'StringEquals', 'StringNotEquals'],
  ['string', 'equal-ignoring-case', 'StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'],
  ['string', 'like', 'StringLike', 'StringNotLike'],
  ['number', 'equal', 'NumericEquals', 'NumericNotEquals'],
  ['number', 'less', 'NumericLessThan'],
  ['number', 'less-or-equal', 'NumericLessThanEquals'],
  ['number', 'greater', 'NumericGreaterThan'],
  ['number', 'greater-or-equal', 'NumericGreaterThanEquals'],
  ['date', 'equal', 'DateEquals', 'DateNotEquals'],
  ['date', 'less', 'DateLessThan'],
  ['date', 'less-or-equal', 'DateLessThanEquals'],
  ['date', 'greater', 'DateGreaterThan'],
  ['date', 'greater-or-equal', 'DateGreaterThanEquals'],
  ['boolean', 'equal', 'Bool'],
  ['binary', 'equal', 'BinaryEquals'],
  ['ip', 'in-range', 'IpAddress', 'NotIpAddress'],
  ['arn', 'like', 'ArnEquals', 'ArnNotEquals'],
  ['arn', 'like', 'ArnLike', 'ArnNotLike'],
  ['null', 'equal', 'Null'],
] as const satisfies readonly (readonly [OperatorKind, Relation, string, string?])[];

type Row = (typeof OPERATORS)[number];
export type OperatorName = Row[2] | Extract<Row, readonly [unknown, unknown, unknown, unknown]>[3];

const WITH_VARIABLES: readonly OperatorKind[] = ['string', 'arn', 'boolean'];

const TRAITS = OPERATORS.flatMap(([kind, relation, ...names]) =>
  names.map((name: OperatorName, index) => ({
    name,
    kind,
    relation,
    isNegated: index > 0,
    takesPatterns: relation === 'like',
    takesVariables: WITH_VARIABLES.includes(kind),
  })),
);

/** The names of all operators. */
export const OPERATOR_NAMES: readonly OperatorName[] = TRAITS.map(({ name }) => name);

/** How an operator treats a key with several values. */
export type SetQualifier = 'ForAllValues' | 'ForAnyValue';

/** A condition operator, taken apart. */
export interface Operator extends OperatorTraits {
  /** As written. */
  readonly written: string;
  readonly name: OperatorName;
  readonly set: SetQualifier | undefined;
  readonly ifExists: boolean;
}

/**
 * Takes a condition operator apart; undefined where IAM has no such operator. `Null` takes no `IfExists`
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_IfExists).
 */
export function parseOperator(written: string): Operator | undefined {
  const match = /^(?:(forallvalues|foranyvalue):)?([a-z]+?)(ifexists)?$/i.exec(written);
  const found = TRAITS.find(({ name }) => name.toLowerCase() === match?.[2]?.toLowerCase());
  if (match === null || found === undefined) return undefined;
  const ifExists = match[3] !== undefined;
  if (found.kind === 'null' && (ifExists || match[1] !== undefined)) return undefined;
  const set = match[1] === undefined ? undefined : setQualifier(match[1]);
  return { ...found, written, set, ifExists };
}

function setQualifier(written: string): SetQualifier {
  return written.toLowerCase() === 'forallvalues' ? 'ForAllValues' : 'ForAnyValue';
}

/** Why a text is not a condition operator, with the one that its writer may have meant. */
export function unknownOperator(written: string): string {
  const name = written.replace(/^For(Any|All)Values?:/i, '').replace(/IfExists$/i, '');
  if (name.toLowerCase() === 'null') return 'Null takes neither IfExists nor a set prefix';
  // Near enough for a hint: the same letters but for a plural s.
  const plain = (text: string): string => text.toLowerCase().replace(/s/g, '');
  const near = OPERATOR_NAMES.find((known) => plain(known) === plain(name));
  return `unknown condition operator "${written}"${near === undefined ? '' : `; did you mean ${near}?`}`;
}

/**
 * Whether an operator holds of a request without the key. With a set qualifier, of no values all match and none does,
 * with IfExists or without. `Null` is not asked: its values say.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
export function holdsWithoutKey({ set, ifExists, isNegated }: Operator): boolean {
  return set === undefined ? ifExists || isNegated : set === 'ForAllValues';
}
