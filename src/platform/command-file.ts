import { closeSync, constants, fstatSync, openSync, truncateSync, writeSync } from 'node:fs';
import { ActionError } from '../core/errors.js';

/** Takes back what a write did. */
export type Restore = () => void;

/**
 * Adds to a command file of the runner, all of it or nothing: the runner takes the entries that stand before a broken
 * one, and those of a step that has failed, too.
 * @throws ActionError RUNNER_FILE_UNWRITABLE, `isPartial` where something of it stays in the file
 */
export function appendToFile(path: string, variable: string, content: string): Restore {
  let length: number | undefined;
  const takeBack = (): void => {
    if (length !== undefined) truncateSync(path, length);
  };
  try {
    // Without O_NONBLOCK, opening a named pipe would wait for a reader.
    const flags = constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);
    withFile(path, flags, (descriptor) => {
      const stats = fstatSync(descriptor);
      if (!stats.isFile()) throw new RangeError('It is not a regular file.');
      length = stats.size;
      writeAll(descriptor, Buffer.from(content));
    });
  } catch (cause) {
    throw unwritable(variable, cause, !succeeds(takeBack));
  }
  return () => {
    try {
      takeBack();
    } catch (cause) {
      throw unwritable(variable, cause, true);
    }
  };
}

/** Closing counts: some file systems report a full disk only then. */
function withFile(path: string, flags: number, work: (descriptor: number) => void): void {
  const descriptor = openSync(path, flags);
  try {
    work(descriptor);
  } catch (error) {
    succeeds(() => closeSync(descriptor));
    throw error;
  }
  closeSync(descriptor);
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

function unwritable(variable: string, cause: unknown, isPartial: boolean): ActionError {
  const rest = isPartial ? ' A part was written and could not be taken back.' : '';
  return new ActionError(
    'RUNNER_FILE_UNWRITABLE',
    `Could not write to the runner's file ${variable}.${rest}`,
    {
      hint: 'Check whether the disk is full, and whether an earlier step removed the file, replaced it or made it read-only.',
      cause,
      isPartial,
    },
  );
}
