import type { Rule } from '../rule.js';

export const noStatement: Rule = {
  id: 'no-statement',
  severity: 'error',
  check: ({ statements, at }) =>
    statements.length > 0
      ? []
      : [
          {
            statement: undefined,
            at,
            message: 'The policy does not have a statement: it lets nobody in, and IAM rejects it.',
          },
        ],
};
