import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../support/pages.js';

test('the READMEs of infrastructure/ are what the templates and modules make', () => {
  const script = join(ROOT, 'scripts', 'infrastructure-tables.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect([stdout, stderr, status]).toEqual(['', '', 0]);
});
