import { untilDone } from '../src/platform/exit-code.js';
import { createRunner } from '../src/platform/runner.js';
import { startBackground } from './action/background.js';
import { serve } from './action/serve.js';
import { runPost, runStep } from './action/step.js';
import { runCommand } from './command/command.js';

/*
 * The one entry point of dist/sandbox/: with `--start` and `--serve` the background process of the step, with other arguments
 * the command, and without any the step or, where that has saved its state, its post.
 */

const args = process.argv.slice(2);

async function main(): Promise<void> {
  const [first] = args;
  if (first === '--start') startBackground(process.argv[1] ?? '');
  else if (first === '--serve') await serve();
  else if (first !== undefined) await terminal(first === '--' && args.length === 1 ? [] : args);
  else await step();
}

async function step(): Promise<void> {
  const runner = createRunner(process);
  const run = runner.state('isPost') === '' ? runStep : runPost;
  await untilDone(
    process,
    () => run(runner),
    (why) => runner.fail('INTERNAL', [why]),
  );
}

async function terminal(given: readonly string[]): Promise<void> {
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    // Whoever read the output has ended.
    process.stdout.once('error', () => resolve());
  });
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const printError = (line: string): void => void process.stderr.write(`${line}\n`);
  process.exitCode = await runCommand(given, '.', { print, printError, interrupted });
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
