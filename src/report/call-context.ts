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
  /** What this step limited that session with: a session policy as JSON. Undefined where it did not, and where there is more. */
  readonly callerSessionPolicy?: string | undefined;
  /** What the call asked for besides the role itself. */
  readonly extras: CallExtras;
  /** The largest parts of the session, in words, for one that is too large. */
  readonly largest: readonly string[];
  /** How long the session should last, and the input that says so. */
  readonly duration: { readonly seconds: number; readonly input: string };
  readonly source: string;
  readonly reason: string;
  /** What the source says of its tokens; undefined where it gives none. */
  readonly token: TokenFacts | undefined;
  /** The condition keys that the call brings by itself. */
  readonly keys: RequestKeys;
}

/** What makes a call need more than sts:AssumeRole. */
export interface CallExtras {
  readonly tags: number;
  /** Transitive tags of earlier hops, which need the permission again. */
  readonly inheritedTags: number;
  /** Set by this call or an earlier one. */
  readonly sourceIdentity: boolean;
  readonly externalId: boolean;
  readonly mfa: boolean;
}

/** What reports say of a source's tokens. */
export interface TokenFacts {
  /** They are GitHub's own, whose form is known. */
  readonly isGithub: boolean;
  /** What to do where STS finds a fresh one expired, unless it is the usual. */
  readonly whenExpired: string | undefined;
  /**
   * How to get one for another audience, as the beginning of a sentence; undefined if no account registers its issuer and
   * audience in an account.
   */
  readonly changeAudience: ((current: string | undefined, usual: string) => string) | undefined;
}
