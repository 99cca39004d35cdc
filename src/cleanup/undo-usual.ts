import { rmSync } from 'node:fs';
import { append } from '../platform/append.js';
import { keyValues } from '../platform/command-entries.js';
import type { Environment } from '../platform/runner.js';
import { readRecord, STATE } from './undo-record.js';

/**
 * Takes back what nearly every step does: variables of the job, and the record for later steps. Of anything else, and of
 * all that goes wrong, it says nothing; `undo` then takes everything back again, and says it.
 * @returns whether all is taken back
 */
export function undoUsual(env: Environment): boolean {
  try {
    const saved = env[`STATE_${STATE}`] || '[]';
    for (const step of readRecord(saved).toReversed()) {
      if (step.kind === 'record') rmSync(step.file, { force: true });
      else if (step.kind === 'environment' && env['GITHUB_ENV']) {
        append(env['GITHUB_ENV'], keyValues(Object.entries(step.before)));
      } else return false;
    }
    return true;
  } catch {
    return false;
  }
}
