import type { Match } from '../../../../src/trust/evaluate/comparisons.js';
import { decide, type Outcome, outcomeOf, type Truth } from '../../../../src/trust/evaluate/decide.js';
import { parseOperator } from '../../../../src/trust/language/operators.js';

/** What comes of an operator whose values match so. */
function outcome(written: string, matches: readonly (readonly Match[])[] | undefined): Outcome {
  const operator = parseOperator(written);
  if (operator === undefined) throw new Error(`${written} is not an operator`);
  return outcomeOf({ operator, values: [] }, matches);
}

describe('whether a condition holds, by what matches', () => {
  it.each<[string, readonly (readonly Match[])[] | undefined, Outcome]>([
    ['StringEquals', [['differ', 'match']], 'holds'],
    ['StringEquals', [['differ', 'differ']], 'mismatch'],
    ['StringEquals', [['no-value']], 'unresolved-variable'],
    ['StringEquals', [['no-value', 'match']], 'holds'],
    ['StringEquals', [['unknown', 'match']], 'holds'],
    ['StringEquals', [['unknown', 'no-value']], 'unknown-value'],
    ['StringEquals', undefined, 'absent'],
    ['StringEquals', [['match'], ['match']], 'several-values'],
    ['StringNotEquals', [['differ', 'match']], 'mismatch'],
    ['StringNotEquals', [['no-value']], 'holds'],
    ['StringNotEquals', [['no-value', 'match']], 'mismatch'],
    ['StringNotEquals', [['unknown', 'differ']], 'unknown-value'],
    ['StringNotEquals', [['unknown', 'match']], 'mismatch'],
    ['StringNotEquals', undefined, 'holds'],
    ['NumericNotEquals', [['type-mismatch']], 'type-mismatch'],
    ['NumericEquals', [['type-mismatch', 'match']], 'holds'],
    ['ForAnyValue:StringEquals', [['unknown'], ['match']], 'holds'],
    ['ForAnyValue:StringEquals', [['unknown'], ['differ']], 'unknown-value'],
    ['ForAllValues:StringEquals', [['unknown'], ['match']], 'unknown-value'],
    ['ForAllValues:StringEquals', [['unknown'], ['differ']], 'mismatch'],
    ['ForAllValues:StringEquals', undefined, 'holds'],
    ['ForAnyValue:StringNotEquals', undefined, 'absent'],
  ])('%s with %j: %s', (written, matches, expected) => {
    expect(outcome(written, matches)).toBe(expected);
  });
});

it.each<[readonly [('Allow' | 'Deny')?, Truth?][], string]>([
  [[], 'none'],
  [[['Allow', 'no']], 'none'],
  [[['Allow', 'yes']], 'allow'],
  [[['Allow', 'unknown']], 'unknown'],
  [
    [
      ['Allow', 'yes'],
      ['Deny', 'unknown'],
    ],
    'unknown',
  ],
  [
    [
      ['Allow', 'unknown'],
      ['Deny', 'yes'],
    ],
    'deny',
  ],
  [[['Deny', 'unknown']], 'none'],
])('statements %j decide: %s', (statements, decision) => {
  expect(decide(statements.map(([effect = 'Allow', applies = 'no']) => ({ effect, applies })))).toBe(
    decision,
  );
});
