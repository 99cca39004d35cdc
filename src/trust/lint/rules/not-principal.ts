import { statementRule } from '../rule.js';

export const notPrincipal = statementRule('not-principal', 'error', ({ notPrincipal, effect }) =>
  notPrincipal && effect === 'Allow'
    ? 'Allow with NotPrincipal trusts everyone except those it names, including anonymous callers. Use Principal.'
    : undefined,
);
