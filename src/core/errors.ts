/** Every kind of failure. Each has an anchor of the same name (lower case) in docs/troubleshooting.md. */
export type ErrorCode =
  | 'INPUT_INVALID'
  | 'ID_TOKEN_PERMISSION_MISSING'
  | 'ID_TOKEN_FORK'
  | 'ID_TOKEN_DEPENDABOT'
  | 'ID_TOKEN_REFUSED'
  | 'ID_TOKEN_ANSWER_INVALID'
  | 'TOKEN_FILE_UNREADABLE'
  | 'COGNITO_REFUSED'
  | 'CREDENTIALS_NOT_FOUND'
  | 'CREDENTIALS_REFUSED'
  | 'ACCESS_DENIED'
  | 'MFA_REFUSED'
  | 'TOKEN_REJECTED'
  | 'TOKEN_EXPIRED'
  | 'IDENTITY_PROVIDER_UNREACHABLE'
  | 'REGION_DISABLED'
  | 'SESSION_POLICY_MALFORMED'
  | 'SESSION_TOO_LARGE'
  | 'REQUEST_INVALID'
  | 'THROTTLED'
  | 'SERVICE_UNAVAILABLE'
  | 'ANSWER_UNEXPECTED'
  | 'NETWORK_FAILED'
  | 'CONNECT_TIMEOUT'
  | 'REQUEST_TIMEOUT'
  | 'ACTION_TIMEOUT'
  | 'SPECIAL_CHARACTERS'
  | 'ACCOUNT_NOT_ALLOWED'
  | 'ROLE_NOT_ALLOWED'
  | 'REPOSITORY_NOT_ALLOWED'
  | 'REF_NOT_ALLOWED'
  | 'ENVIRONMENT_NOT_ALLOWED'
  | 'ROLES_FILE_REFUSED'
  | 'PROFILE_EXISTS'
  | 'FILE_REFUSED'
  | 'REFRESH_STATE_INVALID'
  | 'REFRESH_REQUEST_MISSING'
  | 'ENDPOINT_NOT_STARTED'
  | 'RUNNER_FILE_UNWRITABLE'
  | 'TRUST_POLICY'
  | 'INTERNAL';

/** Whether asking again may help: `throttled` waits longer than `transient`. `afterMs` is the server's own wish. */
export interface RetryAdvice {
  readonly kind: 'transient' | 'throttled';
  /** The request never reached the server: what may be used only once has not been used. */
  readonly isUnsent?: boolean;
  readonly afterMs?: number;
}

/** A call that AWS refused: what its explanation needs to know. */
export interface RefusedCall {
  readonly action: 'sts:AssumeRole' | 'sts:AssumeRoleWithSAML' | 'sts:AssumeRoleWithWebIdentity';
  readonly roleArn: string;
  /** A token's claims; undefined where the call was signed. */
  readonly claims: Readonly<Record<string, unknown>> | undefined;
  /** The token comes from the runner, whatever its issuer is called. */
  readonly isGithub: boolean;
  /** Who signed the call, where that is known. */
  readonly callerArn: string | undefined;
  /** That session's role, with its path, which the session's ARN does not have. */
  readonly callerRoleArn: string | undefined;
  /** The session policy, as JSON, that is known to be the only limit of that session. */
  readonly callerSessionPolicy?: string | undefined;
  /** What the call needs beside the call itself: sts:TagSession, sts:SetSourceIdentity. */
  readonly otherActions: readonly string[];
  /** The condition keys that the call brings by itself, such as sts:ExternalId. */
  readonly keys: RequestKeys;
}

/** Condition keys of a request, and their values. */
export type RequestKeys = readonly (readonly [string, string | readonly string[]])[];

/** The parts of a failure. They stay apart until a person reads them (report/): once in the log, once in the summary. */
export interface ErrorDetails {
  readonly refusal?: RefusedCall;
  /** Why it failed, in the words of whoever refused: `AccessDenied: Not authorized …`. */
  readonly reason?: string;
  /** How often it was tried. */
  readonly attempts?: number;
  /** Several things that are wrong at once, one line each. */
  readonly problems?: readonly string[];
  /** What to do about it, as one paragraph. */
  readonly hint?: string;
  readonly cause?: unknown;
  readonly retry?: RetryAdvice;
  /** AWS's own error code, without a trailing `Exception`. */
  readonly awsCode?: string;
  /** What AWS saw of the caller, by name: the caller itself, the identity source, a token's claims. */
  readonly facts?: ReadonlyMap<string, string>;
  /** Something of what failed was done and could not be taken back. */
  readonly isPartial?: boolean;
}

