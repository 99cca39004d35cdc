import { coversAction } from '../../evaluate/actions.js';
import { statementRule } from '../rule.js';
import { isCompanion, issuersOf, WEB_IDENTITY } from '../statements.js';

export const webIdentityMissing = statementRule('web-identity-missing', 'error', (statement) => {
  if (statement.effect === 'Deny' || issuersOf(statement).length === 0) return [];
  if (coversAction(statement, WEB_IDENTITY) || isCompanion(statement)) return [];
  return [
    {
      at: statement.actions[0]?.at ?? statement.at,
      message: `An OIDC provider can only call ${WEB_IDENTITY}, and this statement does not allow it.`,
    },
  ];
});
