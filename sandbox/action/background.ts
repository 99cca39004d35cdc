import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { isObject } from '../core/json.js';

/** What the background process is given, as JSON in its environment. */
export const OPTIONS_VARIABLE = 'SANDBOX_OPTIONS';

/** Starts the process that stays, prints what it says when it is ready, and ends. */
export function startBackground(script: string): void {
  const child = spawn(process.execPath, [script, '--serve'], {
    detached: true,
    // No directory of the job's: on Windows, none can be removed in which a process runs.
    cwd: dirname(script),
    windowsHide: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const fail = (why: string): void => {
    process.stderr.write(`${why}\n`, () => process.exit(1));
  };
  child.once('message', (message) => {
    if (!isObject(message)) fail('it said nothing of use');
    else if (typeof message.why === 'string') fail(message.why);
    else process.stdout.write(`${JSON.stringify(message)}\n`, () => process.exit(0));
  });
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
}
