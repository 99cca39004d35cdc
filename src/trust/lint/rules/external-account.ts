import { quote } from '../../../core/text.js';
import { isClosedGuard } from '../guards.js';
import { statementRule } from '../rule.js';
import { isCompanion } from '../statements.js';

/** Keys that say more about a caller from another account than its account does. */
const CALLER_KEYS =
  /^(sts:externalid|aws:(principalorgid|principalorgpaths|principalarn|sourcearn|sourceaccount))$/i;

export const externalAccount = statementRule('external-account', 'warning', (statement, { accountId }) => {
  const hasMore = statement.conditions.some((one) => CALLER_KEYS.test(one.key.text) && isClosedGuard(one));
  if (statement.effect === 'Deny' || hasMore || statement.notPrincipal || isCompanion(statement)) return [];
  return statement.principals
    .filter(
      ({ type, text }) =>
        type === 'AWS' && text !== '*' && (accountId === undefined || accountOf(text) !== accountId),
    )
    .map(({ at, text }) => ({
      at,
      message: `${quote(text)} is in another account${accountId === undefined ? ', unless that is the account of the role' : ''}, and no condition on sts:ExternalId or aws:PrincipalOrgID keeps it from being used on someone else's behalf (confused deputy).`,
    }));
});

/** The account that a principal is, or belongs to: not any digits that its name may have. */
function accountOf(text: string): string | undefined {
  return /^\d{12}$/.test(text) ? text : text.split(':')[4];
}
