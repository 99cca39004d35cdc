// Makes a fresh clone ready: installs what the lock file names, once, and says so. Needs only Node and npm.
import { execSync } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const stamp = join(root, 'node_modules', '.installed-lock.json');

function isInstalled() {
  try {
    return (
      statSync(stamp).isFile() &&
      readFileSync(stamp, 'utf8') === readFileSync(join(root, 'package-lock.json'), 'utf8')
    );
  } catch {
    return false;
  }
}

if (!isInstalled()) {
  console.error('Installing the dependencies (npm ci) …');
  execSync('npm ci --ignore-scripts --no-audit --no-fund --loglevel=error', {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  writeFileSync(stamp, readFileSync(join(root, 'package-lock.json'), 'utf8'));
}
