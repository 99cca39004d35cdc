import { toActionError } from '../errors.js';
import type { Runner } from '../runner.js';
import { addToSummary } from '../toolkit.js';
import { failureSummary } from './summary.js';

/** Fails the step with whatever was thrown: one error in the log, the longer story on the summary page. */
export async function reportFailure(runner: Runner, thrown: unknown): Promise<void> {
  const error = toActionError(thrown);
  runner.fail(error);
  if (runner.input('summary') === 'never') return;
  await writeSummary(runner, failureSummary(error));
}

/** A page that cannot be written is no reason for the step to fail, or to fail otherwise. */
export async function writeSummary(runner: Runner, markdown: string): Promise<void> {
  if (!runner.env['GITHUB_STEP_SUMMARY']) return;
  try {
    await addToSummary(runner.redact(markdown));
  } catch {
    runner.debug('The job summary cannot be written.');
  }
}
