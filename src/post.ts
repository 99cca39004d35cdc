import { loadUndoRecord, undo } from './cleanup/undo.js';
import { untilDone } from './platform/exit-code.js';
import { reportLastResort } from './platform/last-resort.js';
import { createRunner } from './platform/runner.js';
import { thisProcess } from './platform/this-process.js';
import { failWith } from './report/failure-text.js';

const host = thisProcess(process);

/** Cleaning up never fails a job that did its work, as long as it can say what it left behind. */
async function post(): Promise<void> {
  const runner = createRunner(host);
  const work = async (): Promise<number> => {
    try {
      await undo(runner, loadUndoRecord(runner));
    } catch (thrown) {
      const why = thrown instanceof Error ? thrown.message : String(thrown);
      runner.warning(`The cleanup did not finish: ${why}`);
    }
    return 0;
  };
  await untilDone(process, work, (why) => failWith(runner, `The cleanup did not finish. ${why}`));
}

post()
  .catch((thrown: unknown) => {
    process.exitCode = 0;
    reportLastResort(host, 'warning', thrown);
  })
  .finally(() => process.exit());
