import type { Rule } from '../rule.js';
import { conditionTexts, scopeOf } from '../same-statement.js';

export const duplicateStatement: Rule = {
  id: 'duplicate-statement',
  severity: 'warning',
  check: ({ statements }) => {
    const known = new Map<string, number>();
    return statements.flatMap((statement) => {
      const { number, at } = statement;
      const meaning = JSON.stringify([scopeOf(statement), conditionTexts(statement)]);
      const first = known.get(meaning);
      if (first === undefined) known.set(meaning, number);
      return first === undefined
        ? []
        : [{ statement: number, at, message: `This repeats statement ${first}.` }];
    });
  },
};
