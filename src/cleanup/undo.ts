import { rmSync } from 'node:fs';
import { ActionError } from '../core/errors.js';
import { isRecord } from '../core/json.js';
import { quote } from '../core/text.js';
import type { Runner } from '../platform/runner.js';
import type { EndpointStep } from './endpoint.js';
import type { SectionStep } from './profile-section.js';
import { type RefreshStep, removeState } from './refresh-state.js';

/** Variables of the job and the values they had before; an empty value stands for none. */
export interface EnvironmentStep {
  readonly kind: 'environment';
  readonly before: Readonly<Record<string, string>>;
}

/** The file that tells later steps of the job what this one did. */
export interface RecordStep {
  readonly kind: 'record';
  readonly file: string;
}

/** One thing the step is about to do to the job, with all that taking it back needs. */
export type UndoStep = EnvironmentStep | SectionStep | RefreshStep | EndpointStep | RecordStep;

const STATE = 'undo';

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
  return step.kind === 'environment' ? 'the values of the AWS_ variables' : quote(nameOf(step));
}

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
