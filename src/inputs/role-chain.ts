import { type ChainItem, readItem } from './chain-item.js';
import { InputParseError } from './parsers.js';
import { parseYaml } from './yaml.js';

/** More hops than this in one step are a mistake, not an architecture. */
const MAX_ITEMS = 20;

/**
 * Reads `role-chain`: a YAML list whose items are role ARNs or mappings, or one ARN a line. The YAML parser is loaded
 * only for the former; its scalars are taken as they are written.
 */
export async function roleChain(raw: string): Promise<readonly ChainItem[]> {
  const items = bareLines(raw) ?? (await parseYaml(raw));
  if (!Array.isArray(items) || items.length === 0) {
    throw new InputParseError('a YAML list of role ARNs or mappings, or one role ARN per line');
  }
  if (items.length > MAX_ITEMS) throw new InputParseError(`at most ${MAX_ITEMS} roles`);
  const problems: string[] = [];
  const chain = items.flatMap((item: unknown, index) => readItem(item, index + 1, problems) ?? []);
  if (problems.length > 0) throw new InputParseError('', problems);
  return chain;
}

/** ARNs one a line need no parser. */
function bareLines(raw: string): readonly string[] | undefined {
  const lines = raw
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.every((line) => line.startsWith('arn:')) ? lines : undefined;
}
