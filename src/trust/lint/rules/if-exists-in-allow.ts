import { quote } from '../../../core/text.js';
import { isKeyRequired } from '../required-key.js';
import { statementRule } from '../rule.js';

export const ifExistsInAllow = statementRule('if-exists-in-allow', 'error', (statement) => {
  if (statement.effect !== 'Allow') return [];
  return statement.conditions
    .filter((one) => one.operator.ifExists && !isKeyRequired(statement, one))
    .map(({ key, operator }) => ({
      at: key.at,
      message: `${operator.written} is also true when the request does not have ${quote(key.text)}, and so lets it in. Use ${operator.name}.`,
    }));
});
