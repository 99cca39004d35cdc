import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../sandbox/aws/sts/sha256.js';
import type { Keys } from './client.js';

/** A request to a service of AWS. */
export interface WireRequest {
  readonly service: 'cloudtrail' | 'iam' | 'kms' | 's3';
  readonly method: string;
  /** Encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** What came back. */
export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** Signs a request with the signer of the AWS SDK, and sends it. */
export async function sendSigned(
  endpoint: string,
  region: string,
  keys: Keys,
  { service, method, path, query = {}, headers = {}, body = '' }: WireRequest,
): Promise<WireAnswer> {
  const { host, hostname, port } = new URL(endpoint);
  const signer = new SignatureV4({
    credentials: keys,
    region,
    service,
    sha256: Sha256,
    // S3 signs the path as it is, and wants the hash of the body among the headers.
    uriEscapePath: service !== 's3',
    applyChecksum: service === 's3',
  });
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    port: Number(port),
    path,
    query: { ...query },
    headers: { host, ...headers },
    body,
  });
  const { host: _, ...sent } = signed.headers;
  const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
  const hasBody = method !== 'GET' && method !== 'HEAD' && body.length > 0;
  const response = await fetch(`${endpoint}${path}${search === '' ? '' : `?${search}`}`, {
    method,
    headers: sent,
    ...(hasBody && { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  };
}
