import { statementRule } from '../rule.js';

export const notPrincipalInDeny = statementRule('not-principal-in-deny', 'warning', (statement) =>
  statement.notPrincipal && statement.effect === 'Deny'
    ? 'Deny with NotPrincipal must name the session, role and account of each exception. Use Principal "*" and a condition on aws:PrincipalArn.'
    : undefined,
);
