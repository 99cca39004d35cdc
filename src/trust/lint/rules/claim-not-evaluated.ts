import { formatList, quote } from '../../../core/text.js';
import { type Condition, claimOf, prefixOf, type Statement } from '../../language/policy.js';
import { evaluatedClaims } from '../../oidc/claims.js';
import { providerPath } from '../../oidc/issuer.js';
import { statementRule } from '../rule.js';
import { issuersOf } from '../statements.js';

export const claimNotEvaluated = statementRule('claim-not-evaluated', 'error', (statement) =>
  ownConditions(statement).flatMap((condition) => {
    const evaluated = evaluatedClaims(prefixOf(condition));
    if (evaluated.includes(claimOf(condition))) return [];
    return [
      {
        at: condition.key.at,
        message: `AWS does not evaluate ${quote(condition.key.text)}, so no request has this key. It evaluates ${formatList(evaluated)}.`,
      },
    ];
  }),
);

/** The conditions on a claim of an issuer that the statement trusts. */
function ownConditions(statement: Statement): readonly Condition[] {
  const issuers = issuersOf(statement).map((one) => providerPath(one).toLowerCase());
  return statement.conditions.filter((one) => issuers.includes(prefixOf(one).toLowerCase()));
}
