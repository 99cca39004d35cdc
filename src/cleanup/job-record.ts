import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import { parseRecord, type RecordStep, type UndoStep } from './undo.js';

/*
 * What a step did is known to its own `post` alone: the runner hands a step's state to nobody else. A later step that
 * takes credentials back (`drop`) finds it in a file below RUNNER_TEMP, which the runner empties after each job.
 */

/** One step's record, as a later step finds it. */
export interface JobRecord {
  readonly file: string;
  readonly steps: readonly UndoStep[];
}

/** Undefined without RUNNER_TEMP: there is no place that goes with the job. */
export function recordStep(runner: Runner, nowMs: number): RecordStep | undefined {
  const directory = runner.env['RUNNER_TEMP'];
  if (!directory) return undefined;
  const name = `${prefixOf(runner)}${String(nowMs).padStart(15, '0')}-${crypto.randomUUID()}.json`;
  return { kind: 'record', file: join(directory, name) };
}

/** Runs of a self-hosted runner may share RUNNER_TEMP: a record belongs to one job of one run. */
function prefixOf({ env }: Runner): string {
  const job = [env['GITHUB_RUN_ID'], env['GITHUB_RUN_ATTEMPT'], env['GITHUB_JOB']];
  return `undo-assume-aws-role-${job.map((part) => (part ?? '').replace(/[^\w-]/g, '_')).join('-')}-`;
}

/** Never fails a step that has done its work: without the file, `drop` says that it found nothing. */
export function writeJobRecord(runner: Runner, { file }: RecordStep, steps: readonly UndoStep[]): void {
  try {
    writeFileSync(file, JSON.stringify(steps), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    runner.debug(`No record for later steps (${errnoOf(error) ?? 'unknown'}): ${file}`);
  }
}

/** A record with other steps, in its place. */
export function replaceJobRecord({ file, steps }: JobRecord): void {
  writeFileSync(file, JSON.stringify(steps));
}

/**
 * What the job's earlier steps did, the latest first.
 * @throws ActionError FILE_REFUSED
 */
export function loadJobRecords(runner: Runner): readonly JobRecord[] {
  const directory = runner.env['RUNNER_TEMP'];
  if (!directory) {
    throw new ActionError('FILE_REFUSED', 'RUNNER_TEMP is not set, so earlier steps left no record.', {
      hint: 'The runner sets it for every job. Nothing was changed.',
    });
  }
  try {
    const names = readdirSync(directory).filter((name) => name.startsWith(prefixOf(runner)));
    return names
      .sort()
      .reverse()
      .map((name) => loadRecord(join(directory, name)));
  } catch (error) {
    if (error instanceof ActionError) throw error;
    throw new ActionError(
      'FILE_REFUSED',
      `The record of earlier steps in ${quote(directory)} could not be read (${errnoOf(error) ?? 'damaged'}).`,
      { hint: 'Nothing was changed. The end of the job still takes the credentials back.', cause: error },
    );
  }
}

function loadRecord(file: string): JobRecord {
  if (!lstatSync(file).isFile()) throw new Error('not a regular file');
  return { file, steps: parseRecord(readFileSync(file, 'utf8')) };
}
