import { rmSync } from 'node:fs';
import { ActionError } from '../core/errors.js';
import { isRecord } from '../core/json.js';
import type { Runner } from '../platform/runner.js';
import { removeState } from './refresh-state.js';
import { STATE, type UndoStep } from './undo-record.js';

/**
 * The steps saved by this action's `main`; none when it did nothing, or was never run.
 * @throws Error when the record is not one of ours; the message does not repeat it, since it may hold secrets
 */
export function loadUndoRecord(runner: Runner): readonly UndoStep[] {
  const saved = runner.state(STATE);
  return saved === '' ? [] : parseRecord(saved);
}

/** @throws Error when the text is not a record of ours; the message does not repeat it, since it may hold secrets */
export function parseRecord(text: string): readonly UndoStep[] {
  const steps = parseJson(text);
  if (!Array.isArray(steps) || !steps.every(isUndoStep)) throw new Error('The undo record is damaged.');
  return steps;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isUndoStep(value: unknown): value is UndoStep {
  if (!isRecord(value)) return false;
  switch (value['kind']) {
    case 'environment':
      return (
        isRecord(value['before']) && Object.values(value['before']).every((text) => typeof text === 'string')
      );
    case 'section':
      return (
        ['file', 'section', 'separator'].every((name) => typeof value[name] === 'string') &&
        (value['before'] === null || typeof value['before'] === 'string') &&
        Array.isArray(value['written']) &&
        value['written'].every((digest) => typeof digest === 'string') &&
        typeof value['madeFile'] === 'boolean' &&
        Number.isInteger(value['madeDirectories'])
      );
    case 'refresh':
    case 'endpoint':
      return typeof value['directory'] === 'string';
    case 'record':
      return typeof value['file'] === 'string';
    default:
      return false;
  }
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
