import { appendFileSync, writeFileSync } from 'node:fs';
import { parseRun } from '../control/run-json.js';
import { objectAt, textAt, textsAt } from '../core/json.js';
import { startOwnSandbox } from '../own-sandbox.js';
import { eventLines } from '../story/story-text.js';
import { OPTIONS_VARIABLE } from './background.js';

/** How often it looks whether the job is still there. */
const LOOK_MS = 500;
/** No job is longer than that. */
const MAX_MS = 6.5 * 3600 * 1000;

/** The background process: serves until the job's runner is gone, or a signal comes. */
export async function serve(): Promise<void> {
  try {
    await start();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    process.send?.({ why }, () => process.exit(1));
  }
}

async function start(): Promise<void> {
  const options = objectAt(JSON.parse(process.env[OPTIONS_VARIABLE] ?? ''), 'options');
  const { cloud, story, page, roles, remarks, close } = await startOwnSandbox({
    policies: textsAt(options.policies, 'policies'),
    roles: textsAt(options.roles, 'roles'),
    accounts: textsAt(options.accounts, 'accounts'),
    directory: textAt(options.directory, 'directory'),
  });
  const file = textAt(options.story, 'story');
  for (const one of [file, `${file}.txt`]) writeFileSync(one, '', { mode: 0o600 });
  story.onEvent((event) => {
    try {
      appendFileSync(file, `${JSON.stringify(event)}\n`);
      appendFileSync(
        `${file}.txt`,
        eventLines(event)
          .map((line) => `${line}\n`)
          .join(''),
      );
    } catch {
      // The job's directory is gone; what is served counts for more than the log of it.
    }
  });
  const environment = cloud.environment(parseRun(options.run));
  const variables = Object.entries(environment).filter(([name]) => /^(ACTIONS_ID_TOKEN_|AWS_)/.test(name));
  const end = (): void => void close().finally(() => process.exit());
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, end);
  const runner = Number(options.runner);
  setInterval(() => {
    if (isGone(runner)) end();
  }, LOOK_MS);
  setTimeout(end, MAX_MS);
  const ready = { pid: process.pid, page, variables: Object.fromEntries(variables), roles, remarks };
  process.send?.(ready, () => process.disconnect());
}

/** 0 is a runner that cannot be seen, as from inside of a container: that one takes its processes along. */
function isGone(pid: number): boolean {
  if (!(pid > 1)) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}
