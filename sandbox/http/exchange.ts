import { randomUUID } from 'node:crypto';
import { errorReply } from '../aws/sts/xml.js';
import type { Faults, Strike } from './faults.js';
import type { Call, Delivery, Reply } from './loopback.js';
import type { OpenRecord, Recorder, Service } from './recorder.js';

/** What a service needs to serve a call under faults and on the record. */
export interface Exchange {
  readonly faults: Faults;
  readonly recorder: Recorder;
}

const CONTENT_TYPES: Readonly<Record<Service, string>> = {
  sts: 'text/xml',
  token: 'application/json; charset=utf-8',
  cognito: 'application/x-amz-json-1.1',
};

/**
 * Serves one call: records it, waits out the latency, lets a fault strike, and otherwise answers.
 * The record's status is what was delivered.
 */
export async function exchange(
  { faults, recorder }: Exchange,
  described: {
    readonly service: Service;
    readonly action: string;
    readonly params: Readonly<Record<string, string>>;
  },
  call: Call,
  answer: (entry: OpenRecord) => Promise<Reply>,
): Promise<Delivery> {
  const { service, action } = described;
  const entry = recorder.open({ ...described, method: call.method, url: call.url, headers: call.headers });
  await faults.delay(service, action);
  const strike = faults.take(service, action);
  const delivery = await strikeOrAnswer(service, strike, () => answer(entry));
  if (delivery.how === 'answer' || delivery.how === 'half') entry.status = delivery.reply.status;
  recorder.close(entry);
  return delivery;
}

async function strikeOrAnswer(
  service: Service,
  strike: Strike | undefined,
  answer: () => Promise<Reply>,
): Promise<Delivery> {
  if (strike === undefined) return { how: 'answer', reply: await answer() };
  switch (strike.kind) {
    case 'reset':
    case 'hang':
      return { how: strike.kind };
    case 'hang-body':
      return { how: 'half', reply: await answer() };
    default:
      return { how: 'answer', reply: strikeReply(service, strike) };
  }
}

function strikeReply(
  service: Service,
  strike: Exclude<Strike, { kind: 'reset' | 'hang' | 'hang-body' }>,
): Reply {
  switch (strike.kind) {
    case 'throttle': {
      const headers =
        strike.retryAfterSeconds === undefined ? {} : { 'retry-after': String(strike.retryAfterSeconds) };
      const reply = throttled(service);
      return { ...reply, headers: { ...reply.headers, ...headers } };
    }
    case 'error':
      return serviceError(service, strike.status, strike.code, strike.message);
    case 'idp-communication-error':
      return serviceError(
        service,
        400,
        service === 'cognito' ? 'ExternalServiceException' : 'IDPCommunicationError',
        'Unable to communicate with the identity provider',
      );
    case 'status':
      return { status: strike.status, headers: strike.headers ?? {}, body: strike.body ?? '' };
    case 'garbage':
      return {
        status: 200,
        headers: { 'content-type': 'text/html' },
        body: '<!doctype html><html><body><h1>It works!</h1></body></html>',
      };
    case 'answer': {
      return { status: 200, headers: { 'content-type': CONTENT_TYPES[service] }, body: strike.body };
    }
  }
}

function throttled(service: Service): Reply {
  switch (service) {
    case 'sts':
      return serviceError(service, 400, 'Throttling', 'Rate exceeded');
    case 'cognito':
      return serviceError(service, 400, 'TooManyRequestsException', 'Rate exceeded');
    case 'token':
      return serviceError(service, 429, 'Throttling', 'Rate exceeded');
  }
}

function serviceError(service: Service, status: number, code: string, message: string): Reply {
  if (service === 'sts') return errorReply({ status, code, message }, randomUUID());
  const body = service === 'cognito' ? { __type: code, message } : { typeKey: code, message };
  return { status, headers: { 'content-type': CONTENT_TYPES[service] }, body: JSON.stringify(body) };
}
