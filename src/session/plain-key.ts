import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';

/** About 28 % of AWS's keys are plain, so that this many in a row that are not means that none will be. */
const MAX_ATTEMPTS = 50;

/**
 * Asks for a session until its secret key has letters and digits alone (`special-characters-workaround`).
 * @throws ActionError SPECIAL_CHARACTERS
 */
export async function askUntilPlain<T extends { readonly credentials: Credentials }>(
  ask: () => Promise<T>,
): Promise<T> {
  for (let tried = 0; tried < MAX_ATTEMPTS; tried++) {
    const session = await ask();
    if (!hasSpecialCharacters(session.credentials)) return session;
  }
  const tries = `${MAX_ATTEMPTS} secret keys in a row contained special characters`;
  throw new ActionError('SPECIAL_CHARACTERS', `special-characters-workaround: ${tries}.`, {
    hint: 'Use a tool that accepts any key, and turn the workaround off.',
  });
}

/** Slash and plus are all that AWS's keys have beside letters and digits; other clouds may differ. */
function hasSpecialCharacters({ secretAccessKey }: Credentials): boolean {
  return /[^A-Za-z0-9]/.test(secretAccessKey);
}
