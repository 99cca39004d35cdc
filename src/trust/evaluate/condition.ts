import type { Operator } from '../language/operators.js';
import type { Condition, TrustPolicy } from '../language/policy.js';
import type { TextPart } from '../language/text.js';
import { compareValues, type Match } from './comparisons.js';
import type { Context } from './context.js';
import { type Outcome, outcomeOf } from './decide.js';
import { matchesPattern, type Piece } from './pattern.js';
import { substitute, unresolvedVariables } from './variables.js';

/** A condition, what it found in the request, and what came of it. */
export interface ConditionResult {
  readonly condition: Condition;
  readonly actual: readonly string[] | undefined;
  readonly outcome: Outcome;
  /** The policy variables in its values that have no value in this request. */
  readonly unresolved: readonly string[];
}

/** Whether one condition holds for a request. */
export function evaluateCondition(
  condition: Condition,
  context: Context,
  version: TrustPolicy['version'],
): ConditionResult {
  const { operator, values, key } = condition;
  const actual = context.get(key.text);
  const matches = actual?.map((one) =>
    values.map((wanted): Match => {
      if (wanted.kind === 'unknown') return mayMatch(operator, one, wanted.parts) ? 'unknown' : 'differ';
      const { text } = wanted;
      const pieces = operator.takesVariables ? substitute(text, version, context) : [asPattern(text)];
      return pieces === undefined ? 'no-value' : compareValues(operator, one, pieces);
    }),
  );
  const unresolved = operator.takesVariables
    ? values.flatMap(({ kind, text }) =>
        kind === 'known' ? unresolvedVariables(text, version, context) : [],
      )
    : [];
  return { condition, actual, outcome: outcomeOf(condition, matches), unresolved };
}

const asPattern = (text: string): Piece => ({ text, isLiteral: false });

/** What is known of a text may be enough to tell that it differs. The rest may be any text, and so may a variable. */
function mayMatch(
  { kind, relation, takesPatterns }: Operator,
  actual: string,
  parts: readonly TextPart[],
): boolean {
  if (kind !== 'string' && kind !== 'arn') return true;
  const plain = (text: string): string => (relation === 'equal-ignoring-case' ? text.toLowerCase() : text);
  const pieces = parts.map((part): Piece => {
    const isOpen = 'unknown' in part || part.known.includes('${');
    return isOpen ? asPattern('*') : { text: plain(part.known), isLiteral: !takesPatterns };
  });
  return matchesPattern(plain(actual), pieces);
}
