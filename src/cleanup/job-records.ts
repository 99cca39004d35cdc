import { lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from '../core/errno.js';
import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import { recordPrefix } from './job-record.js';
import { readRecord, type UndoStep } from './undo-record.js';

/** One step's record, as a later step finds it. */
export interface JobRecord {
  readonly file: string;
  readonly steps: readonly UndoStep[];
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
    const names = readdirSync(directory).filter((name) => name.startsWith(recordPrefix(runner)));
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
  return { file, steps: readRecord(readFileSync(file, 'utf8')) };
}
