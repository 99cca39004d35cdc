import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './pages.js';
import { mappingAt } from './workflow-steps.js';

const text = readFileSync(join(ROOT, 'action.yml'), 'utf8');
const manifest = mappingAt(parse(text));

/** The names in action.yml, in its order. */
export const inputNames: readonly string[] = Object.keys(mappingAt(manifest['inputs']));
export const outputNames: readonly string[] = Object.keys(mappingAt(manifest['outputs']));

/** The comments that divide the inputs in action.yml, each with the inputs after it. */
export const inputGroups: ReadonlyMap<string, readonly string[]> = groupsOf(text);

function groupsOf(yaml: string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  let group: string[] = [];
  const [, inputs = ''] = /^inputs:\n((?: .*\n)+)/m.exec(yaml) ?? [];
  for (const [, comment, name] of inputs.matchAll(/^ {2}(?:# (.+)|([a-z0-9-]+):)$/gm)) {
    if (comment !== undefined) {
      group = [];
      groups.set(comment, group);
    } else if (name !== undefined) group.push(name);
  }
  return groups;
}
