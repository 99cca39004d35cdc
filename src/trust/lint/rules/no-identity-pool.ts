import type { Condition } from '../../language/policy.js';
import { guardsValue } from '../guards.js';
import { statementRule } from '../rule.js';
import { isCompanion } from '../statements.js';

const COGNITO = 'cognito-identity.amazonaws.com';

export const noIdentityPool = statementRule('no-identity-pool', 'error', (statement) => {
  const { effect, principals, notPrincipal, conditions } = statement;
  const trustsCognito =
    !notPrincipal && principals.some(({ type, text }) => type === 'Federated' && text === COGNITO);
  if (effect !== 'Allow' || !trustsCognito || isCompanion(statement)) return undefined;
  return conditions.some((one: Condition) => guardsValue(one, 'aud'))
    ? undefined
    : `No condition on the audience (aud): identity pools of any account are accepted. Add StringEquals ${COGNITO}:aud with the pool's id.`;
});
