import { rmSync } from 'node:fs';
import { append } from '../platform/append.js';
import { keyValues } from '../platform/command-entries.js';
import type { Environment } from '../platform/runner.js';
import { readRecord, STATE, type UndoStep } from './undo-record.js';

/**
 * Takes back what nearly every step does: variables of the job, and the record for later steps. Of a record with anything
 * else in it, and of what goes wrong, it says nothing: that is left to `undo`.
 * @returns how many steps are left, the first ones of the record; undefined where it cannot be read
 */
export function undoUsual(env: Environment): number | undefined {
  const file = env['GITHUB_ENV'];
  const steps = readSteps(env);
  if (steps === undefined) return undefined;
  let left = steps.length;
  if (!steps.every(({ kind }) => kind === 'record' || (kind === 'environment' && file))) return left;
  try {
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

function readSteps(env: Environment): readonly UndoStep[] | undefined {
  try {
    return readRecord(env[`STATE_${STATE}`] || '[]');
  } catch {
    return undefined;
  }
}
