import { quote } from '../../../core/text.js';
import { strangerRule } from '../openings/rule.js';

export const anyOwner = strangerRule(
  'any-owner',
  'error',
  ({ value }) =>
    `${quote(value?.text ?? '')} matches repositories of any owner. Name the owner and the repository.`,
);
