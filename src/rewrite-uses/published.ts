import { readFileSync } from 'node:fs';
import { isRecord } from '../core/json.js';

/**
 * What a step says that uses this action, `OWNER/NAME@vMAJOR`, as package.json has it: no source names the repository, so
 * that what runs is the same whoever publishes it. Undefined where it does not say so.
 */
export function publishedReference(packageFile: string): string | undefined {
  try {
    const { repository, version }: Record<string, unknown> = recordIn(readFileSync(packageFile, 'utf8'));
    const url = isRecord(repository) ? String(repository['url']) : '';
    const [, slug] = /github\.com\/([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(url) ?? [];
    const [major] = String(version).split('.');
    return slug === undefined ? undefined : `${slug}@v${major}`;
  } catch {
    return undefined;
  }
}

function recordIn(text: string): Record<string, unknown> {
  const value: unknown = JSON.parse(text);
  return isRecord(value) ? value : {};
}
