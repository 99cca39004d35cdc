import type { Statement, TrustPolicy } from '../language/policy.js';
import type { Position } from '../language/text.js';
import type { Opening, Openings } from './openings/find.js';

/** `error`: it does not protect, or does not work. `warning`: it is wider than it seems. `note`: worth a thought. */
export type Severity = 'error' | 'warning' | 'note';

/** What one rule says about one place. */
export interface Finding {
  readonly rule: string;
  readonly severity: Severity;
  /** Counted from 1; undefined where it concerns the whole policy. */
  readonly statement: number | undefined;
  readonly at: Position;
  readonly message: string;
}

/** A finding of a rule that looks at one statement. */
export type StatementFinding = Pick<Finding, 'at' | 'message'>;

/** What is known beside the document. */
export interface LintFacts {
  /** The account of the role. */
  readonly accountId?: string | undefined;
  /** Accounts that are in the same hands as the role's. */
  readonly ownAccounts?: ReadonlySet<string> | undefined;
  /** What is found for one policy serves the next. */
  readonly openings?: Openings | undefined;
}

/** The same, with what is found out about the policy first. */
export interface RuleFacts extends Omit<LintFacts, 'openings'> {
  readonly openings: readonly Opening[];
}

/** One rule: the file of its name in rules/, with an entry of the same name in docs/trust-rules.md. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  check(policy: TrustPolicy, facts: RuleFacts): readonly Omit<Finding, 'rule' | 'severity'>[];
}

/** A rule that looks at one statement at a time. A message alone is about the statement as a whole. */
export function statementRule(
  id: string,
  severity: Severity,
  check: (statement: Statement, facts: RuleFacts) => readonly StatementFinding[] | string | undefined,
): Rule {
  return {
    id,
    severity,
    check: ({ statements }, facts) =>
      statements.flatMap((one) => {
        const found = check(one, facts) ?? [];
        const findings = typeof found === 'string' ? [{ at: one.at, message: found }] : found;
        return findings.map((finding) => ({ statement: one.number, ...finding }));
      }),
  };
}
