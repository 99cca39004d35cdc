import { quote } from '../../../core/text.js';
import { statementRule } from '../rule.js';

export const principalWildcard = statementRule('principal-wildcard', 'error', ({ principals }) =>
  principals
    .filter(({ text, type }) => {
      const mayBeStar = type !== 'Federated' && type !== 'Service';
      return type !== '*' && /[*?]/.test(text) && !(mayBeStar && text === '*');
    })
    .map(({ at, text }) => ({
      at,
      message: `${quote(text)}: a principal cannot contain a wildcard. IAM rejects it, and nothing would match it.`,
    })),
);
