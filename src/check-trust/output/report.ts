import type { Explanation } from '../../trust/explain/explain.js';
import type { Position } from '../../trust/language/text.js';
import type { Finding, Severity } from '../../trust/lint/rule.js';
import type { Claims } from '../../trust/oidc/claims.js';
import type { RoleProblem } from '../sources/found.js';

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

/** What one policy was found to be. */
export interface PolicyReport {
  readonly path: string;
  readonly role: string | undefined;
  readonly findings: readonly Finding[];
  readonly verdicts: readonly Verdict[];
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
  readonly problems: readonly FileProblem[];
}

/** What the check fails on. */
export type FailOn = 'error' | 'warning' | 'never';
