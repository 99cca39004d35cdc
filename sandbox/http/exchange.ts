import { randomUUID } from 'node:crypto';
import { s3ErrorReply } from '../aws/s3/xml.js';
import { errorReply, IAM_NAMESPACE } from '../aws/sts/xml.js';
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
  iam: 'text/xml',
  s3: 'application/xml',
  kms: 'application/x-amz-json-1.1',
  cloudtrail: 'application/x-amz-json-1.1',
};

const THROTTLED: Readonly<Record<Service, readonly [status: number, code: string]>> = {
  sts: [400, 'Throttling'],
  token: [429, 'Throttling'],
  cognito: [400, 'TooManyRequestsException'],
  iam: [400, 'Throttling'],
  s3: [503, 'SlowDown'],
  kms: [400, 'ThrottlingException'],
  cloudtrail: [400, 'ThrottlingException'],
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
  const [status, code] = THROTTLED[service];
  return serviceError(service, status, code, 'Rate exceeded');
}

function serviceError(service: Service, status: number, code: string, message: string): Reply {
  if (service === 'sts') return errorReply({ status, code, message }, randomUUID());
  if (service === 'iam') return errorReply({ status, code, message }, randomUUID(), IAM_NAMESPACE);
  if (service === 's3') return s3ErrorReply({ status, code, message }, randomUUID());
  const body = service === 'token' ? { typeKey: code, message } : { __type: code, message };
  return { status, headers: { 'content-type': CONTENT_TYPES[service] }, body: JSON.stringify(body) };
}
