import { quote } from '../core/text.js';
import type { ChainItem } from '../inputs/chain-item.js';
import { MAX_TAGS, runTags, type Tag } from '../inputs/custom-tags.js';
import type { Inputs } from '../inputs/inputs.js';
import type { Environment } from '../platform/runner.js';

/** The inputs about session tags. */
export type TagInputs = Pick<Inputs, 'role-skip-session-tagging' | 'transitive-tag-keys' | 'custom-tags'>;

export interface HopTags {
  readonly tags: readonly Tag[];
  readonly transitiveTagKeys: readonly string[];
}

export interface TagPlan {
  readonly hops: readonly HopTags[];
  readonly problems: readonly string[];
  readonly notices: readonly string[];
}

/** A tag's value by its key in lower case, which is how STS compares keys. */
type Inherited = Map<string, string>;

/**
 * The tags of each hop. Those of the run and `custom-tags` go on the first AssumeRole; a transitive tag is inherited by
 * every later hop, and STS refuses to be sent one again.
 * @param firstAssumeRole index of the first hop that can carry tags
 * @param fromToken transitive tags that the token brings along
 */
export function planSessionTags(
  inputs: TagInputs,
  env: Environment,
  items: readonly ChainItem[],
  firstAssumeRole: number,
  fromToken: ReadonlyMap<string, string>,
): TagPlan {
  const problems: string[] = [];
  const notices: string[] = [];
  const inherited: Inherited = new Map([...fromToken].map(([key, value]) => [key.toLowerCase(), value]));
  const hops = items.map((item, index): HopTags => {
    if (index < firstAssumeRole) return { tags: [], transitiveTagKeys: [] };
    const where = index === 0 ? '' : `role-chain: item ${index}: `;
    const step = index === firstAssumeRole ? stepTags(inputs, env) : { tags: [], transitiveTagKeys: [] };
    const all = [...step.tags, ...(item.tags ?? [])];
    problems.push(...conflicts(where, all, inherited));
    const tags = all.filter((tag) => !inherited.has(tag.key.toLowerCase()));
    const wanted = [...new Set([...step.transitiveTagKeys, ...(item.transitiveTagKeys ?? [])])];
    const transitiveTagKeys = wanted.filter((key) => tags.some((tag) => tag.key === key));
    const unknown = wanted.filter(
      (key) => !transitiveTagKeys.includes(key) && !inherited.has(key.toLowerCase()),
    );
    if (unknown.length > 0) {
      notices.push(
        `${where}transitive-tag-keys: ignored ${unknown.join(', ')}, because no session tag has that key.`,
      );
    }
    for (const tag of tags) {
      if (transitiveTagKeys.includes(tag.key)) inherited.set(tag.key.toLowerCase(), tag.value);
    }
    return { tags, transitiveTagKeys };
  });
  return { hops, problems, notices };
}

function stepTags(inputs: TagInputs, env: Environment): HopTags {
  if (inputs['role-skip-session-tagging']) return { tags: [], transitiveTagKeys: [] };
  return {
    tags: [...runTags(env), ...(inputs['custom-tags'] ?? [])],
    transitiveTagKeys: inputs['transitive-tag-keys'] ?? [],
  };
}

function conflicts(where: string, tags: readonly Tag[], inherited: Inherited): readonly string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const { key, value } of tags) {
    const folded = key.toLowerCase();
    if (seen.has(folded))
      problems.push(`${where}tags: got ${quote(key)}, which custom-tags or the run's own tags already set.`);
    seen.add(folded);
    const before = inherited.get(folded);
    if (before !== undefined && before !== value) {
      problems.push(
        `${where}tags: got a different value for ${quote(key)}, which an earlier hop passes on; STS does not allow changing it.`,
      );
    }
  }
  if (tags.length > MAX_TAGS) {
    const name = where === '' ? 'custom-tags' : 'tags';
    problems.push(
      `${where}${name}: got ${tags.length}, including the run's own tags; allowed: at most ${MAX_TAGS}.`,
    );
  }
  return problems;
}
