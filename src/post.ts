import { reportLastResort } from './last-resort.js';
import { createRunner } from './runner.js';
import { loadUndoRecord, undo } from './undo.js';

/** Cleaning up never fails a job that did its work. */
async function post(): Promise<void> {
  try {
    const runner = createRunner(process);
    try {
      await undo(runner, loadUndoRecord(runner));
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      runner.warning(`The clean-up did not finish: ${why}`);
    }
  } catch (thrown) {
    reportLastResort(process, 'warning', thrown);
  }
}

void post();
