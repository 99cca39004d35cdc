import { quote } from '../../../core/text.js';
import { statementRule } from '../rule.js';
import { issuersOf, WEB_IDENTITY } from '../statements.js';

export const wideAction = statementRule('wide-action', 'warning', (statement) => {
  if (statement.effect === 'Deny') return [];
  if (statement.notAction) {
    return [
      { at: statement.at, message: 'Allow with NotAction allows whatever AWS adds later. Use Action.' },
    ];
  }
  const narrow = issuersOf(statement).length > 0 ? WEB_IDENTITY : 'sts:AssumeRole';
  return statement.actions
    .filter(({ text }) => /[*?]/.test(text))
    .map(({ at, text }) => ({
      at,
      message: `${quote(text)} allows more than is needed. Write ${narrow}.`,
    }));
});
