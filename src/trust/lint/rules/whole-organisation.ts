import { quote } from '../../../core/text.js';
import { strangerRule } from '../openings/rule.js';

export const wholeOrganisation = strangerRule('whole-organisation', 'warning', ({ value, condition }) => {
  const what =
    value !== undefined
      ? quote(value.text)
      : condition !== undefined
        ? `${quote(condition.key.text)} alone`
        : 'This statement';
  return `${what} lets in every repository of the owner, including future ones. Name the repositories.`;
});
