import type { Restore } from '../runner.js';
import type { UndoStep } from '../undo.js';

/** One place the credentials go to. Making a sink only masks what its undo steps hold; `write` writes. */
export interface Sink {
  /** Recorded before anything is written. Empty where the runner itself forgets, as it does with outputs. */
  readonly undo: readonly UndoStep[];
  /** Writes all or nothing, and returns how to take it back should a later sink fail. */
  write(): Restore;
}

/** Writes to the sinks in order; when one fails, takes the earlier ones back and throws. */
export function writeAll(sinks: readonly Pick<Sink, 'write'>[]): Restore {
  const restores: Restore[] = [];
  const restore = (): void => {
    for (const one of restores.toReversed()) takeBack(one);
  };
  try {
    for (const sink of sinks) restores.push(sink.write());
  } catch (error) {
    restore();
    throw error;
  }
  return restore;
}

/** Restores what can be restored now; the rest is left to `post`, which has it in its record. */
export function takeBack(restore: Restore): void {
  try {
    restore();
  } catch {
    // The failure that led here is the one to be told.
  }
}
