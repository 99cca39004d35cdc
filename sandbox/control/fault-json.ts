import { type JsonObject, objectAt, optionalIntegerAt, optionalObjectAt, textAt } from '../core/json.js';
import type { Fault } from '../http/faults.js';

/** Reads a fault that another process sent. Throws an Error naming what is wrong. */
export function parseFault(value: unknown): Fault {
  const fault = objectAt(value, 'fault');
  const times = optionalIntegerAt(fault.times, 'fault.times');
  const often = times === undefined ? {} : { times };
  const { kind } = fault;
  switch (kind) {
    case 'latency':
      return { kind, ms: integerAt(fault, 'ms') };
    case 'throttle': {
      const retryAfterSeconds = optionalIntegerAt(fault.retryAfterSeconds, 'fault.retryAfterSeconds');
      return { kind, ...often, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) };
    }
    case 'error': {
      const [code, message] = [textAt(fault.code, 'fault.code'), textAt(fault.message, 'fault.message')];
      return { kind, status: integerAt(fault, 'status'), code, message, ...often };
    }
    case 'status': {
      const headers = Object.entries(optionalObjectAt(fault.headers, 'fault.headers')).map(([name, text]) => [
        name,
        textAt(text, `fault.headers.${name}`),
      ]);
      const body = textAt(fault.body ?? '', 'fault.body');
      return {
        kind,
        status: integerAt(fault, 'status'),
        body,
        headers: Object.fromEntries(headers),
        ...often,
      };
    }
    case 'answer':
      return { kind, body: textAt(fault.body, 'fault.body'), ...often };
    case 'reset':
    case 'hang':
    case 'hang-body':
    case 'garbage':
    case 'idp-communication-error':
      return { kind, ...often };
    default:
      throw new Error(`fault.kind "${String(kind)}" is not known`);
  }
}

function integerAt(fault: JsonObject, name: string): number {
  const value = optionalIntegerAt(fault[name], `fault.${name}`);
  if (value === undefined) throw new Error(`fault.${name} is missing`);
  return value;
}
