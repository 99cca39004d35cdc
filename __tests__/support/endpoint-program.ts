import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Runner } from '../../src/platform/runner.js';
import { temporaryDirectory } from './files.js';

/** What a step is started as, with this for the program of its credential endpoint. */
export function endpointProgram(code: string): Runner['program'] {
  const dist = temporaryDirectory();
  mkdirSync(join(dist, 'credential-endpoint'));
  writeFileSync(join(dist, 'credential-endpoint', 'index.js'), code);
  return { node: process.execPath, script: join(dist, 'main', 'index.js') };
}
