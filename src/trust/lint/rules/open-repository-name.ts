import { quote } from '../../../core/text.js';
import { claimOf } from '../../language/policy.js';
import { isPattern, valueRule } from '../claim-values.js';

export const openRepositoryName = valueRule(
  'open-repository-name',
  'error',
  (text, condition) => {
    const prefixed = claimOf(condition) === 'repository' ? `repo:${text}` : text;
    const name = /^repo:([^/]*)(?:\/([^:]*))?/.exec(prefixed);
    if (!isPattern(text, condition) || name === null) return undefined;
    const [, owner = '', repository = ''] = name;
    const ownerIsOpen = /[*?]/.test(owner.replace(/@\*$/, '')) && owner !== '*';
    const nameIsOpen = /[*?]/.test(repository.replace(/@\*$/, '')) && repository !== '*';
    if (!ownerIsOpen && !nameIsOpen) return undefined;
    const evil = text.replace(/([^*?]*)[*?].*$/s, '$1');
    return `The wildcard in ${quote(text)} is inside a name and does not stop at the colon, so it also matches ${quote(`${evil}-evil…`)}. Write the name out.`;
  },
  { claims: ['sub', 'repository'] },
);
