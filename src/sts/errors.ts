import { ActionError, type ErrorCode, type RetryAdvice } from '../core/errors.js';
import { oneLine } from '../core/text.js';
import { adviseRetry, type FailedAnswer, isKeyFetchFailure } from '../platform/retry-advice.js';

/** An answer of STS that was not a success. */
export interface StsFailure extends FailedAnswer {
  /** As on the wire or as the SDK names it. */
  readonly awsCode: string;
  /** The call carried no signature, but a token. */
  readonly byToken: boolean;
  /** The answer was not one of STS's. */
  readonly malformed: boolean;
}

/** What a code means to the user; whether to try again is adviseRetry's to say. */
interface Kind {
  readonly code: ErrorCode;
  readonly hint: string;
}

const CREDENTIALS_REFUSED: Kind = {
  code: 'CREDENTIALS_REFUSED',
  hint: 'The source credentials are wrong, deleted, inactive or expired. Check that the right secret is set, and on a self-hosted runner that the clock is right.',
};

const ISSUER_UNREACHABLE: Kind = {
  code: 'IDENTITY_PROVIDER_UNREACHABLE',
  hint: "AWS could not fetch the keys of the token's issuer. For GitHub this is temporary; a self-hosted issuer must be reachable from the internet.",
};

/** AWS's codes without a trailing `Exception` (https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html). */
const KINDS: ReadonlyMap<string, Kind> = new Map(
  Object.entries<Kind>({
    AccessDenied: { code: 'ACCESS_DENIED', hint: '' },
    InvalidIdentityToken: {
      code: 'TOKEN_REJECTED',
      hint: "The role's account needs an OIDC provider for the token's issuer, with the token's audience among its client IDs.",
    },
    IDPRejectedClaim: {
      code: 'TOKEN_REJECTED',
      hint: "The identity provider rejected this token. The OIDC provider of the role's account must accept the token's audience.",
    },
    IDPCommunicationError: ISSUER_UNREACHABLE,
    ExpiredToken: {
      code: 'TOKEN_EXPIRED',
      hint: "The token had expired when STS received it. Check the clock of the token's issuer.",
    },
    MalformedPolicyDocument: {
      code: 'SESSION_POLICY_MALFORMED',
      hint: 'The session policy (inline-session-policy) is valid JSON, but not a valid policy. The IAM console or `aws accessanalyzer validate-policy` shows where.',
    },
    PackedPolicyTooLarge: {
      code: 'SESSION_TOO_LARGE',
      hint: 'Session policies and tags share one small space. Use fewer custom-tags, a shorter policy, or role-skip-session-tagging: true.',
    },
    RegionDisabled: {
      code: 'REGION_DISABLED',
      hint: 'STS is not activated for this Region in that account. Activate it in IAM under Account settings, or set sts-region to another Region.',
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
  hint: "Every caller in this account and Region shares STS's request quota. Start fewer jobs at once, or spread them over Regions with sts-region.",
};
const UNAVAILABLE: Kind = {
  code: 'SERVICE_UNAVAILABLE',
  hint: 'See health.aws.amazon.com, and check any proxy in between. Another Region may work: set sts-region.',
};
const UNEXPECTED: Kind = {
  code: 'ANSWER_UNEXPECTED',
  hint: 'Something else answers in its place: a proxy, a captive portal, or a wrong sts-endpoint.',
};
const INVALID: Kind = {
  code: 'REQUEST_INVALID',
  hint: 'STS rejected a parameter of this call. Its message names which.',
};
const MFA_REFUSED: Kind = {
  code: 'MFA_REFUSED',
  hint: 'An MFA code is valid for 30 seconds and can be used once. mfa-serial-number must be the device of the user who owns these keys.',
};
const MFA_FAILED = /^MultiFactorAuthentication failed/;

/** STS's failure as the action's own error, with advice on trying again. */
export function stsError(failure: StsFailure, now: number): ActionError {
  const awsCode = failure.awsCode.replace(/Exception$/, '');
  const answer = { ...failure, awsCode };
  const retry = adviseRetry(answer, now);
  const kind = kindOf(answer, retry);
  return new ActionError(kind.code, headlineOf(answer, kind), {
    hint: kind.hint,
    ...(!failure.malformed && { awsCode }),
    ...(retry && { retry }),
  });
}

/** Two ARNs, then the reason, and the ARN of a policy: what AWS says of a refused caller comes last. */
const LONGEST_REFUSAL = 1200;

function headlineOf({ awsCode, message, malformed, status, byToken }: StsFailure, kind: Kind): string {
  if (!malformed && message === '') return `${oneLine(awsCode, 80)} (HTTP ${status}, without a message).`;
  const longest = awsCode === 'AccessDenied' && !byToken ? LONGEST_REFUSAL : undefined;
  if (!malformed) return `${oneLine(awsCode, 80)}: ${oneLine(message, longest).replace(/[.\s]*$/, '.')}`;
  return kind === UNEXPECTED
    ? `The response did not come from STS (HTTP ${status}).`
    : `STS returned HTTP ${status}.`;
}

function kindOf({ awsCode, message, status, byToken, malformed }: StsFailure, retry?: RetryAdvice): Kind {
  if (retry?.kind === 'throttled') return THROTTLED;
  if (status >= 500 && !KINDS.has(awsCode)) return UNAVAILABLE;
  if (malformed) return UNEXPECTED;
  if (isKeyFetchFailure({ awsCode, message }))
    return { code: 'TOKEN_REJECTED', hint: ISSUER_UNREACHABLE.hint };
  if (awsCode === 'AccessDenied' && MFA_FAILED.test(message)) return MFA_REFUSED;
  if (awsCode === 'ExpiredToken' && !byToken) return CREDENTIALS_REFUSED;
  return KINDS.get(awsCode) ?? INVALID;
}
