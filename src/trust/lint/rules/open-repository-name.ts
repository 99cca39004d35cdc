import { quote } from '../../../core/text.js';
import { strangerRule } from '../openings/rule.js';

export const openRepositoryName = strangerRule('open-repository-name', 'error', ({ value }) => {
  const text = value?.text ?? '';
  const evil = text.replace(/([^*?]*)[*?].*$/s, '$1');
  return `The wildcard in ${quote(text)} is inside a name and does not stop at the colon, so it also matches ${quote(`${evil}-evil…`)}. Write the name out.`;
});
