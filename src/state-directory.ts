import { lstatSync, readdirSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './errno.js';

/** The directory that was made for the state of a refresh. */
export interface RefreshStep {
  readonly kind: 'refresh';
  readonly directory: string;
}

/** Every name in the directory begins with one of these. */
const OWN_NAMES = /^\.?state\.json/;

/**
 * Removes the state, its lock and what a killed process left of either; nothing where it is gone. A helper that is
 * renewing at this moment finds no place to write to: the directory gets another name first.
 */
export function removeState({ directory }: RefreshStep): void {
  const aside = `${directory}.${crypto.randomUUID()}`;
  try {
    if (!lstatSync(directory).isDirectory()) return;
    renameSync(directory, aside);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of readdirSync(aside)) if (OWN_NAMES.test(name)) rmSync(join(aside, name), { force: true });
  rmdirSync(aside);
}
