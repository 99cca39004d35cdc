import { ActionError, type ErrorCode, type RetryAdvice } from '../errors.js';
import { retryAfterMs } from '../http.js';
import { oneLine } from '../text.js';

/** What is known of an answer that was no success. */
export interface StsFailure {
  /** AWS's code as on the wire or as the SDK names it. */
  readonly awsCode: string;
  readonly message: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** The call carried no signature, but a token. */
  readonly byToken: boolean;
  /** The answer was not one of STS's. */
  readonly malformed: boolean;
}

interface Kind {
  readonly code: ErrorCode;
  readonly hint: string;
  readonly retry?: RetryAdvice['kind'];
}

const CREDENTIALS_REFUSED: Kind = {
  code: 'CREDENTIALS_REFUSED',
  hint: 'The source credentials are wrong, deleted, inactive or expired. Is the right secret set? Is the clock of a self-hosted runner right?',
};

/** AWS's codes without a trailing `Exception` (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html). */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    AccessDenied: { code: 'ACCESS_DENIED', hint: '' },
    InvalidIdentityToken: {
      code: 'TOKEN_REJECTED',
      hint: "Does the role's account have an OIDC provider for the token's issuer, with the token's audience among its client ids?",
    },
    IDPRejectedClaim: {
      code: 'TOKEN_REJECTED',
      hint: "The identity provider's answer about this token was a refusal. Does the OIDC provider of the role's account accept the token's audience?",
    },
    IDPCommunicationError: {
      code: 'IDENTITY_PROVIDER_UNREACHABLE',
      hint: "AWS could not reach the token's issuer for its keys. For GitHub this passes; a self-hosted issuer must be reachable from the internet.",
      retry: 'transient',
    },
    ExpiredToken: {
      code: 'TOKEN_EXPIRED',
      hint: 'The token ended before STS saw it. Is the clock of the issuer right?',
    },
    MalformedPolicyDocument: {
      code: 'SESSION_POLICY_MALFORMED',
      hint: 'inline-session-policy is JSON, but not a policy AWS understands. The IAM console or access-analyzer validate-policy shows where.',
    },
    PackedPolicyTooLarge: {
      code: 'SESSION_TOO_LARGE',
      hint: 'Session policies and tags are packed into one small space. Use fewer custom-tags or shorter policies, or role-skip-session-tagging: true.',
    },
    RegionDisabled: {
      code: 'REGION_DISABLED',
      hint: 'STS is switched off for this Region in that account. Activate it under IAM, Account settings, or set sts-region.',
    },
    InvalidClientTokenId: CREDENTIALS_REFUSED,
    SignatureDoesNotMatch: CREDENTIALS_REFUSED,
    UnrecognizedClient: CREDENTIALS_REFUSED,
    IncompleteSignature: CREDENTIALS_REFUSED,
    MissingAuthenticationToken: CREDENTIALS_REFUSED,
    RequestExpired: CREDENTIALS_REFUSED,
  }),
);

const THROTTLED: Kind = {
  code: 'THROTTLED',
  hint: "Other callers of this account share STS's quota with this job.",
  retry: 'throttled',
};
const UNAVAILABLE: Kind = {
  code: 'SERVICE_UNAVAILABLE',
  hint: 'See health.aws.amazon.com, or the proxy in between. Another Region may answer: sts-region.',
  retry: 'transient',
};
const UNEXPECTED: Kind = {
  code: 'ANSWER_UNEXPECTED',
  hint: 'Something other than STS answers: a proxy, a captive portal, or a wrong sts-endpoint.',
};
const INVALID: Kind = { code: 'REQUEST_INVALID', hint: 'STS does not accept what the inputs ask for.' };

const THROTTLING =
  /^(Throttl|RequestLimitExceeded|RequestThrottled|TooManyRequests|SlowDown|LimitExceeded|BandwidthLimitExceeded)/;
const MFA_REFUSED: Kind = {
  code: 'MFA_REFUSED',
  hint: 'A code lasts 30 seconds and works once. Is mfa-serial-number the device of the user whose keys these are?',
};
const MFA_FAILED = /^MultiFactorAuthentication failed/;
/** AWS says this under InvalidIdentityToken when the issuer's keys could not be fetched: it may be well in a second. */
const KEYS_NOT_FETCHED = /couldn'?t retrieve verification key/i;

/** STS's failure as the action's own error, saying whether asking again may help. */
export function stsError(failure: StsFailure, now: number): ActionError {
  const awsCode = failure.awsCode.replace(/Exception$/, '');
  const kind = kindOf({ ...failure, awsCode });
  const afterMs = retryAfterMs(failure.retryAfter, now);
  return new ActionError(kind.code, told({ ...failure, awsCode }, kind), {
    hint: kind.hint,
    ...(!failure.malformed && { awsCode }),
    ...(kind.retry && { retry: { kind: kind.retry, ...(afterMs !== undefined && { afterMs }) } }),
  });
}

function told({ awsCode, message, malformed, status }: StsFailure, kind: Kind): string {
  if (!malformed && message === '') return `${oneLine(awsCode, 80)} (HTTP status ${status}, without words).`;
  if (!malformed) return `${oneLine(awsCode, 80)}: ${oneLine(message).replace(/[.\s]*$/, '.')}`;
  if (kind === UNEXPECTED) return `The answer is not one of STS's (HTTP status ${status}).`;
  return `STS answered with HTTP status ${status}.`;
}

function kindOf({ awsCode, message, status, byToken, malformed }: StsFailure): Kind {
  if (THROTTLING.test(awsCode) || status === 429) return THROTTLED;
  if (status >= 500 && !KINDS.has(awsCode)) return UNAVAILABLE;
  if (malformed) return UNEXPECTED;
  if (awsCode === 'InvalidIdentityToken' && KEYS_NOT_FETCHED.test(message)) {
    return {
      code: 'TOKEN_REJECTED',
      hint: KINDS.get('IDPCommunicationError')?.hint ?? '',
      retry: 'transient',
    };
  }
  if (awsCode === 'AccessDenied' && MFA_FAILED.test(message)) return MFA_REFUSED;
  if (awsCode === 'ExpiredToken' && !byToken) return CREDENTIALS_REFUSED;
  return KINDS.get(awsCode) ?? INVALID;
}
