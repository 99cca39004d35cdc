import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The SQL of docs/audit.md, by the heading above it. */
export function pageQueries(root: string): ReadonlyMap<string, string> {
  const page = readFileSync(join(root, 'docs', 'audit.md'), 'utf8');
  const parts = page.split(/^#+ /m).flatMap((part) => {
    const heading = part.slice(0, part.indexOf('\n'));
    return [...part.matchAll(/^```sql\n([\s\S]*?)^```$/gm)].map(([, sql = '']) => [heading, sql] as const);
  });
  return new Map(parts);
}
