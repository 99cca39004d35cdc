import { randomUUID } from 'node:crypto';
import { objectAt } from '../../core/json.js';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import { denialReason, readSignedCall, type ServiceState } from '../services/signed-call.js';
import { StsError } from '../sts/errors.js';
import { STRICT_RULES } from '../sts/signature.js';
import { lookUp, readLookup } from './lookup.js';

const TARGET = /^com\.amazonaws\.cloudtrail\.v20131101\.CloudTrail_20131101\.(\w+)$/;
const RULES = { service: 'cloudtrail', ...STRICT_RULES } as const;

/** Serves one call to CloudTrail's JSON API, of which the sandbox has LookupEvents. It records none itself. */
export function serveCloudTrail(state: ServiceState, wires: Exchange, call: Call): Promise<Delivery> {
  const action = TARGET.exec(call.headers['x-amz-target'] ?? '')?.[1] ?? 'unknown';
  return exchange(wires, { service: 'cloudtrail', action, params: {} }, call, (entry) =>
    answer(state, action, call, entry),
  );
}

async function answer(state: ServiceState, action: string, call: Call, entry: OpenRecord): Promise<Reply> {
  try {
    const signed = await readSignedCall(state, call, RULES, entry);
    if (action !== 'LookupEvents') {
      throw new StsError(
        'UnknownOperationException',
        400,
        `The sandbox's CloudTrail does not have ${action}`,
      );
    }
    const { account } = signed.caller.principal;
    const wanted = { action: 'cloudtrail:LookupEvents', resource: '*', account };
    const denied = denialReason(signed, wanted);
    if (denied !== undefined) {
      const message = `User: ${signed.caller.arn} is not authorized to perform: ${wanted.action}${denied}`;
      throw new StsError('AccessDeniedException', 400, message);
    }
    const events = state.trail.events.filter(
      ({ recipientAccountId, awsRegion }) => recipientAccountId === account.id && awsRegion === signed.region,
    );
    return json(200, lookUp(events, readLookup(parse(call.body))));
  } catch (error) {
    if (error instanceof StsError) return json(error.status, { __type: error.code, message: error.message });
    const message = error instanceof Error ? error.message : String(error);
    return json(400, { __type: 'InvalidLookupAttributesException', message });
  }
}

function parse(body: Buffer) {
  const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
  return objectAt(parsed, 'the request');
}

function json(status: number, body: object): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
