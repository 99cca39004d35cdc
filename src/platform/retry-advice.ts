import type { RetryAdvice } from '../core/errors.js';
import { retryAfterMs } from './http.js';

/** An answer that was not a success, of GitHub, Cognito or STS. */
export interface FailedAnswer {
  readonly status: number;
  /** AWS's error code without a trailing `Exception`; empty where the answer has none. */
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

/**
 * Whether the same request may succeed a moment later: the one place that decides it for answers. Connections that
 * failed or timed out are http-errors.ts's own.
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
  const passes = status >= 500 || awsCode === ISSUER_UNREACHABLE || isKeyFetchFailure({ awsCode, message });
  return passes ? 'transient' : undefined;
}

/** Whether STS rejected the token only because it could not fetch the issuer's keys. */
export function isKeyFetchFailure({ awsCode, message }: Pick<FailedAnswer, 'awsCode' | 'message'>): boolean {
  return awsCode === 'InvalidIdentityToken' && KEYS_NOT_FETCHED.test(message);
}
