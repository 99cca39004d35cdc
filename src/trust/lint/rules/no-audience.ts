import type { Statement } from '../../language/policy.js';
import { guardsOf, isClosedGuard } from '../guards.js';
import { statementRule } from '../rule.js';
import { isCompanion, issuersOf } from '../statements.js';

const COGNITO = 'cognito-identity.amazonaws.com';

export const noAudience = statementRule('no-audience', 'error', (statement) => {
  const isGuarded = guardsOf(statement, 'aud').some(isClosedGuard);
  if (statement.effect !== 'Allow' || isCompanion(statement) || isGuarded) return undefined;
  if (trustsCognito(statement)) {
    return `No condition on the audience (aud): identity pools of any account are accepted. Add StringEquals ${COGNITO}:aud with the pool's id.`;
  }
  return issuersOf(statement).length === 0
    ? undefined
    : 'No condition on the audience (aud): tokens that the provider issues for other services are accepted as well. Add StringEquals …:aud sts.amazonaws.com.';
});

function trustsCognito({ principals, notPrincipal }: Statement): boolean {
  return !notPrincipal && principals.some(({ type, text }) => type === 'Federated' && text === COGNITO);
}
