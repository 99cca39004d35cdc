// Writes the version of the next release wherever it stands: `node scripts/set-version.mjs X.Y.Z [YYYY-MM-DD]`.
// Afterwards `npm run build`: the user agent has the version, so dist/ changes. The date is today's (UTC) by default.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const [version = '', date = new Date().toISOString().slice(0, 10)] = process.argv.slice(2);

/** Replaces what is there once; a file that has changed its shape is an error. */
function replace(path, pattern, replacement) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  if (!pattern.test(text)) throw new Error(`${path} has no ${pattern}`);
  return [path, text.replace(pattern, () => replacement)];
}

function lockFile() {
  const path = 'package-lock.json';
  const lock = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
  lock.version = version;
  lock.packages[''].version = version;
  return [path, `${JSON.stringify(lock, null, 2)}\n`];
}

/** What was unreleased is this version; where it has a section already, there is nothing to do. */
function changelog() {
  const path = 'CHANGELOG.md';
  const text = readFileSync(join(ROOT, path), 'utf8');
  if (text.includes(`\n## ${version} - `)) return [path, text];
  return replace(path, /^## Unreleased\n(\nThis will be .*\n)?/m, `## ${version} - ${date}\n`);
}

try {
  if (!/^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/.test(version) || !/^\d{4}-\d\d-\d\d$/.test(date))
    throw new Error(
      `got ${JSON.stringify([version, date].join(' '))}; allowed: X.Y.Z, then a date as 2026-12-31`,
    );
  const files = [
    replace('package.json', /^ {2}"version": ".*",$/m, `  "version": "${version}",`),
    lockFile(),
    replace('src/core/version.ts', /VERSION = '.*';/, `VERSION = '${version}';`),
    changelog(),
  ];
  for (const [path, text] of files) writeFileSync(join(ROOT, path), text);
} catch (error) {
  console.error(`set-version: ${error.message}`);
  process.exitCode = 1;
}
