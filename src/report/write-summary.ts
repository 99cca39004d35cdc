import { statSync } from 'node:fs';
import type { Runner } from '../platform/runner.js';
import { addToSummary } from '../platform/toolkit.js';

/** The page is for people: it is not worth more time than this. */
const MAX_WAIT_MS = 5_000;

/** A summary that cannot be written neither fails the step nor changes how it failed. */
export async function writeSummary(runner: Runner, markdown: string): Promise<void> {
  const path = runner.env['GITHUB_STEP_SUMMARY'];
  if (!path) return;
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('It takes too long.')), MAX_WAIT_MS);
  });
  try {
    // Opening a named pipe would wait for a reader, and not even the end of the process would end that.
    if (!statSync(path).isFile()) throw new Error('It is not a regular file.');
    await Promise.race([addToSummary(markdown), timeUp]);
  } catch {
    runner.debug('The job summary could not be written.');
  } finally {
    clearTimeout(timer);
  }
}
