import type { RetryAdvice } from '../core/errors.js';

/*
 * The only place that decides what is retried: which responses, and which failed connections. retry.ts decides how often
 * and how long.
 */

/** An answer that was not a success, of GitHub, Cognito or STS. */
export interface FailedAnswer {
  readonly status: number;
  /** AWS's error code without a trailing `Exception`; empty if the answer has no code. */
  readonly awsCode: string;
  readonly message: string;
  /** The answer's `Retry-After` header. */
  readonly retryAfter: string | undefined;
}

const THROTTLING =
  /^(Throttl|RequestLimitExceeded|RequestThrottled|TooManyRequests|SlowDown|LimitExceeded|BandwidthLimitExceeded)/;
/** STS could not reach the token's issuer. */
const ISSUER_UNREACHABLE = 'IDPCommunicationError';
/** STS reports this under InvalidIdentityToken when it could not fetch the issuer's keys: it may work in a second. */
const KEYS_NOT_FETCHED = /couldn'?t retrieve verification key/i;

/** A certificate that is wrong now will be wrong in a second, too. */
const CERTIFICATE_ERROR = /CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)_|^ERR_(TLS|SSL)|^EPROTO/;

/**
 * Whether the same request may succeed a moment later, after this response.
 * @param now milliseconds since the epoch
 */
export function adviseRetry(answer: FailedAnswer, now: number): RetryAdvice | undefined {
  const kind = retryKind(answer);
  if (kind === undefined) return undefined;
  const afterMs = retryAfterMs(answer.retryAfter, now);
  return { kind, ...(afterMs !== undefined && { afterMs }) };
}

function retryKind({ status, awsCode, message }: FailedAnswer): RetryAdvice['kind'] | undefined {
  if (status === 429 || THROTTLING.test(awsCode)) return 'throttled';
  const passes =
    isServerFailure(status) || awsCode === ISSUER_UNREACHABLE || isKeyFetchFailure({ awsCode, message });
  return passes ? 'transient' : undefined;
}

const isServerFailure = (status: number): boolean => status >= 500;

/**
 * The same for a connection that failed or timed out.
 * @param reason Node's error code, or its message if it has no code
 */
export function adviseReconnect(reason: string, isUnsent: boolean): RetryAdvice | undefined {
  return CERTIFICATE_ERROR.test(reason) ? undefined : { kind: 'transient', isUnsent };
}

/** The same for a proxy that opened no tunnel: nothing has reached the server. */
export function adviseTunnelRetry(status: number): RetryAdvice | undefined {
  return status === 429 || isServerFailure(status) ? { kind: 'transient', isUnsent: true } : undefined;
}

/** Whether STS rejected the token only because it could not fetch the issuer's keys. */
export function isKeyFetchFailure({ awsCode, message }: Pick<FailedAnswer, 'awsCode' | 'message'>): boolean {
  return awsCode === 'InvalidIdentityToken' && KEYS_NOT_FETCHED.test(message);
}

/** Milliseconds of a `Retry-After` header, in either of its forms (RFC 9110, 10.2.3); at most a minute. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header === '') return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(60_000, Math.max(0, ms));
}
