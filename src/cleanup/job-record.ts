import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/errno.js';
import type { Runner } from '../platform/runner.js';
import type { RecordStep, UndoStep } from './undo-record.js';

/*
 * What a step did is known to its own `post` alone: the runner hands a step's state to nobody else. A later step that
 * takes credentials back (`drop`) finds it in a file below RUNNER_TEMP, which the runner empties after each job.
 */

/** Undefined without RUNNER_TEMP: there is no place that goes with the job. */
export function recordStep(runner: Runner, nowMs: number): RecordStep | undefined {
  const directory = runner.env['RUNNER_TEMP'];
  if (!directory) return undefined;
  // Not a UUID: for one, Node loads all of its cryptography.
  const step = fileSafe(runner.env['GITHUB_ACTION'] ?? '');
  const name = `${recordPrefix(runner)}${String(nowMs).padStart(15, '0')}-${step}.json`;
  return { kind: 'record', file: join(directory, name) };
}

/** Runs of a self-hosted runner may share RUNNER_TEMP: a record belongs to one job of one run. */
export function recordPrefix({ env }: Runner): string {
  const job = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT'], env['GITHUB_JOB']];
  return `aws-role-undo-${job.map((part) => fileSafe(part ?? '')).join('-')}-`;
}

function fileSafe(text: string): string {
  return text.replace(/[^\w-]/g, '_');
}

/** Never fails a step that has done its work: without the file, `drop` says that it found nothing. */
export function writeJobRecord(runner: Runner, { file }: RecordStep, steps: readonly UndoStep[]): void {
  try {
    writeFileSync(file, JSON.stringify(steps), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    runner.debug(`No record for later steps (${errnoOf(error) ?? 'unknown'}): ${file}`);
  }
}
