import { rmdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { readPrivateFile, writePrivateFile } from './aws-files/file.js';
import { putSection, removeSection } from './aws-files/sections.js';
import { ActionError } from './errors.js';
import type { Runner } from './runner.js';

/** Variables of the job and the values they had before; an empty value stands for none. */
export interface EnvironmentStep {
  readonly kind: 'environment';
  readonly before: Readonly<Record<string, string>>;
}

/** A section that was put into one of AWS's shared files. */
export interface SectionStep {
  readonly kind: 'section';
  readonly file: string;
  readonly section: string;
  /** The section's text before, or null when it did not exist. */
  readonly before: string | null;
  /** What was put between the old end of the file and the section. */
  readonly separator: string;
  /** The file did not exist. */
  readonly madeFile: boolean;
  /** The file's directory did not exist. */
  readonly madeDirectory: boolean;
}

/** One thing the step is about to do to the job, with all that taking it back needs. */
export type UndoStep = EnvironmentStep | SectionStep;

const STATE = 'undo';

/** Writes down what is about to be done, before it is done: `post` knows nothing else. */
export function saveUndoRecord(runner: Runner, steps: readonly UndoStep[]): void {
  runner.saveState(STATE, JSON.stringify(steps));
}

/**
 * The steps saved by this action's `main`; none when it did nothing, or was never run.
 * @throws Error when the record is not one of ours; the message does not repeat it, since it may hold secrets
 */
export function loadUndoRecord(runner: Runner): readonly UndoStep[] {
  const saved = runner.state(STATE);
  if (saved === '') return [];
  const steps = parseJson(saved);
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
  if (value['kind'] === 'environment') {
    return (
      isRecord(value['before']) && Object.values(value['before']).every((text) => typeof text === 'string')
    );
  }
  const texts = [value['file'], value['section'], value['separator'], value['before'] ?? ''];
  const flags = [value['madeFile'], value['madeDirectory']];
  return (
    value['kind'] === 'section' &&
    texts.every((text) => typeof text === 'string') &&
    flags.every((flag) => typeof flag === 'boolean')
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/**
 * Takes the steps back, last first. One that cannot be taken back is a warning and does not keep the others from it.
 * Doing it twice does no harm.
 */
export function undo(runner: Runner, steps: readonly UndoStep[]): void {
  for (const step of steps.toReversed()) {
    try {
      if (step.kind === 'environment') restoreVariables(runner, step);
      else restoreSection(step);
    } catch (error) {
      const why = error instanceof ActionError ? error.message : String(error);
      runner.warning(`Not cleaned up: ${step.kind === 'section' ? step.file : 'the environment'}. ${why}`);
    }
  }
}

function restoreVariables(runner: Runner, step: EnvironmentStep): void {
  runner.exportVariables(new Map(Object.entries(step.before)));
}

/** Puts a section back to what it was, leaving whatever else has been written to the file since. */
export function restoreSection(step: SectionStep): void {
  const text = readPrivateFile(step.file);
  if (text !== undefined) {
    const restored =
      step.before === null
        ? removeSection(text, step.section, step.separator)
        : putSection(text, step.section, step.before);
    if (restored === '' && step.madeFile) rmSync(step.file);
    else if (restored !== text) writePrivateFile(step.file, restored);
  }
  if (step.madeDirectory) removeIfEmpty(dirname(step.file));
}

function removeIfEmpty(directory: string): void {
  try {
    rmdirSync(directory);
  } catch {
    // Somebody else's files are in it, or it is gone already: not ours to touch.
  }
}
