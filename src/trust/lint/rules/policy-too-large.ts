import type { Rule } from '../rule.js';

/** Characters of a trust policy at most, whatever quota an account has. */
export const MAX_SIZE = 4096;

export const policyTooLarge: Rule = {
  id: 'policy-too-large',
  severity: 'error',
  check: ({ size = 0, at }) => {
    if (size <= MAX_SIZE) return [];
    const message = `The policy has ${size} characters, not counting white space, and IAM takes ${MAX_SIZE} at most. Use patterns, or several roles.`;
    return [{ statement: undefined, at, message }];
  },
};
