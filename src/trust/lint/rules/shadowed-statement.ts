import type { Rule } from '../rule.js';
import { conditionTexts, scopeOf } from '../same-statement.js';

export const shadowedStatement: Rule = {
  id: 'shadowed-statement',
  severity: 'warning',
  check: ({ statements }) => {
    const all = statements.map((statement) => ({
      statement,
      scope: scopeOf(statement),
      conditions: conditionTexts(statement),
    }));
    return all.flatMap(({ statement: { number, at }, scope, conditions }) => {
      const wider = all.find(
        (other) =>
          other.conditions.length < conditions.length &&
          other.scope === scope &&
          other.conditions.every((one) => conditions.includes(one)),
      );
      if (wider === undefined) return [];
      const message = `Statement ${wider.statement.number} has the same effect, actions and principals with fewer conditions, so these conditions change nothing.`;
      return [{ statement: number, at, message }];
    });
  },
};
