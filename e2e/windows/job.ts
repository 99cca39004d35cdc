import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cloud, startCloud } from '../../sandbox/cloud.js';
import { Job, type StepResult } from '../../sandbox/runner/job.js';
import { expectEqual, expectThat } from '../check.js';

/** From build/e2e/windows/, where this runs once it is compiled. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const ACCESS_KEY_ID = /\bASIA[A-Z0-9]{16}\b/;

/** A job and what it talks to. */
export interface Scene {
  readonly job: Job;
  readonly cloud: Cloud;
  /** The file with this name in the home's .aws directory. */
  readonly shared: (name: 'config' | 'credentials') => string;
}

/** Runs a scenario in a job of its own, and ends the job if the scenario has not. */
export async function inJob(work: (scene: Scene) => Promise<void>): Promise<void> {
  // Two tokens end before a client does.
  const run = { tokenLifetimeSeconds: 8 };
  const cloud = await startCloud();
  const quiet = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const job = new Job({ env: { ...cloud.environment(run), ...quiet }, event: cloud.event(run) });
  try {
    await work({ job, cloud, shared: (name) => join(job.directories.home, '.aws', name) });
  } finally {
    // What a scenario that failed has left runs in the job's directory, which cannot be removed then.
    await job.end({ keepFiles: true });
    job.dispose();
    await cloud.close();
  }
}

/** Runs the action, which must succeed. */
export async function assume(
  { job }: Pick<Scene, 'job'>,
  inputs: Readonly<Record<string, string>>,
  folder = ROOT,
): Promise<StepResult> {
  const step = await job.uses(folder, inputs);
  expectSuccess(step);
  return step;
}

/** Runs a program, which must succeed. */
export async function run(
  { job }: Pick<Scene, 'job'>,
  command: string,
  args: readonly string[],
): Promise<StepResult> {
  const step = await job.run(command, args);
  expectSuccess(step);
  return step;
}

/** Ends the job. No file of it, and no variable, has keys then. */
export async function endAndLookForKeys({ job }: Pick<Scene, 'job'>): Promise<readonly StepResult[]> {
  const posts = await job.end({ keepFiles: true });
  for (const post of posts) expectSuccess(post);
  for (const file of filesBelow(job.directories.root))
    expectThat(!ACCESS_KEY_ID.test(readFileSync(file, 'latin1')), `${file} has keys`);
  expectThat(!ACCESS_KEY_ID.test(JSON.stringify(job.env)), 'the environment has keys');
  return posts;
}

/** The text of a file, or that there is none. */
export function textOf(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function expectSuccess({ conclusion, name, log, stderr }: StepResult): void {
  expectEqual(conclusion, 'success', `${name} (${[...log.slice(-3), stderr].join(' ')})`);
}

/** What the runner itself keeps of a step, its command files, goes with the step. */
function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('_runner_file_commands'))
    .map((entry) => join(entry.parentPath, entry.name));
}
