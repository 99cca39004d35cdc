import type { UndoStep } from '../cleanup/undo-record.js';
import { ActionError } from '../core/errors.js';
import type { Restore } from '../platform/command-file.js';

/** One place the credentials go to. Making a sink only masks what its undo steps hold; `write` writes. */
export interface Sink {
  /** Recorded before anything is written. Empty where the runner itself forgets, as it does with outputs. */
  readonly undo: readonly UndoStep[];
  /**
   * Writes all or nothing, and returns how to take it back should a later sink fail.
   * @param maxWaitMs how long it may wait for another job, of the step's own time
   * @throws ActionError, `isPartial` where something of it stays
   */
  write(maxWaitMs: number): Restore;
}

/** A sink that could not be taken back, and why. */
export interface Leftover {
  readonly sink: Sink;
  readonly why: unknown;
}

/**
 * Writes to the sinks in order; when one fails, takes the earlier ones back, last first, and throws that failure
 * whatever else fails then.
 * @param remainingMs what is left of the step's time
 * @param onTakenBack gets the sinks of which something is left
 */
export function writeAll(
  sinks: readonly Sink[],
  remainingMs: () => number,
  onTakenBack: (leftovers: readonly Leftover[]) => void,
): void {
  const written: { readonly sink: Sink; readonly restore: Restore }[] = [];
  for (const sink of sinks) {
    try {
      written.push({ sink, restore: sink.write(remainingMs()) });
    } catch (error) {
      const partial = error instanceof ActionError && error.isPartial ? [{ sink, why: error }] : [];
      const leftovers = [...partial, ...written.toReversed().flatMap(takeBack)];
      attempt(() => onTakenBack(leftovers));
      throw error;
    }
  }
}

function takeBack({
  sink,
  restore,
}: {
  readonly sink: Sink;
  readonly restore: Restore;
}): readonly Leftover[] {
  const failure = attempt(restore);
  return failure === undefined ? [] : [{ sink, why: failure.error }];
}

/** What it throws, if it does. */
function attempt(work: () => void): { readonly error: unknown } | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return { error };
  }
}
