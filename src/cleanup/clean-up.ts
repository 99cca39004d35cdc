import { createRunner, type ProcessPort } from '../platform/runner.js';
import { loadUndoRecord, undo } from './undo.js';

/**
 * Cleaning up never fails a job that did its work, as long as it can say what it left behind.
 * @param left how many steps are left to take back, the first ones; undefined for all
 */
export async function cleanUp(host: ProcessPort, left: number | undefined): Promise<void> {
  const runner = createRunner(host);
  try {
    await undo(runner, loadUndoRecord(runner).slice(0, left));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    runner.warning(`The cleanup did not finish: ${why}`);
  }
}
