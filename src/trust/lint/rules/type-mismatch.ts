import { quote } from '../../../core/text.js';
import { compareValues } from '../../evaluate/comparisons.js';
import type { Operator } from '../../language/operators.js';
import type { Text } from '../../language/text.js';
import { statementRule } from '../rule.js';

export const typeMismatch = statementRule('type-mismatch', 'error', (statement) =>
  statement.conditions.flatMap(({ operator, values }) =>
    values
      .filter((value) => !isComparable(operator, value))
      .map(({ text, at }) => ({
        at,
        message: `${operator.written} cannot compare with ${quote(text)}, so the condition never holds.`,
      })),
  ),
);

/** Whether there is something that a value compares with: itself, or what it stands for. */
function isComparable(operator: Operator, { kind, text }: Text): boolean {
  if (kind === 'unknown') return true;
  if (text.includes('${') && operator.kind !== 'null') return operator.takesVariables;
  const network = operator.kind === 'ip' ? text.replace(/\/.*$/, '') : text;
  const sample = operator.kind === 'arn' ? text.replace(/[*?]/g, 'x') : network;
  return compareValues(operator, sample, [{ text, isLiteral: false }]) !== 'type-mismatch';
}
