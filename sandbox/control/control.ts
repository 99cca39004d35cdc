import type { CloudTrailEvent } from '../aws/cloudtrail/event.js';
import { jsonLines } from '../aws/cloudtrail/trail.js';
import { type JsonObject, optionalObjectAt, textAt } from '../core/json.js';
import type { Run } from '../github/run.js';
import type { Fault, Faults } from '../http/faults.js';
import type { Call, Reply } from '../http/loopback.js';
import { type Recorder, SERVICES, type Service } from '../http/recorder.js';
import { parseFault } from './fault-json.js';
import { parseRun } from './run-json.js';

/** What a tool in another process may do to the sandbox. */
export interface Controls {
  readonly faults: Faults;
  readonly recorder: Recorder;
  readonly trail: readonly CloudTrailEvent[];
  environment(run: Run): Record<string, string>;
  mfaCode(serial: string): string;
  samlAssertion(): Promise<string>;
  serviceAccountToken(): Promise<string>;
}

/** The paths under which STS's port takes orders; they are not recorded and no fault strikes them. */
export const CONTROL_PREFIX = '/_sandbox/';

/**
 * Takes an order: `GET requests` lists what came in, `GET trail` CloudTrail's events as lines of JSON, `POST faults` `{service, fault, action?}` adds a fault,
 * `DELETE faults` clears them, `POST environment` with a run gives a job's environment, `POST mfa-code` `{serial}`
 * a code, `POST saml-assertion` and `POST service-account-token` one of these. 400 with a reason for anything
 * malformed.
 */
export async function serveControl(controls: Controls, call: Call): Promise<Reply> {
  const order = `${call.method} ${call.path.slice(CONTROL_PREFIX.length)}`;
  try {
    switch (order) {
      case 'GET requests':
        return json(200, controls.recorder.requests);
      case 'GET trail':
        return {
          status: 200,
          headers: { 'content-type': 'application/x-ndjson' },
          body: jsonLines(controls.trail),
        };
      case 'POST faults': {
        const { service, fault, action } = parseFaultOrder(call.body);
        controls.faults.add(service, fault, action);
        return json(200, { added: fault.kind });
      }
      case 'DELETE faults':
        controls.faults.clear();
        return json(200, { cleared: true });
      case 'POST environment':
        return json(200, controls.environment(parseRun(parse(call.body))));
      case 'POST mfa-code':
        return json(200, { code: controls.mfaCode(textAt(parse(call.body).serial, 'serial')) });
      case 'POST saml-assertion':
        return json(200, { assertion: await controls.samlAssertion() });
      case 'POST service-account-token':
        return json(200, { token: await controls.serviceAccountToken() });
      default:
        return json(404, { message: `The sandbox does not know "${order}"` });
    }
  } catch (error) {
    return json(400, { message: error instanceof Error ? error.message : String(error) });
  }
}

interface FaultOrder {
  readonly service: Service;
  readonly fault: Fault;
  readonly action?: string;
}

function parseFaultOrder(body: Buffer): FaultOrder {
  const order = parse(body);
  const { service, action } = order;
  const known = SERVICES.find((one) => one === service);
  if (known === undefined) throw new Error(`service must be one of ${SERVICES.join(', ')}`);
  const fault = parseFault(order.fault);
  return action === undefined
    ? { service: known, fault }
    : { service: known, fault, action: textAt(action, 'action') };
}

function parse(body: Buffer): JsonObject {
  const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
  return optionalObjectAt(parsed, 'the order');
}

function json(status: number, body: unknown): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
  };
}
