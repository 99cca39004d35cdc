import { quote } from '../../../core/text.js';
import { isKeyRequired } from '../required-key.js';
import { statementRule } from '../rule.js';

/** Without these keys a request has no tags: there, ForAllValues is what AWS advises, and lets nobody in. */
const TAG_KEYS = /^(sts:TransitiveTagKeys|aws:TagKeys)$/i;

/** Keys that have several values (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html). */
const SEVERAL_VALUES =
  /^(aws:(CalledVia|PrincipalServiceNamesList|(Principal|Resource|Source)OrgPaths)|.+:amr)$/i;

export const setOperatorInAllow = statementRule('set-operator-in-allow', 'error', (statement) => {
  if (statement.effect !== 'Allow') return [];
  return statement.conditions
    .filter((one) => one.operator.set === 'ForAllValues' && !isKeyRequired(statement, one))
    .filter(({ key }) => !TAG_KEYS.test(key.text))
    .map(({ key, operator }) => ({
      at: key.at,
      message: `${operator.written} is also true when the request does not have ${quote(key.text)}, and so lets it in. ${
        SEVERAL_VALUES.test(key.text)
          ? `Use ForAnyValue:${operator.name}, or add Null false for the key.`
          : `The key has one value: use ${operator.name}.`
      }`,
    }));
});
