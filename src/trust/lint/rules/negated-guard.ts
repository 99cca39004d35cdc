import { claimOf } from '../../language/policy.js';
import type { Rule } from '../rule.js';

export const negatedGuard: Rule = {
  id: 'negated-guard',
  severity: 'error',
  check: (_policy, { openings }) =>
    openings
      .filter(({ kind }) => kind === 'stranger')
      .flatMap(({ statement }) =>
        statement.conditions
          .filter((one) => claimOf(one) === 'sub' && one.operator.isNegated && one.operator.kind !== 'null')
          .map(({ key, operator }) => ({
            statement: statement.number,
            at: key.at,
            message: `${operator.written} lets in every subject except these. Name the subjects that may use the role.`,
          })),
      ),
};
