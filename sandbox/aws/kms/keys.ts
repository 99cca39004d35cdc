import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { Account } from '../accounts/accounts.js';
import { KmsError } from './errors.js';

/** A symmetric key. */
export interface Key {
  readonly id: string;
  readonly arn: string;
  readonly account: Account;
  readonly region: string;
  readonly description: string;
  readonly material: Buffer;
  readonly createdAt: number;
  policy: { readonly text: string; readonly parsed: NamedPolicy };
  /** When it will be deleted, in milliseconds since the epoch; undefined while nobody has scheduled that. */
  deletionAt: number | undefined;
}

/** All keys, by ARN. */
export type Keys = Map<string, Key>;

export type EncryptionContext = ReadonlyMap<string, string>;

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** A ciphertext names its key, so that Decrypt need not be told, and holds only with its encryption context. */
export function seal(key: Key, plaintext: Buffer, context: EncryptionContext): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.material, nonce).setAAD(aad(context));
  const content = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const arn = Buffer.from(key.arn);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(arn.length);
  return Buffer.concat([length, arn, nonce, cipher.getAuthTag(), content]);
}

/** The ARN of the key of a ciphertext; undefined for what none of the sandbox's keys has made. */
export function keyArnOf(ciphertext: Buffer): string | undefined {
  if (ciphertext.length < 2) return undefined;
  return ciphertext.toString('utf8', 2, 2 + ciphertext.readUInt16BE(0));
}

/** Throws InvalidCiphertextException (400) for a ciphertext that was changed, or that has another context. */
export function unseal(key: Key, ciphertext: Buffer, context: EncryptionContext): Buffer {
  const from = 2 + ciphertext.readUInt16BE(0);
  const content = from + NONCE_BYTES + TAG_BYTES;
  try {
    const decipher = createDecipheriv(CIPHER, key.material, ciphertext.subarray(from, from + NONCE_BYTES))
      .setAAD(aad(context))
      .setAuthTag(ciphertext.subarray(from + NONCE_BYTES, content));
    return Buffer.concat([decipher.update(ciphertext.subarray(content)), decipher.final()]);
  } catch {
    throw new KmsError('InvalidCiphertextException', '');
  }
}

function aad(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify([...context].sort(([one], [other]) => (one < other ? -1 : 1))));
}
