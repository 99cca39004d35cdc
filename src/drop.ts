import { dropCredentials } from './cleanup/drop.js';
import { untilDone } from './platform/exit-code.js';
import { reportLastResort } from './platform/last-resort.js';
import { createRunner } from './platform/runner.js';
import { thisProcess } from './platform/this-process.js';
import { failWith } from './report/failure-text.js';

const host = thisProcess(process);

/** A step that takes back what earlier steps did: whoever runs after it must be able to rely on that. */
async function drop(): Promise<void> {
  const runner = createRunner(host);
  const fail = (thrown: unknown): void => failWith(runner, thrown);
  const work = async (): Promise<number> => {
    try {
      await dropCredentials(runner);
      return 0;
    } catch (thrown) {
      fail(thrown);
      return 1;
    }
  };
  await untilDone(process, work, fail);
}

drop()
  .catch((thrown: unknown) => {
    process.exitCode = 1;
    reportLastResort(host, 'error', thrown);
  })
  .finally(() => process.exit());
