import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mappingAt } from './mapping.js';
import { ROOT } from './pages.js';

const PACKAGE = mappingAt(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
const ADDRESS = /^git\+(https:\/\/github\.com\/(([\w-]+)\/[\w.-]+))\.git$/;

const [, url, slug, owner] = ADDRESS.exec(String(mappingAt(PACKAGE['repository'])['url'])) ?? [];
if (url === undefined || slug === undefined || owner === undefined)
  throw new Error('package.json: repository.url is not an address of GitHub');

/** Where this repository is published, as package.json says; scripts/publisher.mjs changes it. */
export const REPOSITORY = { url, slug, owner };

/** The version of package.json. */
export const VERSION = String(PACKAGE['version']);

/** What a step says that uses this action, or one in a folder of it. */
export const usesOf = (folder = ''): string =>
  `${slug}${folder === '' ? '' : `/${folder}`}@v${VERSION.split('.')[0]}`;
