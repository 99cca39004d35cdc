import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { objectAt } from '../sandbox/core/json.js';

/** Where the repository is published, `OWNER/NAME`, as its package.json says. */
export function slugOf(root: string): string {
  const manifest = objectAt(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), 'package.json');
  const { url } = objectAt(manifest['repository'], 'repository');
  const [, slug] = /github\.com\/(.+)\.git$/.exec(String(url)) ?? [];
  if (slug === undefined) throw new Error('package.json: repository.url is not an address of GitHub');
  return slug;
}
