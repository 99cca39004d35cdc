import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './pages.js';
import { mappingAt } from './workflow-steps.js';

const manifest = mappingAt(parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')));

/** The names in action.yml, in its order. */
export const inputNames: readonly string[] = Object.keys(mappingAt(manifest['inputs']));
export const outputNames: readonly string[] = Object.keys(mappingAt(manifest['outputs']));
