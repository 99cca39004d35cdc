// What a release is described by: `node scripts/release-notes.mjs vX.Y.Z` prints the version's section of CHANGELOG.md,
// with links that lead to the files of that tag. Fails unless the tag is the version of package.json.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..');

const read = (path) => readFileSync(join(ROOT, path), 'utf8');

function notesOf(tag) {
  const { version, homepage } = JSON.parse(read('package.json'));
  if (tag !== `v${version}`)
    throw new Error(`got ${JSON.stringify(tag)}; package.json has ${version}, so the tag is v${version}`);
  const [, ...sections] = read('CHANGELOG.md').split(/^## /m);
  const section = sections.find((text) => text.startsWith(`${version} - `));
  if (section === undefined)
    throw new Error(`CHANGELOG.md has no section "## ${version} - DATE"; scripts/set-version.mjs writes it`);
  const files = `${homepage.replace(/#.*/, '')}/blob/${tag}`;
  return section
    .slice(section.indexOf('\n'))
    .trim()
    .replace(/\]\((?![a-z]+:)([^)\s]+)\)/g, (_, path) => `](${files}/${path})`);
}

try {
  console.log(notesOf(process.argv[2] ?? ''));
} catch (error) {
  console.error(`release-notes: ${error.message}`);
  process.exitCode = 1;
}
