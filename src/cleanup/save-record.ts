import { ActionError } from '../core/errors.js';
import { quote } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import { STATE, type UndoStep } from './undo-record.js';

/**
 * What the runner can hand over to `post`, as one environment variable with its name: 128 KiB on Linux
 * (MAX_ARG_STRLEN), 32,767 characters on Windows. A larger one would keep `post` from being started.
 */
const MAX_RECORD_BYTES = { windows: 32_000, others: 130_000 };

/** Hides what the record is about to hold: each secret as it is, and as it stands in JSON. */
export function maskPlainAndEscaped(runner: Runner, secrets: readonly string[]): void {
  for (const secret of secrets) {
    runner.mask(secret);
    runner.mask(JSON.stringify(secret).slice(1, -1));
  }
}

/**
 * Writes down what is about to be done, before it is done: `post` knows nothing else.
 * @throws ActionError FILE_REFUSED, RUNNER_FILE_UNWRITABLE
 */
export function saveUndoRecord(runner: Runner, steps: readonly UndoStep[]): void {
  runner.saveState(STATE, encodeRecord(steps));
}

/**
 * The record as the runner keeps it.
 * @throws ActionError FILE_REFUSED for more than the runner could hand over
 */
export function encodeRecord(
  steps: readonly UndoStep[],
  platform: NodeJS.Platform = process.platform,
): string {
  const record = JSON.stringify(steps);
  const limit = MAX_RECORD_BYTES[platform === 'win32' ? 'windows' : 'others'];
  const size = Buffer.byteLength(record);
  if (size <= limit) return record;
  const sizes = steps.map((step) => ({ step, size: Buffer.byteLength(JSON.stringify(step)) }));
  const [largest] = sizes.sort((one, other) => other.size - one.size);
  throw new ActionError(
    'FILE_REFUSED',
    `What the end of the job must put back has ${size} bytes, and the runner can keep ${limit} of them for it. Most of it is ${largest ? contentOf(largest.step) : 'nothing'}.`,
    { hint: 'Nothing was changed. Give aws-profile another name, or make shorter what stands there now.' },
  );
}

function contentOf(step: UndoStep): string {
  if (step.kind === 'section') return `the section ${quote(step.section)} of ${quote(step.file)}`;
  if (step.kind === 'environment') return 'the values of the AWS_ variables';
  return quote(step.kind === 'record' ? step.file : step.directory);
}
