import type { Clock } from '../core/clock.js';
import { ActionError } from '../core/errors.js';
import type { HttpResponse } from '../platform/http.js';
import type { Hop } from './hop.js';

/** One request to STS, for the record of the step. */
export interface StsCall {
  /** Such as `AssumeRole`. */
  readonly operation: string;
  readonly host: string;
  readonly region: string;
  /** When it was sent, by this machine's clock, in milliseconds since the epoch. */
  readonly startMs: number;
  /** What it asked for, as it was sent; undefined where no role was to be assumed. */
  readonly hop: Hop | undefined;
  /** What CloudTrail calls `requestID`; undefined where no answer gave one. */
  readonly requestId: string | undefined;
  /** AWS's code, or the action's own where no answer of STS came; undefined where it succeeded. */
  readonly error: string | undefined;
}

/** Where calls are put down, in order. */
export type CallLog = (call: StsCall) => void;

/** What is known of a call before it is sent. */
export type PlannedCall = Pick<StsCall, 'operation' | 'host' | 'region' | 'hop'>;

/**
 * Does what `work` does, and puts down how it went.
 * @param work gets a function that takes in the answer
 */
export async function logged<T>(
  log: CallLog,
  clock: Pick<Clock, 'now'>,
  planned: PlannedCall,
  work: (answered: (answer: HttpResponse) => void) => Promise<T>,
): Promise<T> {
  const startMs = clock.now();
  let requestId: string | undefined;
  let failure: string | undefined;
  try {
    return await work((answer) => {
      requestId = requestIdOf(answer);
    });
  } catch (error) {
    failure = error instanceof ActionError ? (error.awsCode ?? error.code) : 'INTERNAL';
    throw error;
  } finally {
    log({ ...planned, startMs, requestId, error: failure });
  }
}

/** In a header with AWS; other servers may have it in the answer alone. */
function requestIdOf({ headers, body }: HttpResponse): string | undefined {
  const text = headers['x-amzn-requestid'] ?? /<RequestId>([^<]*)</.exec(body.toString('latin1'))?.[1];
  return text !== undefined && /^[\w.:/+=-]{1,128}$/.test(text) ? text : undefined;
}
