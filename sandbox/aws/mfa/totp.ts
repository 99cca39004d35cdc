import { createHmac } from 'node:crypto';

/** How long one code is shown, in seconds (RFC 6238 section 4.1; AWS's virtual devices use the default). */
export const STEP_SECONDS = 30;

const DIGITS = 6;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The 30-second step that a time, in milliseconds since the epoch, falls into. */
export function stepAt(timeMs: number): number {
  return Math.floor(timeMs / 1000 / STEP_SECONDS);
}

/** The code of one step: RFC 6238 with SHA-1 and six digits, on RFC 4226's truncation. */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest.readUInt8(digest.length - 1) & 0x0f;
  const number = digest.readUInt32BE(offset) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** Bytes as base32 text (RFC 4648), without padding. */
export function encodeBase32(bytes: Buffer): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET.charAt(Number.parseInt(group.padEnd(5, '0'), 2))).join('');
}

/** The bytes of a base32 text (RFC 4648), which is how a device's secret is shown. Throws on anything else. */
export function decodeBase32(text: string): Buffer {
  const letters = text.replace(/=+$/, '').toUpperCase();
  if (!/^[A-Z2-7]+$/.test(letters)) throw new Error('A secret of an MFA device is base32 text');
  const bits = Array.from(letters, (letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join(
    '',
  );
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
