import { quote } from '../../text.js';
import { coversAction } from '../evaluate/actions.js';
import { isClosedGuard, isCompanion, WEB_IDENTITY } from './guards.js';
import { issuersOf, perStatement, type Rule } from './rule.js';

/** Keys that say more about a caller from another account than its account does. */
const CALLER_KEYS =
  /^(sts:externalid|aws:(principalorgid|principalorgpaths|principalarn|sourcearn|sourceaccount))$/i;

/** Rules about principals and actions. */
export const PRINCIPAL_RULES: readonly Rule[] = [
  perStatement('principal-everyone', 'error', (statement) =>
    statement.effect === 'Deny' || statement.notPrincipal
      ? []
      : statement.principals
          .filter(({ type, text }) => type === '*' || text === '*')
          .map(({ at }) => ({
            at,
            message:
              'The principal is everyone: only the conditions keep anyone out. Name who may use the role.',
          })),
  ),
  perStatement('not-principal', 'error', (statement) =>
    statement.notPrincipal && statement.effect === 'Allow'
      ? [
          {
            at: statement.at,
            message:
              'Allow with NotPrincipal trusts everyone but those named, also the anonymous. Use Principal.',
          },
        ]
      : [],
  ),
  perStatement('not-principal-in-deny', 'warning', (statement) =>
    statement.notPrincipal && statement.effect === 'Deny'
      ? [
          {
            at: statement.at,
            message:
              'Deny with NotPrincipal must name session, role and account of each exception. Use Principal "*" and a condition on aws:PrincipalArn.',
          },
        ]
      : [],
  ),
  perStatement('principal-wildcard', 'error', (statement) =>
    statement.principals
      .filter(
        ({ text, type }) =>
          (text !== '*' || type === 'Federated' || type === 'Service') && /[*?]/.test(text) && type !== '*',
      )
      .map(({ at, text }) => ({
        at,
        message: `${quote(text)}: a principal cannot have a wildcard. IAM does not save it, and nothing would match it.`,
      })),
  ),
  perStatement('external-account', 'warning', (statement, { accountId }) => {
    const hasMore = statement.conditions.some((one) => CALLER_KEYS.test(one.key.text) && isClosedGuard(one));
    if (statement.effect === 'Deny' || hasMore || statement.notPrincipal || isCompanion(statement)) return [];
    return statement.principals
      .filter(
        ({ type, text }) =>
          type === 'AWS' && text !== '*' && (accountId === undefined || accountOf(text) !== accountId),
      )
      .map(({ at, text }) => ({
        at,
        message: `${quote(text)} is ${accountId === undefined ? 'in another account, unless it is that of the role' : 'in another account'}, and no condition on sts:ExternalId or aws:PrincipalOrgID keeps it from being used on someone else's behalf (confused deputy).`,
      }));
  }),
  perStatement('web-identity-missing', 'error', (statement) => {
    if (statement.effect === 'Deny' || issuersOf(statement).length === 0) return [];
    return coversAction(statement, WEB_IDENTITY) || isCompanion(statement)
      ? []
      : [
          {
            at: statement.actions[0]?.at ?? statement.at,
            message: `An OIDC provider can only do ${WEB_IDENTITY}, and this statement does not allow it.`,
          },
        ];
  }),
  perStatement('wide-action', 'warning', (statement) =>
    statement.effect === 'Deny'
      ? []
      : statement.notAction
        ? [{ at: statement.at, message: 'Allow with NotAction allows whatever AWS adds later. Use Action.' }]
        : statement.actions
            .filter(({ text }) => /[*?]/.test(text))
            .map(({ at, text }) => ({
              at,
              message: `${quote(text)} allows more than is needed. Write ${issuersOf(statement).length > 0 ? WEB_IDENTITY : 'sts:AssumeRole'}.`,
            })),
  ),
];

/** The account that a principal is, or belongs to: not any digits that its name may have. */
function accountOf(text: string): string | undefined {
  return /^\d{12}$/.test(text) ? text : text.split(':')[4];
}
