import { ActionError } from '../core/errors.js';
import { monotonicMs } from './monotonic.js';

/** What the step is doing right now, for the error that a timeout ends in. */
export interface Progress {
  doing: string;
}

/**
 * Runs `work` for at most `seconds`; 0 is for ever. When the time is up, the signal aborts whatever listens to it, and
 * this rejects even where something does not.
 * @throws ActionError ACTION_TIMEOUT, naming what was being done
 */
export async function withDeadline<T>(
  seconds: number,
  progress: Progress,
  work: (signal: AbortSignal, remainingMs: () => number) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  if (seconds === 0) return await work(controller.signal, () => Number.POSITIVE_INFINITY);
  const end = monotonicMs() + seconds * 1000;
  const remainingMs = (): number => Math.max(0, end - monotonicMs());
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new ActionError(
        'ACTION_TIMEOUT',
        `The step exceeded its time limit of ${seconds} s while ${progress.doing}.`,
        {
          hint: 'Set action-timeout-s to raise the limit; 0 removes it.',
        },
      );
      controller.abort(error);
      reject(error);
    }, seconds * 1000);
  });
  try {
    return await Promise.race([work(controller.signal, remainingMs), timeUp]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Settles as `work` does, unless the time is up or the signal aborts first; then it rejects, even where `work` never
 * settles at all.
 * @param late makes the error for a time that is up
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal,
  late: () => ActionError,
  work: Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  let timer: NodeJS.Timeout | undefined;
  let abort = (): void => {};
  const ended = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms);
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([work, ended]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}
