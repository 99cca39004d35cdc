import type { Condition, Statement, Text } from '../language/policy.js';
import type { Rule } from './rule.js';

/** Rules about the document as a whole. */
export const STRUCTURE_RULES: readonly Rule[] = [
  {
    id: 'version-missing',
    severity: 'warning',
    check: ({ version, at }) =>
      version === '2012-10-17'
        ? []
        : [
            {
              statement: undefined,
              at,
              message: `${version === undefined ? 'Without Version the policy' : 'The policy'} is of 2008-10-17, where \${…} is just text. Use "Version": "2012-10-17".`,
            },
          ],
  },
  {
    id: 'no-statement',
    severity: 'error',
    check: ({ statements, at }) =>
      statements.length > 0
        ? []
        : [
            {
              statement: undefined,
              at,
              message: 'The policy has no statement: it lets nobody in, and IAM does not save it.',
            },
          ],
  },
  {
    id: 'duplicate-statement',
    severity: 'warning',
    check: ({ statements }) =>
      statements.flatMap((statement, index) => {
        const first = statements.slice(0, index).find((other) => meaning(other) === meaning(statement));
        return first === undefined
          ? []
          : [
              {
                statement: statement.number,
                at: statement.at,
                message: `This says the same as statement ${first.number}.`,
              },
            ];
      }),
  },
  {
    id: 'shadowed-statement',
    severity: 'warning',
    check: ({ statements }) =>
      statements.flatMap((statement) => {
        const wider = statements.find((other) => shadows(other, statement));
        return wider === undefined
          ? []
          : [
              {
                statement: statement.number,
                at: statement.at,
                message: `Statement ${wider.number} says the same to the same with fewer conditions, so that these conditions change nothing.`,
              },
            ];
      }),
  },
];

/** What a statement says, whatever the order and case it is written in. */
function meaning(statement: Statement): string {
  return JSON.stringify([scope(statement), conditionTexts(statement)]);
}

function scope({ effect, actions, notAction, principals, notPrincipal }: Statement): string {
  const who = principals.map(({ type, text }) => `${type} ${text}`).sort();
  return JSON.stringify([
    effect,
    sorted(actions).map((one) => one.toLowerCase()),
    notAction,
    who,
    notPrincipal,
  ]);
}

function shadows(wider: Statement, statement: Statement): boolean {
  if (wider === statement || scope(wider) !== scope(statement)) return false;
  const own = conditionTexts(statement);
  const others = conditionTexts(wider);
  return others.length < own.length && others.every((one) => own.includes(one));
}

function conditionTexts({ conditions }: Statement): readonly string[] {
  return conditions
    .map(({ operator, key, values }: Condition) =>
      JSON.stringify([operator.written.toLowerCase(), key.text.toLowerCase(), sorted(values)]),
    )
    .sort();
}

function sorted(texts: readonly Text[]): readonly string[] {
  return texts.map(({ text }) => text).sort();
}
