import { setTimeout as sleep } from 'node:timers/promises';
import type { Service } from './recorder.js';

interface Times {
  /** How many requests it strikes; 1 unless said. `Infinity` lasts until the faults are cleared. */
  readonly times?: number;
}

/** Something that goes wrong on command. */
export type Fault =
  /** Every answer comes this much later, until the faults are cleared. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** STS: 400 Throttling; the token service: 429; Cognito: 400 TooManyRequestsException. */
  | ({ readonly kind: 'throttle'; readonly retryAfterSeconds?: number } & Times)
  /** An error in the service's own form: XML from STS, JSON from the others. */
  | ({
      readonly kind: 'error';
      readonly status: number;
      readonly code: string;
      readonly message: string;
    } & Times)
  /** Any status with any body, as a proxy or a load balancer gives. */
  | ({
      readonly kind: 'status';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    } & Times)
  /** The connection is reset instead of an answer. */
  | ({ readonly kind: 'reset' } & Times)
  /** The request is accepted and never answered. */
  | ({ readonly kind: 'hang' } & Times)
  /** The real answer's headers and half its body, then nothing. */
  | ({ readonly kind: 'hang-body' } & Times)
  /** 200 with an HTML page. */
  | ({ readonly kind: 'garbage' } & Times)
  /** The identity provider could not be reached: 400 IDPCommunicationError, at Cognito ExternalServiceException. */
  | ({ readonly kind: 'idp-communication-error' } & Times)
  /** 200 with exactly this body. */
  | ({ readonly kind: 'answer'; readonly body: string } & Times);

/** A fault that takes the place of the answer, or spoils it. */
export type Strike = Exclude<Fault, { kind: 'latency' }>;

interface Armed {
  readonly service: Service;
  readonly action: string | undefined;
  readonly fault: Strike;
  left: number;
}

/** The faults that wait for requests. They strike in the order in which they were added. */
export class Faults {
  #armed: Armed[] = [];
  #latencies: { readonly service: Service; readonly action: string | undefined; readonly ms: number }[] = [];

  /**
   * Adds a fault for a service, or for one action of it. Without an action it strikes any call to STS
   * or Cognito, and of the token service's requests only `GET /token`: discovery and key sets are not for the
   * client.
   */
  add(service: Service, fault: Fault, action?: string): void {
    if (fault.kind === 'latency') this.#latencies.push({ service, action, ms: fault.ms });
    else this.#armed.push({ service, action, fault, left: fault.times ?? 1 });
  }

  /** Forgets all faults. */
  clear(): void {
    this.#armed = [];
    this.#latencies = [];
  }

  /** Waits out the latency that is set for this request. */
  async delay(service: Service, action: string): Promise<void> {
    const ms = this.#latencies
      .filter((item) => matches(item, service, action))
      .reduce((sum, item) => sum + item.ms, 0);
    // Not holding the process: the listening server does, and closing it must let the process go.
    if (ms > 0) await sleep(ms, undefined, { ref: false });
  }

  /** The fault that strikes this request, if any; it is used up by one. */
  take(service: Service, action: string): Strike | undefined {
    const hit = this.#armed.find((item) => item.left > 0 && matches(item, service, action));
    if (hit === undefined) return undefined;
    hit.left -= 1;
    return hit.fault;
  }
}

function matches(
  armed: { readonly service: Service; readonly action: string | undefined },
  service: Service,
  action: string,
): boolean {
  if (armed.service !== service) return false;
  if (armed.action !== undefined) return armed.action === action;
  return service === 'token' ? action === 'GET /token' : action !== 'discovery' && action !== 'jwks';
}
