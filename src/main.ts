import { run } from './action.js';
import { systemClock } from './core/clock.js';
import { untilDone } from './platform/exit-code.js';
import { reportLastResort } from './platform/last-resort.js';
import { createRunner } from './platform/runner.js';
import { thisProcess } from './platform/this-process.js';
import { failWith } from './report/failure-text.js';

const host = thisProcess(process);

async function main(): Promise<void> {
  const runner = createRunner(host);
  const work = async (): Promise<number> => {
    try {
      return await run(runner, systemClock);
    } catch (thrown) {
      const { reportFailure } = await import('./report/failure.js');
      await reportFailure(runner, thrown);
      return 1;
    }
  };
  await untilDone(process, work, (why) => failWith(runner, why));
}

main()
  .catch((thrown: unknown) => {
    process.exitCode = 1;
    reportLastResort(host, 'error', thrown);
  })
  // Whatever is still open (a request that hangs, an idle connection) must not keep the step waiting.
  .finally(() => process.exit());
