// What may be in a bundle: packages with a permissive licence whose whole text goes with them. Throws for any other.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** .github/workflows/dependency-review.yml has the same list, for what a pull request adds. */
const ALLOWED = ['0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'MIT'];

/** No licence's text is shorter; a name is. */
const SHORTEST_TEXT = 400;

/** The same licences, each with its text. Where a package lacks it, it is that of a package of the same repository. */
export function checkLicences(licences, root) {
  return new Map(
    [...licences].map(([name, { kind, licence }]) => {
      if (!ALLOWED.includes(kind))
        throw new Error(`${name} is bundled, and its licence is ${kind}; allowed: ${ALLOWED.join(', ')}`);
      const text = licence.length < SHORTEST_TEXT ? textOfRepository(name, kind, root) : licence;
      if (text === undefined) throw new Error(`${name} is bundled, and has no text of its licence (${kind})`);
      return [name, { kind, licence: text }];
    }),
  );
}

function textOfRepository(name, kind, root) {
  const { repository } = manifestOf(name, root);
  if (repository?.url === undefined || !name.includes('/')) return undefined;
  const [scope] = name.split('/');
  return readdirSync(join(root, 'node_modules', scope))
    .sort()
    .map((sibling) => `${scope}/${sibling}`)
    .filter((sibling) => {
      const manifest = manifestOf(sibling, root);
      return manifest.license === kind && manifest.repository?.url === repository.url;
    })
    .map((sibling) => licenceFile(join(root, 'node_modules', sibling)))
    .find((text) => text !== undefined && text.length >= SHORTEST_TEXT);
}

function manifestOf(name, root) {
  return JSON.parse(readFileSync(join(root, 'node_modules', name, 'package.json'), 'utf8'));
}

function licenceFile(directory) {
  const name = readdirSync(directory).find((one) => /^licen[cs]e(\.\w+)?$/i.test(one));
  return name === undefined ? undefined : readFileSync(join(directory, name), 'utf8').trim();
}
