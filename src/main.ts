import { run } from './action.js';
import { systemClock } from './clock.js';
import { reportLastResort } from './last-resort.js';
import { reportFailure } from './report/failure.js';
import { createRunner } from './runner.js';

async function main(): Promise<void> {
  try {
    const runner = createRunner(process);
    try {
      await run(runner, systemClock);
    } catch (thrown) {
      await reportFailure(runner, thrown);
    }
  } catch (thrown) {
    process.exitCode = 1;
    reportLastResort(process, 'error', thrown);
  }
  // Whatever is still open (a request that hangs, an idle connection) must not keep the step waiting.
  process.stdout.write('', () => process.exit());
}

void main();
