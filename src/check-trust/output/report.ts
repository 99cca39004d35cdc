import type { Explanation } from '../../trust/explain/explain.js';
import type { Position } from '../../trust/language/text.js';
import type { Finding, Severity } from '../../trust/lint/rule.js';
import type { Claims } from '../../trust/oidc/claims.js';
import type { KindAnswer } from '../../trust/reach/answer.js';
import type { GroupChange } from '../../trust/reach/difference.js';
import type { Answer, Question } from '../../trust/reach/question.js';
import type { Scope } from '../../trust/reach/scope.js';
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

/** Who may assume the roles of some names, and who never. */
export interface RoleExpectation {
  /** Its place in the list, counted from 1. */
  readonly number: number;
  /** Patterns of the roles' names. */
  readonly roles: readonly string[];
  /** Nobody outside may get in; undefined where that is not said. */
  readonly only: Scope | undefined;
  /** The questions whose answer must be no, about the repositories and limits of `scope`. */
  readonly never: readonly Question[];
  readonly scope: Scope;
}

/** One expectation about roles, and what one role makes of it: only a certain `no` will do. */
export interface RoleVerdict {
  /** The number of the expectation. */
  readonly item: number;
  readonly path: string;
  readonly role: string | undefined;
  /** Where the statement is that lets somebody in, otherwise where the policy begins. */
  readonly at: Position;
  /** Undefined for `only`. */
  readonly question: Question | undefined;
  readonly answer: KindAnswer;
  readonly isMet: boolean;
}

/** Whom a change lets in or locks out: tokens, or others, of whom only that is known that something has changed. */
export type ChangeEntry = (GroupChange & { readonly at: Position }) | OtherChange;

/** A change that is not compared, with the reason. */
export interface OtherChange {
  readonly answer: 'unknown';
  readonly because: string;
  readonly isIntended: boolean;
  readonly at: Position;
  /** It concerns no tokens of GitHub. */
  readonly isAside?: boolean | undefined;
}

/** What has become of one role since the base. */
export interface RoleChange {
  readonly kind: 'changed' | 'added' | 'removed' | 'unknown';
  readonly path: string;
  readonly role: string | undefined;
  readonly at: Position;
  /** The file that the role was in, if that was another one. */
  readonly from: string | undefined;
  readonly gained: readonly ChangeEntry[];
  readonly lost: readonly ChangeEntry[];
}

/** What has changed since the base. */
export interface Changes {
  /** What people call the base. */
  readonly base: string;
  readonly roles: readonly RoleChange[];
  /** How many roles have the same policy as before. */
  readonly unchanged: number;
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
  readonly rule: RoleProblem['rule'] | 'nothing-to-test' | 'expectation-without-role';
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
  /** What roles make of the expectations about them. */
  readonly expectations: readonly RoleVerdict[];
  /** What has changed; undefined where nothing was compared. */
  readonly changes: Changes | undefined;
}

/** What the check fails on. */
export type FailOn = 'error' | 'warning' | 'never';

/** How many verdicts a report does not list, and how many expectations are met or not in all. */
export function countVerdicts({ policies, expectations }: CheckReport): {
  readonly unlisted: number;
  readonly met: number;
  readonly unmet: number;
} {
  const count = { unlisted: 0, met: 0, unmet: 0 };
  for (const { isMet } of expectations) count[isMet ? 'met' : 'unmet']++;
  for (const { verdicts, never, unlisted } of policies) {
    const listed = [...verdicts, ...never];
    const met = listed.filter(({ isMet }) => isMet).length;
    count.met += met + unlisted.met;
    count.unmet += listed.length - met + unlisted.unmet;
    count.unlisted += unlisted.met + unlisted.unmet;
  }
  return count;
}
