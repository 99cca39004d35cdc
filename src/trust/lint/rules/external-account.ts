import { quote } from '../../../core/text.js';
import { isClosedGuard } from '../guards.js';
import { statementRule } from '../rule.js';
import { isCompanion } from '../statements.js';

/** Keys that say more about a caller from another account than its account does. */
const CALLER_KEYS =
  /^(sts:externalid|aws:(principalorgid|principalorgpaths|principalarn|sourcearn|sourceaccount))$/i;

export const externalAccount = statementRule(
  'external-account',
  'warning',
  (statement, { accountId, ownAccounts }) => {
    const hasMore = statement.conditions.some((one) => CALLER_KEYS.test(one.key.text) && isClosedGuard(one));
    if (statement.effect === 'Deny' || hasMore || statement.notPrincipal || isCompanion(statement)) return [];
    return statement.principals
      .filter(({ type, text }) => {
        const account = type === 'AWS' ? wholeAccount(text) : undefined;
        return account !== undefined && account !== accountId && !ownAccounts?.has(account);
      })
      .map(({ at, text }) => ({
        at,
        message: `${quote(text)} is ${accountId === undefined ? 'a whole account, another one unless it is that of the role' : 'the whole of another account'}, and no condition on sts:ExternalId or aws:PrincipalOrgID keeps it from being used on someone else's behalf (confused deputy). Name the role that may call, or add one of these if the account is a third party's.`,
      }));
  },
);

/**
 * The account that a principal stands for as a whole. Who names a single role knows whose it is: it is the way from one
 * account to the next of one's own, and a service that acts for many customers is named by its account.
 */
function wholeAccount(text: string): string | undefined {
  return /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
}
