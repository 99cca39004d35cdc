import { type Dirent, lstatSync, readdirSync, renameSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { formatList, quote } from '../core/text.js';
import { isInUse, removeFile, retryWhileInUse } from '../platform/in-use.js';

/** The directory that was made for the state of a refresh. */
export interface RefreshStep {
  readonly kind: 'refresh';
  readonly directory: string;
}

/** Every name in the directory begins with one of these; the others are of a background process. */
const OWN_NAMES = /^\.?(state\.json|endpoint-|web-identity-token)/;

/**
 * Removes the state, its lock and what a killed process left of either; nothing where it is gone. A helper that is
 * renewing at this moment finds no place to write to: the directory gets another name first.
 * @throws ActionError FILE_REFUSED where others have put something there: that stays, where they put it
 */
export function removeState({ directory }: RefreshStep): void {
  const place = setAside(directory);
  if (place === undefined) return;
  const entries = readdirSync(place, { withFileTypes: true });
  for (const entry of entries) if (isOwn(entry)) removeFile(join(place, entry.name));
  const foreign = entries.filter((entry) => !isOwn(entry)).map(({ name }) => quote(name));
  if (foreign.length === 0) {
    retryWhileInUse(() => rmdirSync(place));
    return;
  }
  if (place !== directory) retryWhileInUse(() => renameSync(place, directory));
  throw new ActionError(
    'FILE_REFUSED',
    `The state is gone, but the directory holds what the action did not put there: ${formatList(foreign.slice(0, 5))}.`,
    { hint: 'Remove it in the job, or by hand.' },
  );
}

/** The directory under its new name, or under its own while another process uses it; undefined where there is none. */
function setAside(directory: string): string | undefined {
  const aside = `${directory}.${crypto.randomUUID()}`;
  try {
    if (!lstatSync(directory).isDirectory()) return undefined;
    retryWhileInUse(() => renameSync(directory, aside));
    return aside;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    if (isInUse(error)) return directory;
    throw error;
  }
}

function isOwn(entry: Dirent): boolean {
  return OWN_NAMES.test(entry.name) && !entry.isDirectory();
}
