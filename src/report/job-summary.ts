import type { Runner } from '../runner.js';
import { addToSummary } from '../toolkit.js';

/** A page that cannot be written is no reason for the step to fail, or to fail otherwise. */
export async function writeSummary(runner: Runner, markdown: string): Promise<void> {
  if (!runner.env['GITHUB_STEP_SUMMARY']) return;
  try {
    await addToSummary(markdown);
  } catch {
    runner.debug('The job summary cannot be written.');
  }
}
