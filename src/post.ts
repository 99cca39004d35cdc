import { createRunner } from './runner.js';
import { loadUndoRecord, undo } from './undo.js';

const runner = createRunner(process);
try {
  undo(runner, loadUndoRecord(runner));
} catch (thrown) {
  // Cleaning up never fails a job that did its work.
  runner.warning(`The clean-up did not finish: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
}
