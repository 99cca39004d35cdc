import type { Operator, Relation } from '../language/operators.js';
import { compareDates } from './compare-date.js';
import { isInRange } from './compare-ip.js';
import { compareNumbers } from './compare-number.js';
import { arnParts, matchesPattern, type Piece } from './pattern.js';

/**
 * What one value of the request and one of the policy are to each other, whether the operator is negated or not.
 * `type-mismatch`: one of them is not of the operator's kind, such as a number that is none. `no-value`: a policy
 * variable has none. `unknown`: it depends on what only a deployment knows.
 */
export type Match = 'match' | 'differ' | 'type-mismatch' | 'no-value' | 'unknown';

/** Compares one value of a request with one of a policy, in which the variables have been replaced. */
export function compareValues(
  { kind, relation }: Pick<Operator, 'kind' | 'relation'>,
  actual: string,
  wanted: readonly Piece[],
): Match {
  switch (kind) {
    case 'string':
      return matchIf(matchesString(relation, actual, wanted));
    case 'arn':
      return matchIf(matchesArn(actual, wanted));
    case 'number':
      return ordered(relation, compareNumbers(actual, plain(wanted)));
    case 'date':
      return ordered(relation, compareDates(actual, plain(wanted)));
    case 'boolean':
    case 'null':
      return matchIf(equalOfForm(/^(true|false)$/, actual.toLowerCase(), plain(wanted).toLowerCase()));
    case 'binary':
      return matchIf(equalOfForm(BASE64, actual, plain(wanted)));
    case 'ip':
      return matchIf(isInRange(actual, plain(wanted)));
  }
}

/** Undefined where the two cannot be compared. */
function matchIf(isMatch: boolean | undefined): Match {
  if (isMatch === undefined) return 'type-mismatch';
  return isMatch ? 'match' : 'differ';
}

const plain = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

function matchesString(relation: Relation, actual: string, wanted: readonly Piece[]): boolean {
  if (relation === 'like') return matchesPattern(actual, wanted);
  const text = plain(wanted);
  return relation === 'equal' ? actual === text : actual.toLowerCase() === text.toLowerCase();
}

/** Each of the six parts by itself, so that a star does not cross a colon before the resource. */
function matchesArn(actual: string, wanted: readonly Piece[]): boolean | undefined {
  const parts = arnParts([{ text: actual, isLiteral: false }]);
  const patterns = arnParts(wanted);
  if (parts === undefined || patterns === undefined) return undefined;
  return patterns.every((pattern, index) => matchesPattern(plain(parts[index] ?? []), pattern));
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function equalOfForm(form: RegExp, actual: string, wanted: string): boolean | undefined {
  return form.test(actual) && form.test(wanted) ? actual === wanted : undefined;
}

function ordered(relation: Relation, sign: number | undefined): Match {
  if (sign === undefined) return 'type-mismatch';
  if (relation === 'less') return matchIf(sign < 0);
  if (relation === 'less-or-equal') return matchIf(sign <= 0);
  if (relation === 'greater') return matchIf(sign > 0);
  return matchIf(relation === 'greater-or-equal' ? sign >= 0 : sign === 0);
}
