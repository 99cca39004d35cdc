import { claimOf } from '../../language/policy.js';
import { guardsOf } from '../guards.js';
import { statementRule } from '../rule.js';
import { trustsGithub } from '../statements.js';

export const negatedGuard = statementRule('negated-guard', 'error', (statement) => {
  if (!trustsGithub(statement) || guardsOf(statement, 'sub').length > 0) return [];
  return statement.conditions
    .filter((one) => claimOf(one) === 'sub' && one.operator.isNegated)
    .map(({ key, operator }) => ({
      at: key.at,
      message: `${operator.written} lets in every subject except these. Name the subjects that may use the role.`,
    }));
});
