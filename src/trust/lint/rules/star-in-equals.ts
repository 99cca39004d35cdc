import { quote } from '../../../core/text.js';
import { hasWildcard } from '../../evaluate/pattern.js';
import { statementRule } from '../rule.js';

export const starInEquals = statementRule('star-in-equals', 'error', (statement) =>
  statement.conditions
    .filter(({ operator }) => operator.kind === 'string' && !operator.takesPatterns)
    .flatMap(({ operator, values }) =>
      values
        .filter(({ text }) => hasWildcard(text))
        .map(({ text, at }) => ({
          at,
          message: `In ${operator.written}, the wildcard of ${quote(text)} is an ordinary character. Use ${operator.isNegated ? 'StringNotLike' : 'StringLike'}, or write the value out.`,
        })),
    ),
);
