import type { Call } from '../../http/loopback.js';
import { checkChecksums } from './checksums.js';
import { invalidRequest, notInTheSandbox, S3Error } from './errors.js';

const TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/** Whether `x-amz-content-sha256` is not a hash of the body, so that the signature does not cover it. */
export function isUnsignedPayload(bodyHash: string): boolean {
  return bodyHash === 'UNSIGNED-PAYLOAD' || bodyHash === TRAILER;
}

/** Refuses what S3 refuses before it looks at the signature, and chunks that are signed one by one. */
export function checkPayloadHeader({ headers }: Call): void {
  const hash = headers['x-amz-content-sha256'];
  if (hash === undefined) {
    throw invalidRequest('Missing required header for this request: x-amz-content-sha256');
  }
  if (hash.startsWith('STREAMING-') && hash !== TRAILER)
    throw notInTheSandbox(`chunked uploads with ${hash}`);
}

/**
 * The body of an upload, taken out of its chunks where it came in chunks, and checked against its checksums. Throws
 * IncompleteBody, InvalidRequest or BadDigest (400).
 */
export function readPayload({ headers, body }: Call): Buffer {
  if (headers['x-amz-content-sha256'] !== TRAILER) {
    checkChecksums(body, headers);
    return body;
  }
  const { content, trailers } = readChunks(body);
  if (String(content.length) !== headers['x-amz-decoded-content-length']) {
    const message = 'You did not provide the number of bytes specified by the Content-Length HTTP header';
    throw new S3Error(400, 'IncompleteBody', message);
  }
  const promised = headers['x-amz-trailer'];
  if (promised !== undefined && trailers[promised.toLowerCase()] === undefined) {
    throw new S3Error(
      400,
      'MalformedTrailerError',
      'The request contained trailing data that was not well-formed',
    );
  }
  checkChecksums(content, { ...headers, ...trailers });
  return content;
}

// docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html: `SIZE\r\n…\r\n` for each chunk, the last of
// size 0, then the trailers as lines, then an empty line.
function readChunks(body: Buffer): {
  readonly content: Buffer;
  readonly trailers: Readonly<Record<string, string>>;
} {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const size = /^([0-9a-f]{1,8})$/i.exec(body.toString('latin1', at, Math.max(end, at)))?.[1];
    if (end < 0 || size === undefined) throw invalidRequest('The chunks of the body are not well-formed');
    const length = Number.parseInt(size, 16);
    at = end + 2;
    if (length === 0) break;
    chunks.push(body.subarray(at, at + length));
    at += length + 2;
  }
  const lines = body.toString('latin1', at).split('\r\n');
  const trailers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]];
  });
  return { content: Buffer.concat(chunks), trailers: Object.fromEntries(trailers) };
}
