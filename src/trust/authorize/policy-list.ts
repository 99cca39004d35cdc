import { formatList, quote } from '../../core/text.js';
import type { PolicyKind } from './policies.js';

/** Policies of one kind; of service control policies, those of one level. */
export interface PolicyEntry {
  readonly kind: Exclude<PolicyKind, 'trust' | 'resource'>;
  /** Paths, or a document as JSON. */
  readonly sources: readonly string[];
}

const KINDS = new Map<string, PolicyEntry['kind']>([
  ['identity', 'identity'],
  ['boundary', 'boundary'],
  ['session', 'session'],
  ['scp', 'service-control'],
  ['rcp', 'resource-control'],
  ['vpc-endpoint', 'vpc-endpoint'],
]);

const ONLY_ONE = ['boundary', 'vpc-endpoint'] as const;

/** What such a list has to look like, for a message. */
export const POLICY_LIST_FORM = `a policy as JSON, or on each line a path or a policy as JSON, after its kind (${formatList([...KINDS.keys()], 'or')}) and a colon unless it is an identity policy`;

/**
 * Reads which policies apply to a caller: JSON, or lines such as `scp: root.json, region.json`. A line without a kind has
 * identity policies. The problem is a line that names another kind.
 */
export function readPolicyList(
  text: string,
): { readonly entries: readonly PolicyEntry[] } | { readonly problem: string } {
  const whole = text.trim();
  if (whole.startsWith('{')) return { entries: [{ kind: 'identity', sources: [whole] }] };
  const entries: PolicyEntry[] = [];
  for (const line of whole.split(/\r?\n/)) {
    const content = line.trim();
    if (content === '' || content.startsWith('#')) continue;
    const entry = readLine(content);
    if (typeof entry === 'string') return { problem: entry };
    entries.push(entry);
  }
  const twice = ONLY_ONE.find(
    (kind) => entries.filter((one) => one.kind === kind).flatMap(({ sources }) => sources).length > 1,
  );
  if (twice !== undefined) return { problem: `it names more than one policy of the kind ${twice}` };
  return entries.length === 0 ? { problem: 'it names no policy' } : { entries };
}

/** What a line lists, or what is wrong with it. A path may have a colon, which no blank follows. */
function readLine(content: string): PolicyEntry | string {
  const [, word, blank = '', after = ''] = /^([A-Za-z-]{2,}):(\s*)(.*)$/.exec(content) ?? [];
  const known = KINDS.get(word?.toLowerCase() ?? '');
  const isKind = word !== undefined && (blank !== '' || after === '' || after.startsWith('{'));
  if (known === undefined && isKind) return `${quote(`${word}:`)} is not a kind of policy`;
  const sources = sourcesOf(known === undefined ? content : after);
  if (sources.length === 0) return `${quote(content)} names no policy`;
  const open = sources.find((one) => one.startsWith('[') || (one.startsWith('{') && !one.endsWith('}')));
  if (open !== undefined) return `${quote(open, 40)} is neither a path nor a policy on one line`;
  return { kind: known ?? 'identity', sources };
}

/** A document has commas of its own. */
function sourcesOf(text: string): readonly string[] {
  if (text.startsWith('{')) return [text];
  return text
    .split(',')
    .map((path) => path.trim())
    .filter((path) => path !== '');
}
