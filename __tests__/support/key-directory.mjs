import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory for the keys that the test files of this run share. It goes when jest ends. */
export default function makeKeyDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'test-keys-'));
  process.env['TEST_KEY_DIRECTORY'] = directory;
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
}
