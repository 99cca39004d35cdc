import type { Clock } from '../core/clock.js';
import type { ActionError } from '../core/errors.js';
import type { Choice } from '../identity/select.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Progress } from '../platform/deadline.js';
import type { Http } from '../platform/http.js';
import { RETRY_BUDGET_MS, withRetries } from '../platform/retry.js';
import type { Runner } from '../platform/runner.js';
import type { Sts } from '../sts/client.js';
import type { Journal } from './journal.js';

const DEFAULT_MAX_ATTEMPTS = 12;

/** What the steps of one run share. */
export interface Run {
  readonly runner: Runner;
  readonly clock: Clock;
  readonly inputs: Inputs;
  readonly choice: Choice;
  /** What was done, for the record. */
  readonly journal: Journal;
  readonly http: Http;
  readonly signal: AbortSignal;
  /** What is left of the time limit; Infinity without a limit. */
  remainingMs(): number;
  /** One request with its retries; `doing` names it should the time run out. */
  retried<T>(doing: string, attempt: () => Promise<T>, isOnce?: boolean): Promise<T>;
  sts(): Sts;
}

/** Retries requests as the inputs say, and logs each wait. */
export function retrier(
  runner: Runner,
  clock: Clock,
  inputs: Inputs,
  signal: AbortSignal,
  progress: Progress,
): Run['retried'] {
  const asked = inputs['disable-retry'] ? 1 : inputs['retry-max-attempts'];
  // The workaround lives on asking again, and has always overridden the two.
  const maxAttempts = (inputs['special-characters-workaround'] ? undefined : asked) ?? DEFAULT_MAX_ATTEMPTS;
  const policy = { maxAttempts, budgetMs: RETRY_BUDGET_MS };
  const onRetry = (error: ActionError, attempt: number, delayMs: number): void =>
    runner.info(
      `Attempt ${attempt} of ${policy.maxAttempts} failed: ${error.message} Trying again in ${delayMs} ms.`,
    );
  return async (doing, attempt, isOnce = false) => {
    const outer = progress.doing;
    progress.doing = doing;
    const result = await withRetries(attempt, { policy, clock, signal, onRetry, isOnce });
    progress.doing = outer;
    return result;
  };
}
