import type { Condition } from '../../language/policy.js';
import { guardsValue } from '../guards.js';
import { statementRule } from '../rule.js';
import { isCompanion, issuersOf } from '../statements.js';

export const noAudience = statementRule('no-audience', 'note', (statement) => {
  const isGuarded = statement.conditions.some((one: Condition) => guardsValue(one, 'aud'));
  if (statement.effect !== 'Allow' || isCompanion(statement) || isGuarded) return undefined;
  return issuersOf(statement).length === 0
    ? undefined
    : "No condition on the audience (aud). STS accepts only the client IDs of the OIDC provider: where one of them is another service's, tokens issued for that service are accepted as well. Add StringEquals …:aud sts.amazonaws.com.";
});
