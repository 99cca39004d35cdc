import { closeSync, constants, fstatSync, openSync, truncateSync, writeSync } from 'node:fs';

/** Why a file could not be added to; `isPartial` where something was written and stays in it. */
export class AppendError extends Error {
  override readonly name = 'AppendError';
  constructor(
    override readonly cause: unknown,
    readonly isPartial: boolean,
  ) {
    super('Could not append.');
  }
}

/**
 * Adds to a regular file that is there, all of it or nothing.
 * @returns what takes it back
 * @throws AppendError, also the returned function
 */
export function append(path: string, content: string): () => void {
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
    throw new AppendError(cause, !succeeds(takeBack));
  }
  return () => {
    try {
      takeBack();
    } catch (cause) {
      throw new AppendError(cause, true);
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
