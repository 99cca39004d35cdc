import { rmSync } from 'node:fs';
import { ActionError } from '../core/errors.js';
import type { Runner } from '../platform/runner.js';
import { removeState } from './refresh-state.js';
import { readRecord, STATE, type UndoStep } from './undo-record.js';

/**
 * The steps saved by this action's `main`; none when it did nothing, or was never run.
 * @throws Error when the record is not one of ours
 */
export function loadUndoRecord(runner: Runner): readonly UndoStep[] {
  const saved = runner.state(STATE);
  return saved === '' ? [] : readRecord(saved);
}

/**
 * Takes the steps back, last first. One that cannot be taken back is a warning and does not keep the others from it.
 * Doing it twice does no harm.
 * @returns whether all of them were taken back
 */
export async function undo(runner: Runner, steps: readonly UndoStep[]): Promise<boolean> {
  let isWhole = true;
  for (const step of steps.toReversed()) {
    try {
      await undoStep(runner, step);
    } catch (error) {
      const why = error instanceof ActionError ? error.message : String(error);
      runner.warning(`Not cleaned up: ${nameOf(step)}. ${why}`);
      isWhole = false;
    }
  }
  return isWhole;
}

async function undoStep(runner: Runner, step: UndoStep): Promise<void> {
  switch (step.kind) {
    case 'environment':
      runner.exportVariables(new Map(Object.entries(step.before)));
      break;
    case 'section': {
      // Loaded only for a profile: it brings node:crypto, which would be the most that `post` does.
      const { restoreSection } = await import('./profile-section.js');
      restoreSection(step);
      break;
    }
    case 'refresh':
      removeState(step);
      break;
    case 'endpoint': {
      // It brings node:net, which no other step needs.
      const { endEndpoint } = await import('./endpoint.js');
      await endEndpoint(step);
      break;
    }
    case 'record':
      rmSync(step.file, { force: true });
      break;
  }
}

function nameOf(step: UndoStep): string {
  if (step.kind === 'environment') return 'the environment';
  return 'directory' in step ? step.directory : step.file;
}
