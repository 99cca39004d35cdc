import { dirname, join } from 'node:path';
import { ActionError } from '../core/errors.js';
import { runnerProcess, startInBackground } from '../platform/background.js';
import type { Runner } from '../platform/runner.js';

/** Node starts in less than a second, on a machine that is not overloaded. */
const MAX_START_MS = 30_000;

/**
 * Starts the background process, and waits until it has done what it is to do from then on.
 * @param task what it does, and with which files
 * @returns the port it listens on
 * @throws ActionError ENDPOINT_NOT_STARTED
 */
export function startEndpoint(
  { env, program }: Runner,
  task: readonly ['serve', state: string] | readonly ['keep-token', state: string, file: string],
  maxWaitMs: number,
): number {
  const { node, script } = program;
  const endpoint = join(dirname(dirname(script)), 'credential-endpoint', 'index.js');
  const inherited = Object.entries(env).filter(([name]) => !/^(INPUT|STATE)_/i.test(name));
  const started = startInBackground(
    node,
    [endpoint, 'start', String(runnerProcess()), ...task],
    Object.fromEntries(inherited),
    Math.min(maxWaitMs, MAX_START_MS),
  );
  const port = Number(started.stdout);
  if (Number.isInteger(port) && port > 0) return port;
  const what = task[0] === 'serve' ? 'credential endpoint' : 'process that keeps the token file';
  throw new ActionError('ENDPOINT_NOT_STARTED', `The ${what} did not start: ${started.why}.`, {
    hint: 'It is a second process of this step that listens on 127.0.0.1. Check whether the machine allows that, or is overloaded. refresh-credentials alone needs none.',
  });
}
