import { quote } from '../../../core/text.js';
import { isPattern, valueRule } from '../claim-values.js';
import { isAnyOwner } from '../guards.js';

export const anyOwner = valueRule('any-owner', 'error', (text, condition) =>
  isPattern(text, condition) && isAnyOwner(text)
    ? `${quote(text)} matches repositories of any owner. Name the owner and the repository.`
    : undefined,
);
