import { runCheck } from './check-trust/action.js';
import { runCommand } from './check-trust/command.js';
import { toActionError } from './errors.js';
import { reportLastResort } from './last-resort.js';
import { createRunner } from './runner.js';

/** With arguments it is a command for a terminal, else the action. */
async function main(args: readonly string[]): Promise<void> {
  if (args.length > 0) {
    const print = (line: string): void => void process.stdout.write(`${line}\n`);
    process.exitCode = await runCommand(args, '.', print);
    return;
  }
  const runner = createRunner(process);
  try {
    await runCheck(runner);
  } catch (thrown) {
    runner.fail(toActionError(thrown));
  }
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  process.exitCode = 1;
  reportLastResort(process, 'error', thrown);
});
