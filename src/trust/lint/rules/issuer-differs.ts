import { formatList, quote } from '../../../core/text.js';
import { prefixOf } from '../../language/policy.js';
import { statementRule } from '../rule.js';
import { issuersOf } from '../statements.js';

export const issuerDiffers = statementRule('issuer-differs', 'error', (statement) => {
  const issuers = issuersOf(statement);
  if (issuers.length === 0) return [];
  const own = issuers.map((one) => one.toLowerCase());
  return statement.conditions
    .filter((one) => {
      const prefix = prefixOf(one);
      // A key of AWS's own has no dot before its colon.
      return prefix.includes('.') && !own.includes(prefix.toLowerCase());
    })
    .map(({ key }) => ({
      at: key.at,
      message: `The key ${quote(key.text)} belongs to another issuer than the principal, ${formatList(issuers.map((one) => quote(one)))}, so no token has it.`,
    }));
});
