import type { ConditionResult } from '../evaluate/condition.js';
import type { Statement } from '../language/policy.js';
import type { Position } from '../language/text.js';
import type { Claims } from '../oidc/claims.js';

/** Why something failed, in words, and what to do about it. `id` names it for tests and documentation. */
export interface Reason {
  readonly id: string;
  readonly why: string;
  readonly fix?: string;
}

/** One part of a statement that does not match, with the reason. */
export interface Failure extends Reason {
  readonly part: 'action' | 'principal' | 'resource' | 'condition';
  readonly at: Position;
  /** The condition's operator and key; undefined for the other parts. */
  readonly operator: string | undefined;
  readonly key: string | undefined;
  readonly wanted: readonly string[];
  /** Undefined where the request has nothing of the kind. */
  readonly got: readonly string[] | undefined;
}

/** The token that was refused, and by which statement. */
export interface TokenContext {
  readonly claims: Claims;
  /** Empty where the caller has no token. */
  readonly issuer: string;
  /** The claims that AWS evaluates for this issuer. */
  readonly evaluated: readonly string[];
  readonly statement: Statement;
}

/** A failed condition with its key taken apart. */
export interface FailedCondition extends ConditionResult {
  /** The key before its last colon: the issuer's name, or `aws`, `sts`. */
  readonly prefix: string;
  /** The key after its last colon: the claim. */
  readonly claim: string;
  readonly wanted: readonly string[];
}

/** Recognises one well-known mistake in a condition that fails; undefined where it is another. */
export type Diagnosis = (failed: FailedCondition, token: TokenContext) => Reason | undefined;
