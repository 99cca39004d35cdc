import type { Identity } from '../core/credentials.js';
import type { RequestKeys } from '../core/errors.js';

/** What a failed call was about. */
export interface CallContext {
  readonly roleArn: string;
  /** Counted from 1. */
  readonly hop: number;
  readonly hops: number;
  /** Who made the call. */
  readonly caller: Identity;
  /** The caller's ARN, where an earlier answer gave it. */
  readonly callerArn: string | undefined;
  /** The ARN of that session's role. */
  readonly callerRoleArn: string | undefined;
  /** What the call asked for besides the role itself. */
  readonly asked: Asked;
  /** The largest parts of the session, in words, for one that is too large. */
  readonly largest: readonly string[];
  /** How long the session should last, and the input that says so. */
  readonly duration: { readonly seconds: number; readonly input: string };
  readonly source: string;
  readonly reason: string;
  /** The condition keys that the call brings by itself. */
  readonly keys: RequestKeys;
}

/** What makes a call need more than sts:AssumeRole. */
export interface Asked {
  readonly tags: number;
  /** Transitive tags of earlier hops, which need the permission again. */
  readonly inheritedTags: number;
  /** Set by this call or an earlier one. */
  readonly sourceIdentity: boolean;
  readonly externalId: boolean;
  readonly mfa: boolean;
}
