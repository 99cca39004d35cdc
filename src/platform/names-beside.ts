import { basename, dirname, join } from 'node:path';

/*
 * The names of what stands beside a file while it is written. They are the same for every process, and whatever the file
 * is called, they are not too long for a name.
 */

/** The text that is about to replace the file's. */
export function temporaryOf(path: string): string {
  return join(dirname(path), `${hiddenName(path)}.assume-aws-role.tmp`);
}

/** The lock of whoever changes the file. */
export function lockOf(path: string): string {
  return join(dirname(path), `${hiddenName(path)}.assume-aws-role.lock`);
}

/** File systems allow names of 255 bytes, some of 143. */
const MAX_NAME_BYTES = 100;
const NAME_START = 24;

/**
 * The start of the names beside the file. A long name is cut, and told from others by a checksum: two that are the same
 * cost no more than waiting for each other's lock.
 */
function hiddenName(path: string): string {
  const name = basename(path);
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return `.${name}`;
  let sum = 0;
  for (const byte of Buffer.from(name)) sum = (Math.imul(sum, 31) + byte) >>> 0;
  return `.${name.slice(0, NAME_START)}-${sum.toString(36)}`;
}
