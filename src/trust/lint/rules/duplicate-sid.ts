import { quote } from '../../../core/text.js';
import type { Rule } from '../rule.js';

export const duplicateSid: Rule = {
  id: 'duplicate-sid',
  severity: 'error',
  check: ({ statements }) => {
    const known = new Map<string, number>();
    return statements.flatMap(({ sid, number, at }) => {
      if (sid === undefined || sid === '') return [];
      const first = known.get(sid);
      known.set(sid, first ?? number);
      if (first === undefined) return [];
      const message = `Statement ${first} has the Sid ${quote(sid)} already. A Sid must be unique within a policy, and IAM rejects this one.`;
      return [{ statement: number, at, message }];
    });
  },
};
