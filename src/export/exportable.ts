import type { Credentials } from '../core/credentials.js';
import { ActionError } from '../core/errors.js';
import { unicodePattern } from '../core/unicode-pattern.js';

/** Control and formatting characters, halves of characters, and blanks of any kind. */
const FOREIGN = unicodePattern(String.raw`[\p{C}\s]`);
const VISIBLE_ASCII = /^[!-~]*$/;

/**
 * Refuses keys with characters that no key of AWS's has. A line break would end a line of a profile, a blank at the end
 * would be read away, and what cannot be seen is no key that anybody meant.
 * @throws ActionError ANSWER_UNEXPECTED, which shows nothing of a key
 */
export function checkExportable({ accessKeyId, secretAccessKey, sessionToken = '' }: Credentials): void {
  const parts = {
    'access key id': accessKeyId,
    'secret access key': secretAccessKey,
    'session token': sessionToken,
  };
  for (const [name, text] of Object.entries(parts)) {
    const [found] = VISIBLE_ASCII.test(text) ? [] : (FOREIGN().exec(text) ?? []);
    if (found === undefined) continue;
    const point = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    throw new ActionError(
      'ANSWER_UNEXPECTED',
      `The ${name} of the credentials has the character U+${point} in it.`,
      {
        hint: 'Keys have neither blanks nor characters that cannot be seen, so these are not used. Where they came from a server of your own, look at its answer.',
      },
    );
  }
}
