import { runCheck } from './check-trust/action.js';
import { runCommand } from './check-trust/command.js';
import { wantsColour } from './check-trust/output/colour.js';
import { untilDone } from './platform/exit-code.js';
import { reportLastResort } from './platform/last-resort.js';
import { createRunner, type Runner } from './platform/runner.js';
import { failWith } from './report/failure-text.js';

const now = (): number => performance.now();

/** With arguments it is a command for a terminal, otherwise the action. */
async function main(args: readonly string[]): Promise<void> {
  if (args.length > 0) {
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    const printError = (line: string): void => void process.stderr.write(`${line}\n`);
    const isColoured = wantsColour(process);
    const terminal = { print, printError, now, isColoured, env: process.env };
    await untilDone(process, () => runCommand(args, '.', terminal), print);
    return;
  }
  const runner = createRunner(process);
  const fail = (thrown: unknown): void => failWith(runner, thrown);
  await untilDone(process, () => runAction(runner, fail), fail);
}

async function runAction(runner: Runner, fail: (thrown: unknown) => void): Promise<number> {
  try {
    await runCheck(runner, now);
    return 0;
  } catch (thrown) {
    fail(thrown);
    return 1;
  }
}

main(process.argv.slice(2))
  .catch((thrown: unknown) => {
    process.exitCode = 1;
    reportLastResort(process, 'error', thrown);
  })
  .finally(() => process.stdout.write('', () => process.exit()));
