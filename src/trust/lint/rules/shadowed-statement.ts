import type { Rule } from '../rule.js';
import { conditionTexts, scopeOf } from '../same-statement.js';

/** A statement with what is compared of it: each of its conditions, for the same effect, actions and principals. */
interface Compared {
  readonly number: number;
  readonly conditions: ReadonlySet<string>;
}

export const shadowedStatement: Rule = {
  id: 'shadowed-statement',
  severity: 'warning',
  check: ({ statements }) => {
    const all = statements.map((statement) => {
      const scope = scopeOf(statement);
      const conditions = conditionTexts(statement).map((one) => JSON.stringify([scope, one]));
      return { number: statement.number, at: statement.at, scope, conditions: new Set(conditions) };
    });
    const filed = fileByRarest(all);
    return all.flatMap(({ number, at, scope, conditions }) => {
      const wider = firstWider(filed, scope, conditions);
      if (wider === undefined) return [];
      const message = `Statement ${wider.number} has the same effect, actions and principals with fewer conditions, so these conditions change nothing.`;
      return [{ statement: number, at, message }];
    });
  },
};

/** What a wider statement asks for is asked for here, too: it is filed under one of these conditions, or has none. */
function firstWider(
  filed: ReadonlyMap<string, readonly Compared[]>,
  scope: string,
  conditions: ReadonlySet<string>,
): Compared | undefined {
  let wider: Compared | undefined;
  for (const key of [scope, ...conditions]) {
    for (const one of filed.get(key) ?? []) {
      if (one.conditions.size >= conditions.size || (wider !== undefined && wider.number < one.number))
        continue;
      if ([...one.conditions].every((condition) => conditions.has(condition))) wider = one;
    }
  }
  return wider;
}

/**
 * Statements by the condition of theirs that the fewest others have, so that few have to be compared; of those that say
 * the same, the first.
 */
function fileByRarest(
  all: readonly (Compared & { readonly scope: string })[],
): ReadonlyMap<string, readonly Compared[]> {
  const distinct = new Map(
    all.toReversed().map((one) => [JSON.stringify([one.scope, ...one.conditions]), one]),
  );
  const counts = new Map<string, number>();
  for (const { conditions } of distinct.values()) {
    for (const one of conditions) counts.set(one, (counts.get(one) ?? 0) + 1);
  }
  const countOf = (condition: string): number => counts.get(condition) ?? 0;
  const filed = new Map<string, Compared[]>();
  for (const one of distinct.values()) {
    const rarest = [...one.conditions].reduce<string | undefined>(
      (a, b) => (a !== undefined && countOf(a) <= countOf(b) ? a : b),
      undefined,
    );
    const key = rarest ?? one.scope;
    const known = filed.get(key);
    if (known === undefined) filed.set(key, [one]);
    else known.push(one);
  }
  return filed;
}
