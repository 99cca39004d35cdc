import type { Explanation } from '../../trust/explain/explain.js';
import type { Position } from '../../trust/language/text.js';
import type { Finding, Severity } from '../../trust/lint/rule.js';
import type { Claims } from '../../trust/oidc/claims.js';
import type { Answer } from '../../trust/reach/question.js';
import type { RoleProblem } from '../sources/found.js';
import type { JobAnswer } from '../workflows/answers.js';

/** A token that a policy must let in, or must not. */
export interface Expectation {
  readonly expected: 'allow' | 'deny';
  /** What a reader would call it: its subject, unless it is named. */
  readonly label: string;
  readonly claims: Claims;
}

/** One expectation held against one policy. */
export interface Verdict {
  readonly expectation: Expectation;
  readonly explanation: Explanation;
  readonly isMet: boolean;
}

/** Who must never be let in, and whether that is so: only a certain `no` will do. */
export interface NeverVerdict {
  readonly answer: Answer;
  /** Where the statement is that lets somebody in, otherwise where the policy begins. */
  readonly at: Position;
  readonly isMet: boolean;
}

/** What one policy was found to be. */
export interface PolicyReport {
  readonly path: string;
  readonly role: string | undefined;
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
  /** How many further verdicts there are, which would be too many to list. */
  readonly unlisted: { readonly met: number; readonly unmet: number };
  /** Who can assume the role; empty where that was not asked. */
  readonly reach: readonly Answer[];
  readonly never: readonly NeverVerdict[];
  /** What each job of the repository's own workflows can do; empty where that was not asked. */
  readonly jobs: readonly JobAnswer[];
  /** Where the policy begins. */
  readonly at: Position;
}

/** A file, or a role in it, that cannot be tested. */
export interface FileProblem {
  readonly rule: RoleProblem['rule'] | 'nothing-to-test';
  readonly severity: Severity;
  readonly path: string;
  readonly role: string | undefined;
  readonly at: Position;
  readonly message: string;
}

export interface CheckReport {
  readonly policies: readonly PolicyReport[];
  /** The repository that the roles are for, where it was asked who can assume them. */
  readonly repository: string | undefined;
  /** Whether it was asked which jobs of the repository can assume them. */
  readonly asksForJobs: boolean;
  readonly problems: readonly FileProblem[];
}

/** What the check fails on. */
export type FailOn = 'error' | 'warning' | 'never';

/** How many verdicts a report does not list, and how many expectations are met or not in all. */
export function countVerdicts({ policies }: CheckReport): {
  readonly unlisted: number;
  readonly met: number;
  readonly unmet: number;
} {
  const count = { unlisted: 0, met: 0, unmet: 0 };
  for (const { verdicts, never, unlisted } of policies) {
    const listed = [...verdicts, ...never];
    const met = listed.filter(({ isMet }) => isMet).length;
    count.met += met + unlisted.met;
    count.unmet += listed.length - met + unlisted.unmet;
    count.unlisted += unlisted.met + unlisted.unmet;
  }
  return count;
}
