import type { Clock } from '../core/clock.js';
import { ActionError, type RetryAdvice } from '../core/errors.js';

/** How often and how long one request may be tried again. */
export interface RetryPolicy {
  /** Attempts in all, the first included. */
  readonly maxAttempts: number;
  /** No attempt starts later than this many milliseconds after the first. */
  readonly budgetMs: number;
}

export interface RetryContext {
  readonly policy: RetryPolicy;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The request may reach the server only once: try again only what never did. */
  readonly isOnce?: boolean;
  /** Told before each wait. */
  readonly onRetry: (error: ActionError, attempt: number, delayMs: number) => void;
}

/**
 * A server that never answers costs 10 s an attempt. With this budget the step ends within a minute even so, while
 * twelve throttled attempts, about 30 s of waiting on average, still fit.
 */
export const RETRY_BUDGET_MS = 40_000;

const BASE_MS = { transient: 50, throttled: 500 } as const;
const CAP_MS = 5_000;

/**
 * Who is throttled twice is one of many, and a short wait would only be a call more for all of them: then the least
 * wait is this part of the longest. With waits from 0, some of 2,000 jobs on an STS that takes 100 calls a second use
 * up their attempts before it is their turn; a larger part leaves STS idle at times (`npm run bench -- --fleet`).
 */
const LEAST_PART_IN_A_CROWD = 0.4;

/**
 * Milliseconds to wait before attempt `failed + 1`: the server's own wish, otherwise exponential backoff with full
 * jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), but for {@link LEAST_PART_IN_A_CROWD}.
 */
export function backoffMs(advice: RetryAdvice, failed: number, random: number): number {
  if (advice.afterMs !== undefined) return advice.afterMs;
  const longest = Math.min(CAP_MS, BASE_MS[advice.kind] * 2 ** (failed - 1));
  const least = advice.kind === 'throttled' && failed > 1 ? LEAST_PART_IN_A_CROWD : 0;
  return Math.floor(longest * (least + (1 - least) * random));
}

/**
 * Runs `attempt` until it succeeds, fails for good, or the policy is used up. The error that ends it carries no retry
 * advice any more, so that retries within retries never multiply.
 */
export async function withRetries<T>(attempt: () => Promise<T>, context: RetryContext): Promise<T> {
  const { policy, clock, signal } = context;
  const start = clock.now();
  for (let tried = 1; ; tried++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ActionError) || error.retry === undefined) throw error;
      if (context.isOnce && !error.retry.isUnsent) throw error.after(tried);
      const delayMs = backoffMs(error.retry, tried, clock.random());
      if (tried >= policy.maxAttempts || clock.now() - start + delayMs > policy.budgetMs) {
        throw error.after(tried);
      }
      context.onRetry(error, tried, delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}
