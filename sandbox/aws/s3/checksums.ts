import { createHash } from 'node:crypto';
import { S3Error } from './errors.js';

/** Reflected CRCs by the size in bits and the polynomial with its bits reversed. */
const CRCS: Readonly<Record<string, { readonly bits: number; readonly polynomial: bigint }>> = {
  crc32: { bits: 32, polynomial: 0xedb88320n },
  crc32c: { bits: 32, polynomial: 0x82f63b78n },
  crc64nvme: { bits: 64, polynomial: 0x9a6c9329ac4bc9b5n },
};
const HASHES = ['sha1', 'sha256'];

/**
 * Checks an upload against the checksums that came with it: `x-amz-checksum-…` headers or trailers, and Content-MD5.
 * Throws BadDigest (400) for one that is wrong.
 */
export function checkChecksums(body: Buffer, fields: Readonly<Record<string, string>>): void {
  const md5 = fields['content-md5'];
  if (md5 !== undefined && createHash('md5').update(body).digest('base64') !== md5) {
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  for (const [name, value] of Object.entries(fields)) {
    const algorithm = /^x-amz-checksum-(?!algorithm$|type$|mode$)(.+)$/.exec(name)?.[1];
    if (algorithm === undefined || checksum(algorithm, body) === value) continue;
    const label = algorithm.toUpperCase();
    throw new S3Error(400, 'BadDigest', `The ${label} you specified did not match the calculated checksum.`);
  }
}

/** A checksum as S3 writes it, in base64. Throws InvalidRequest (400) for an algorithm that S3 does not have. */
export function checksum(algorithm: string, body: Buffer): string {
  if (HASHES.includes(algorithm)) return createHash(algorithm).update(body).digest('base64');
  const crc = Object.hasOwn(CRCS, algorithm) ? CRCS[algorithm] : undefined;
  if (crc === undefined) {
    throw new S3Error(400, 'InvalidRequest', `Checksum algorithm ${algorithm} is not supported.`);
  }
  const { bits, polynomial } = crc;
  const bytes = Buffer.alloc(bits / 8);
  const value = reflectedCrc(body, bits, polynomial);
  if (bits === 64) bytes.writeBigUInt64BE(value);
  else bytes.writeUInt32BE(Number(value));
  return bytes.toString('base64');
}

function reflectedCrc(body: Buffer, bits: number, polynomial: bigint): bigint {
  const table = Array.from({ length: 256 }, (_, index) => {
    let entry = BigInt(index);
    for (let bit = 0; bit < 8; bit++) entry = (entry & 1n) === 1n ? (entry >> 1n) ^ polynomial : entry >> 1n;
    return entry;
  });
  const ones = (1n << BigInt(bits)) - 1n;
  let crc = ones;
  for (const byte of body) crc = (table[Number((crc ^ BigInt(byte)) & 0xffn)] ?? 0n) ^ (crc >> 8n);
  return crc ^ ones;
}