/**
 * The one error type of the action: a code from a closed list, what failed, why, and what to do about it.
 * No part of it ever holds a token, a key or a response's body.
 */
export class ActionError extends Error {
  override readonly name = 'ActionError';
  readonly reason: string | undefined;
  readonly attempts: number;
  readonly problems: readonly string[];
  readonly hint: string | undefined;
  readonly retry: RetryAdvice | undefined;
  readonly awsCode: string | undefined;
  readonly facts: ReadonlyMap<string, string>;
  readonly refusal: RefusedCall | undefined;
  readonly isPartial: boolean;

  /** @param headline what failed, in one sentence; `message` adds reason, attempts and problems for whoever logs errors */
  constructor(
    readonly code: ErrorCode,
    readonly headline: string,
    details: ErrorDetails = {},
  ) {
    const problems = atMost(details.problems ?? []);
    super(wholeMessage(headline, { ...details, problems }), { cause: details.cause });
    this.reason = details.reason;
    this.attempts = details.attempts ?? 1;
    this.problems = problems;
    this.hint = details.hint;
    this.retry = details.retry;
    this.awsCode = details.awsCode;
    this.facts = details.facts ?? new Map();
    this.refusal = details.refusal;
    this.isPartial = details.isPartial ?? false;
  }

  /** The same failure in other words. `retry` is dropped unless given: whoever rewords it has given up. */
  with(headline: string, details: ErrorDetails = {}): ActionError {
    return new ActionError(this.code, headline, {
      cause: this,
      ...(this.hint !== undefined && { hint: this.hint }),
      ...(this.awsCode !== undefined && { awsCode: this.awsCode }),
      ...(this.refusal !== undefined && { refusal: this.refusal }),
      facts: this.facts,
      ...details,
    });
  }

  /** The same failure as the reason why something larger failed. */
  within(headline: string, details: ErrorDetails = {}): ActionError {
    const reason = this.reason === undefined ? this.headline : `${this.headline} ${this.reason}`;
    return this.with(headline, { reason, attempts: this.attempts, problems: this.problems, ...details });
  }

  /** The same failure once nothing tries again. */
  after(attempts: number): ActionError {
    const { headline, reason, problems } = this;
    return this.with(headline, { ...(reason !== undefined && { reason }), problems, attempts });
  }
}

/** More than a step has inputs. A long list with the same mistake in every item would fill the log, and GitHub's summary. */
const MAX_PROBLEMS = 100;

/** The line that counts the others may stand beside these, so that wrapping an error changes nothing. */
function atMost(problems: readonly string[]): readonly string[] {
  if (problems.length <= MAX_PROBLEMS + 1) return problems;
  return [...problems.slice(0, MAX_PROBLEMS), `And ${problems.length - MAX_PROBLEMS} more.`];
}

function wholeMessage(headline: string, { reason, attempts = 1, problems = [] }: ErrorDetails): string {
  const sentence = [
    headline,
    ...(reason === undefined ? [] : [reason]),
    ...(attempts > 1 ? [`(${attempts} attempts)`] : []),
  ].join(' ');
  return [sentence, ...problems.map((problem) => `- ${problem}`)].join('\n');
}

/** The one error for inputs that cannot be used, naming each. */
export function invalidInputs(problems: readonly string[]): ActionError {
  const [only, ...others] = problems;
  const hint = 'No request was made and nothing was changed.';
  return only !== undefined && others.length === 0
    ? new ActionError('INPUT_INVALID', only, { hint })
    : new ActionError('INPUT_INVALID', 'Invalid inputs:', { problems, hint });
}

/** Anything that was thrown, as an {@link ActionError}; what is not one already is a fault of ours (`INTERNAL`). */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const what = thrown instanceof Error ? thrown.message : String(thrown);
  return new ActionError('INTERNAL', `Unexpected error in the action: ${what}`, {
    hint: 'This is a bug in the action. Please report it, with the log of a run that has debug logging enabled.',
    cause: thrown,
  });
}
