import { isRecord } from '../core/json.js';
import type { EndpointStep } from './endpoint.js';
import type { SectionStep } from './profile-section.js';
import type { RefreshStep } from './refresh-state.js';

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

/** The name under which the runner keeps the record. */
export const STATE = 'undo';

/**
 * The steps of a record.
 * @throws Error when the text is not a record of ours; the message does not repeat it, since it may hold secrets
 */
export function readRecord(text: string): readonly UndoStep[] {
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
