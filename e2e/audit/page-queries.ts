import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The SQL of docs/audit.md, by the heading above it. */
export function pageQueries(root: string): ReadonlyMap<string, string> {
  const page = readPage(root);
  const parts = page.split(/^#+ /m).flatMap((part) => {
    const heading = part.slice(0, part.indexOf('\n'));
    return [...part.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) => [heading, sql] as const);
  });
  return new Map(parts);
}

/** The commands of docs/audit.md in their order. */
export function pageCommands(root: string): readonly string[] {
  return [...readPage(root).matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, command = '']) => command);
}

function readPage(root: string): string {
  return readFileSync(join(root, 'docs', 'audit.md'), 'utf8');
}
