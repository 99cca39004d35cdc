// Whether the files that go with a release say what they must: `check-files.mjs DIRECTORY TAG`.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [directory, tag] = process.argv.slice(2);
const read = (name) => readFileSync(join(directory, name), 'utf8');
const problems = [];

const sums = read('SHA256SUMS').trimEnd().split('\n');
for (const line of sums) {
  const [, sum, path] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
  const actual = path && createHash('sha256').update(readFileSync(path)).digest('hex');
  if (sum === undefined || actual !== sum) problems.push(`SHA256SUMS: ${line}`);
}
for (const path of ['action.yml', 'check-trust/action.yml', 'dist/main/index.js', 'dist/post/index.js'])
  if (!sums.some((line) => line.endsWith(`  ${path}`))) problems.push(`SHA256SUMS lacks ${path}`);

const { spdxVersion, name, packages } = JSON.parse(read('sbom.spdx.json'));
const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8'));
const listed = packages.map((one) => one.name);
if (!/^SPDX-2\./.test(spdxVersion) || name !== `assume-aws-role@${tag.slice(1)}`)
  problems.push(`sbom.spdx.json is ${spdxVersion} of ${name}`);
for (const dependency of Object.keys(dependencies))
  if (!listed.includes(dependency)) problems.push(`sbom.spdx.json lacks ${dependency}`);

if (!/^### \w+\n/.test(read('notes.md')))
  problems.push('notes.md does not begin with a section of CHANGELOG.md');

console.log(
  problems.join('\n') || `${sums.length} files with their sums, ${listed.length} packages, and notes`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
