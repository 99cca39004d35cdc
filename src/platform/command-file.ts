import { ActionError } from '../core/errors.js';
import { AppendError, append } from './append.js';

/** Takes back what a write did. */
export type Restore = () => void;

/**
 * Adds to a command file of the runner, all of it or nothing: the runner takes the entries that stand before a broken
 * one, and those of a step that has failed, too.
 * @throws ActionError RUNNER_FILE_UNWRITABLE, `isPartial` where something of it stays in the file; also the returned function
 */
export function appendToFile(path: string, variable: string, content: string): Restore {
  const takeBack = inWords(variable, () => append(path, content));
  return () => inWords(variable, takeBack);
}

function inWords<Result>(variable: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AppendError)) throw error;
    const rest = error.isPartial ? ' A part was written and could not be taken back.' : '';
    throw new ActionError(
      'RUNNER_FILE_UNWRITABLE',
      `Could not write to the runner's file ${variable}.${rest}`,
      {
        hint: 'Check whether the disk is full, and whether an earlier step removed the file, replaced it or made it read-only.',
        cause: error.cause,
        isPartial: error.isPartial,
      },
    );
  }
}
