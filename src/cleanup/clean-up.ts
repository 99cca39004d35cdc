import { createRunner, type ProcessPort } from '../platform/runner.js';
import { loadUndoRecord, undo } from './undo.js';

/** Cleaning up never fails a job that did its work, as long as it can say what it left behind. */
export async function cleanUp(host: ProcessPort): Promise<void> {
  const runner = createRunner(host);
  try {
    await undo(runner, loadUndoRecord(runner));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    runner.warning(`The cleanup did not finish: ${why}`);
  }
}
