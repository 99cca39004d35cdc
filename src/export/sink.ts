import type { Restore } from '../runner.js';
import type { UndoStep } from '../undo.js';

/** One place the credentials go to. Making a sink changes nothing; `write` does. */
export interface Sink {
  /** Recorded before anything is written. Empty where the runner itself forgets, as it does with outputs. */
  readonly undo: readonly UndoStep[];
  /** Writes all or nothing, and returns how to take it back should a later sink fail. */
  write(): Restore;
}

/** Writes to the sinks in order; when one fails, takes the earlier ones back and throws. */
export function writeAll(sinks: readonly Sink[]): void {
  const restores: Restore[] = [];
  try {
    for (const sink of sinks) restores.push(sink.write());
  } catch (error) {
    for (const restore of restores.toReversed()) restore();
    throw error;
  }
}
