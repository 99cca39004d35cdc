import { randomUUID } from 'node:crypto';
import type { Exchange } from '../../http/exchange.js';
import { type Call, type Delivery, type LoopbackServer, listen, type Reply } from '../../http/loopback.js';
import { serveCloudTrail } from '../cloudtrail/server.js';
import type { IamState } from '../iam/operation.js';
import { serveIam } from '../iam/server.js';
import type { KmsState } from '../kms/operations.js';
import { serveKms } from '../kms/server.js';
import type { S3State } from '../s3/request.js';
import { serveS3 } from '../s3/server.js';
import type { StsState } from '../sts/assume-role.js';
import { serveSts } from '../sts/server.js';
import { errorReply } from '../sts/xml.js';

/** What all services work on. */
export type AllServices = Omit<StsState, 'directory'> & IamState & S3State & KmsState;

/** Starts a server of all services, for `AWS_ENDPOINT_URL` and `--endpoint-url`. Rejects where the port is taken. */
export function listenServices(port: number, state: AllServices, wires: Exchange): Promise<LoopbackServer> {
  return listen(port, (call) => serve(state, wires, call));
}

async function serve(state: AllServices, wires: Exchange, call: Call): Promise<Delivery> {
  const service = serviceOf(call);
  switch (service) {
    case 'sts':
      return serveSts(state, wires, call);
    case 'iam':
      return serveIam(state, wires, call);
    case 'kms':
      return serveKms(state, wires, call);
    case 'cloudtrail':
      return serveCloudTrail(state, wires, call);
    case 's3':
      return serveS3(state, wires, call);
    default: {
      const message = `The sandbox has STS, IAM, S3, KMS and CloudTrail, and no ${service}.`;
      return { how: 'answer', reply: notImplemented(message, call) };
    }
  }
}

/** In the form that the client is likely to read. */
function notImplemented(message: string, { headers }: Call): Reply {
  const contentType = headers['content-type'] ?? '';
  if (!contentType.includes('json')) {
    return errorReply({ status: 501, code: 'NotImplemented', message }, randomUUID());
  }
  const body = JSON.stringify({ __type: 'NotImplemented', message });
  return { status: 501, headers: { 'content-type': contentType }, body };
}

/** The service that was signed for; where nobody has signed, the one that the request looks like. */
function serviceOf({ headers, body, path }: Call): string {
  const scope = /Credential=[^/,]*\/\d{8}\/[^/,]*\/([^/,]+)\//.exec(headers.authorization ?? '')?.[1];
  if (scope !== undefined) return scope;
  if (headers['x-amz-target'] !== undefined) return 'kms';
  const version = new URLSearchParams(body.toString('latin1')).get('Version');
  if (version === '2010-05-08') return 'iam';
  return version !== null || (path === '/' && body.length > 0) ? 'sts' : 's3';
}
