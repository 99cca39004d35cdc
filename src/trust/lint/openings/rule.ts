import { claimOf } from '../../language/policy.js';
import type { Rule, StatementFinding } from '../rule.js';
import { type Blame, blamesFor } from './blame.js';
import type { Opening } from './find.js';
import type { OpeningKind } from './kinds.js';

/** A rule about what is open to repositories that the policy does not name, at each value that is to blame. */
export function strangerRule(
  id: Blame['rule'],
  severity: Rule['severity'],
  message: (blame: Blame, opening: Opening) => string,
): Rule {
  return openingRule(id, severity, (opening) =>
    blamesFor(opening)
      .filter(({ rule }) => rule === id)
      .map((blame) => ({
        at: blame.value?.at ?? blame.condition?.key.at ?? placeOf(opening).at,
        message: message(blame, opening),
      })),
  );
}

/** A rule about one kind of token that gets in. A message is about the value that lets it in, else the statement. */
export function kindRule(
  id: string,
  severity: Rule['severity'],
  kind: OpeningKind,
  message: (opening: Opening) => string,
): Rule {
  return openingRule(id, severity, (opening) =>
    opening.kind === kind ? [{ at: placeOf(opening).at, message: message(opening) }] : [],
  );
}

function openingRule(
  id: string,
  severity: Rule['severity'],
  check: (opening: Opening) => readonly StatementFinding[],
): Rule {
  return {
    id,
    severity,
    check: (_policy, { openings }) => {
      const found = openings.flatMap((opening) =>
        check(opening).map((finding) => ({ statement: opening.statement.number, ...finding })),
      );
      // Several values of one condition may have another one to blame.
      return [...new Map(found.map((one) => [JSON.stringify([one.statement, one.at]), one])).values()];
    },
  };
}

/** Where what lets the tokens in stands: the value of the subject, or that of the repository, if it is a pattern. */
export function placeOf({ condition, value, statement }: Opening): Pick<StatementFinding, 'at'> {
  return condition !== undefined && value !== undefined && claimOf(condition) === 'sub' ? value : statement;
}
