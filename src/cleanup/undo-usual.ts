import { rmSync } from 'node:fs';
import { append } from '../platform/append.js';
import { keyValues } from '../platform/command-entries.js';
import type { Environment } from '../platform/runner.js';
import { readRecord, STATE } from './undo-record.js';

/**
 * Takes back what nearly every step does: variables of the job, and the record for later steps. Of a record with anything
 * else in it, and of what goes wrong, it says nothing: that is left to `undo`.
 * @returns how many steps are left, the first ones of the record; undefined where it cannot be read
 */
export function undoUsual(env: Environment): number | undefined {
  let left: number | undefined;
  try {
    const file = env['GITHUB_ENV'];
    const steps = readRecord(env[`STATE_${STATE}`] || '[]');
    left = steps.length;
    if (!steps.every(({ kind }) => kind === 'record' || (kind === 'environment' && file))) return left;
    for (const step of steps.toReversed()) {
      if (step.kind === 'record') rmSync(step.file, { force: true });
      else if (step.kind === 'environment' && file) append(file, keyValues(Object.entries(step.before)));
      left--;
    }
  } catch {
    // What is left says why.
  }
  return left;
}
