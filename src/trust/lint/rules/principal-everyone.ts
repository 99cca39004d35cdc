import { statementRule } from '../rule.js';

export const principalEveryone = statementRule('principal-everyone', 'error', (statement) =>
  statement.effect === 'Deny' || statement.notPrincipal
    ? []
    : statement.principals
        .filter(({ type, text }) => type === '*' || text === '*')
        .map(({ at }) => ({
          at,
          message:
            'The principal is everyone, so only the conditions keep anyone out. Name who may use the role.',
        })),
);
