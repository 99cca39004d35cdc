import type { Restore } from '../runner.js';
import type { UndoStep } from '../undo.js';

/** One place the credentials go to. Making a sink only masks what its undo steps hold; `write` writes. */
export interface Sink {
  /** Recorded before anything is written. Empty where the runner itself forgets, as it does with outputs. */
  readonly undo: readonly UndoStep[];
  /** Writes all or nothing, and returns how to take it back should a later sink fail. */
  write(): Restore;
}

/**
 * Writes to the sinks in order; when one fails, takes the earlier ones back and throws.
 * @param onTakenBack called then, if nothing of it is left
 */
export function writeAll(sinks: readonly Pick<Sink, 'write'>[], onTakenBack: () => void = () => {}): Restore {
  const restores: Restore[] = [];
  const restore = (): void => inReverse(restores);
  try {
    for (const sink of sinks) restores.push(sink.write());
  } catch (error) {
    // The failure that led here is the one to be told; what cannot be taken back is left to `post`.
    if (succeeds(restore)) succeeds(onTakenBack);
    throw error;
  }
  return restore;
}

/** Does all of them, last first, and throws what the first failure threw. */
function inReverse(restores: readonly Restore[]): void {
  const errors: unknown[] = [];
  for (const restore of restores.toReversed()) {
    try {
      restore();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
