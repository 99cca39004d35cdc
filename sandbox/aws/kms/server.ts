import { randomUUID } from 'node:crypto';
import { type JsonObject, objectAt } from '../../core/json.js';
import { type Exchange, exchange } from '../../http/exchange.js';
import type { Call, Delivery, Reply } from '../../http/loopback.js';
import type { OpenRecord } from '../../http/recorder.js';
import { readSignedCall } from '../services/signed-call.js';
import { StsError } from '../sts/errors.js';
import { STRICT_RULES } from '../sts/signature.js';
import { KmsError } from './errors.js';
import { KMS_OPERATIONS, type KmsState } from './operations.js';

const TARGET = 'TrentService.';
const RULES = { service: 'kms', ...STRICT_RULES } as const;

/** Serves one call to KMS's JSON API. Whatever comes in, an answer in AWS's form goes out. */
export function serveKms(state: KmsState, wires: Exchange, call: Call): Promise<Delivery> {
  const target = call.headers['x-amz-target'] ?? '';
  const action = target.startsWith(TARGET) ? target.slice(TARGET.length) : 'unknown';
  // What is encrypted does not go on the record.
  return exchange(wires, { service: 'kms', action, params: {} }, call, (entry) =>
    answer(state, action, call, entry),
  );
}

async function answer(state: KmsState, action: string, call: Call, entry: OpenRecord): Promise<Reply> {
  try {
    const signed = await readSignedCall(state, call, RULES, entry);
    const operation = Object.hasOwn(KMS_OPERATIONS, action) ? KMS_OPERATIONS[action] : undefined;
    if (operation === undefined) {
      throw new KmsError('UnknownOperationException', `The sandbox's KMS does not have ${action}`);
    }
    return json(200, operation({ state, signed, input: readInput(call.body) }));
  } catch (error) {
    if (error instanceof StsError) return failure(inWordsOfKms(error));
    if (error instanceof KmsError) return failure(error);
    const message = `The sandbox failed: ${error instanceof Error ? error.message : String(error)}`;
    return failure(new KmsError('KMSInternalException', message, 500));
  }
}

function readInput(body: Buffer): JsonObject {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8') || '{}');
    return objectAt(parsed, 'the request');
  } catch {
    throw new KmsError('SerializationException', '');
  }
}

// docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html: other names than STS's for the same.
function inWordsOfKms({ code, message }: StsError): KmsError {
  switch (code) {
    case 'MissingAuthenticationToken':
      return new KmsError('MissingAuthenticationTokenException', 'Missing Authentication Token');
    case 'InvalidClientTokenId':
      return new KmsError('UnrecognizedClientException', message);
    case 'ExpiredToken':
      return new KmsError('ExpiredTokenException', message);
    case 'IncompleteSignature':
      return new KmsError('IncompleteSignatureException', message);
    default:
      return new KmsError('InvalidSignatureException', message);
  }
}

function failure({ type, message, status }: KmsError): Reply {
  return json(status, { __type: type, message });
}

function json(status: number, body: object): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() };
  return { status, headers, body: JSON.stringify(body) };
}
