import { createPrivateKey, createPublicKey, randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newRsaKeys, type RsaKeys } from '../../sandbox/core/keys.js';

// Read once: while a test runs the action, the environment is that of the job.
const directory = process.env['TEST_KEY_DIRECTORY'];

/**
 * RSA keys by name, made once for all test files of a run: making them takes longer than most tests. Whoever asks for
 * a name first makes them; where two processes do so at the same time, the first one's keys count.
 */
export async function rsaKeys(name: string): Promise<RsaKeys> {
  if (directory === undefined) throw new Error('jest.config.mjs names no directory for keys.');
  const file = join(directory, `${name}.pem`);
  if (!existsSync(file)) await publish(file);
  const privateKey = createPrivateKey(readFileSync(file, 'utf8'));
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

async function publish(file: string): Promise<void> {
  const { privateKey } = await newRsaKeys();
  const own = `${file}.${randomUUID()}`;
  writeFileSync(own, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch {
    // Another process was first: its keys are read.
  }
  rmSync(own);
}
