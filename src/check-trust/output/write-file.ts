import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { quote } from '../../core/text.js';

/** Writes a report to a file that the user names. Throws an Error where that cannot be. */
export function writeReport(directory: string, path: string, text: string): void {
  try {
    writeFileSync(resolve(directory, path), `${text}\n`);
  } catch {
    throw new Error(`${quote(path)} cannot be written`);
  }
}
