import { createRunner } from './runner.js';
import { loadUndoRecord, undo } from './undo.js';

async function post(): Promise<void> {
  const runner = createRunner(process);
  try {
    await undo(runner, loadUndoRecord(runner));
  } catch (thrown) {
    // Cleaning up never fails a job that did its work.
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    runner.warning(`The clean-up did not finish: ${why}`);
  }
}

void post();
