import type { OperatorName } from '../language/operators.js';
import { compareDates } from './compare-date.js';
import { isInRange } from './compare-ip.js';
import { compareNumbers } from './compare-number.js';
import { arnParts, matchesPieces, type Piece } from './pattern.js';

/**
 * What one value of the request and one of the policy are to each other. `unfit` where one of them is not of the
 * operator's kind, such as a number that is none: then the condition does not hold, not even a negated one.
 */
export type Comparison = 'match' | 'differ' | 'unfit';

type Compare = (actual: string, wanted: readonly Piece[]) => Comparison;

/** One operator without its set qualifier and IfExists. */
export interface Operator {
  readonly compare: Compare;
  /** Holds where no value matches, and where the key is absent. */
  readonly isNegated: boolean;
  /** Whether variables are replaced in its values. */
  readonly hasVariables: boolean;
}

const said = (isMatch: boolean): Comparison => (isMatch ? 'match' : 'differ');
const plain = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');
const ordered =
  (
    order: (actual: string, wanted: string) => number | undefined,
    holds: (sign: number) => boolean,
  ): Compare =>
  (actual, wanted) => {
    const sign = order(actual, plain(wanted));
    return sign === undefined ? 'unfit' : said(holds(sign));
  };

const equal: Compare = (actual, wanted) => said(actual === plain(wanted));
const equalIgnoringCase: Compare = (actual, wanted) =>
  said(actual.toLowerCase() === plain(wanted).toLowerCase());
const like: Compare = (actual, wanted) => said(matchesPieces(wanted, actual));
const inRange: Compare = (actual, wanted) => {
  const found = isInRange(actual, plain(wanted));
  return found === undefined ? 'unfit' : said(found);
};

/** Each of the six parts by itself, so that a star does not cross a colon before the resource. */
const arnLike: Compare = (actual, wanted) => {
  const parts = arnParts([{ text: actual, isLiteral: false }]);
  const patterns = arnParts(wanted);
  if (parts === undefined || patterns === undefined) return 'unfit';
  return said(patterns.every((pattern, index) => matchesPieces(pattern, plain(parts[index] ?? []))));
};

const bool: Compare = (actual, wanted) => {
  const [is, wants] = [actual.toLowerCase(), plain(wanted).toLowerCase()];
  const isBoolean = (text: string): boolean => text === 'true' || text === 'false';
  return isBoolean(is) && isBoolean(wants) ? said(is === wants) : 'unfit';
};

/** Byte for byte; both sides are base64. */
const binary: Compare = (actual, wanted) => {
  const isBase64 = (text: string): boolean =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
  const text = plain(wanted);
  return isBase64(actual) && isBase64(text) ? said(actual === text) : 'unfit';
};

const withVariables = (compare: Compare, isNegated = false): Operator => ({
  compare,
  isNegated,
  hasVariables: true,
});
const without = (compare: Compare, isNegated = false): Operator => ({
  compare,
  isNegated,
  hasVariables: false,
});

/**
 * What each operator compares (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html).
 * ArnEquals is ArnLike by another name. `Null` is not here: it asks about the key, not its values.
 */
export const OPERATORS: Readonly<Record<Exclude<OperatorName, 'Null'>, Operator>> = {
  StringEquals: withVariables(equal),
  StringNotEquals: withVariables(equal, true),
  StringEqualsIgnoreCase: withVariables(equalIgnoringCase),
  StringNotEqualsIgnoreCase: withVariables(equalIgnoringCase, true),
  StringLike: withVariables(like),
  StringNotLike: withVariables(like, true),
  ArnEquals: withVariables(arnLike),
  ArnLike: withVariables(arnLike),
  ArnNotEquals: withVariables(arnLike, true),
  ArnNotLike: withVariables(arnLike, true),
  Bool: withVariables(bool),
  BinaryEquals: without(binary),
  IpAddress: without(inRange),
  NotIpAddress: without(inRange, true),
  NumericEquals: without(ordered(compareNumbers, (sign) => sign === 0)),
  NumericNotEquals: without(
    ordered(compareNumbers, (sign) => sign === 0),
    true,
  ),
  NumericLessThan: without(ordered(compareNumbers, (sign) => sign < 0)),
  NumericLessThanEquals: without(ordered(compareNumbers, (sign) => sign <= 0)),
  NumericGreaterThan: without(ordered(compareNumbers, (sign) => sign > 0)),
  NumericGreaterThanEquals: without(ordered(compareNumbers, (sign) => sign >= 0)),
  DateEquals: without(ordered(compareDates, (sign) => sign === 0)),
  DateNotEquals: without(
    ordered(compareDates, (sign) => sign === 0),
    true,
  ),
  DateLessThan: without(ordered(compareDates, (sign) => sign < 0)),
  DateLessThanEquals: without(ordered(compareDates, (sign) => sign <= 0)),
  DateGreaterThan: without(ordered(compareDates, (sign) => sign > 0)),
  DateGreaterThanEquals: without(ordered(compareDates, (sign) => sign >= 0)),
};
