import { undoUsual } from './cleanup/undo-usual.js';
import { untilDone } from './platform/exit-code.js';
import { reportLastResort } from './platform/last-resort.js';
import { thisProcess } from './platform/this-process.js';

const host = thisProcess(process);

async function post(left: number | undefined): Promise<void> {
  const work = async (): Promise<number> => {
    const { cleanUp } = await import('./cleanup/clean-up.js');
    await cleanUp(host, left);
    return 0;
  };
  await untilDone(process, work, (why) => {
    host.stdout.write(`::error title=assume-aws-role::The cleanup did not finish. ${why}\n`);
  });
}

// At the end of every job, somebody waits for this: what only some jobs need is loaded for them alone.
const left = undoUsual(host.env);
if (left === 0) process.exit();
post(left)
  .catch((thrown: unknown) => {
    process.exitCode = 0;
    reportLastResort(host, 'warning', thrown);
  })
  .finally(() => process.exit());
