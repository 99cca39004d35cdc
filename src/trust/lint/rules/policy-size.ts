import type { Rule } from '../rule.js';
import { MAX_SIZE } from './policy-too-large.js';

/** Characters of a trust policy where nobody has asked AWS for more (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html). */
const USUAL_SIZE = 2048;

export const policySize: Rule = {
  id: 'policy-size',
  severity: 'warning',
  check: ({ size = 0, at }) => {
    if (size <= USUAL_SIZE || size > MAX_SIZE) return [];
    const message = `The policy has ${size} characters, not counting white space. IAM takes ${USUAL_SIZE}, or up to ${MAX_SIZE} where the account's quota for the length of trust policies has been raised.`;
    return [{ statement: undefined, at, message }];
  },
};
