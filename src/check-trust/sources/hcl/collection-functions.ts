import type { JsonMember, JsonNode } from '../../../trust/language/json.js';
import type { Position } from '../../../trust/language/text.js';
import { isKnown, itemsOf, membersOf, textOf } from '../nodes.js';
import { isSame } from './operators.js';
import { compareTexts, EvaluationError, sortedMembers, textFrom } from './values.js';

/** A function: undefined where what it gives is not known. */
type Call = (args: readonly JsonNode[], at: Position) => JsonNode | undefined;

const isUnknown = ({ kind }: JsonNode): boolean => kind === 'unknown';
const list = (items: readonly JsonNode[], at: Position): JsonNode => ({ kind: 'array', items, at });
const text = (written: string, at: Position): JsonNode => ({ kind: 'string', text: written, at });
const isEmpty = (node: JsonNode): boolean => node.kind === 'null' || textOf(node) === '';

const MAX_PRODUCT = 10_000;

/** Terraform's functions on lists, sets and maps (https://developer.hashicorp.com/terraform/language/functions). */
export const COLLECTIONS: Readonly<Record<string, Call>> = {
  // A list of which nothing is known is one unknown item: it is a value of a condition, or a principal.
  concat: (lists, at) =>
    list(
      lists.flatMap((one) => (isUnknown(one) ? [one] : itemsOf(one))),
      at,
    ),
  flatten: ([first], at) => (first && !isUnknown(first) ? list(flat(first), at) : undefined),
  tolist: ([first]) => asList(first),
  toset: ([first], at) => {
    const all = asList(first);
    return all === undefined ? undefined : list(sorted(distinct(itemsOf(all))), at);
  },
  tomap: ([first]) => first,
  distinct: ([first], at) => (first && !isUnknown(first) ? list(distinct(itemsOf(first)), at) : undefined),
  setunion: (sets, at) => (sets.some(isUnknown) ? undefined : list(distinct(sets.flatMap(itemsOf)), at)),
  compact: ([first], at) =>
    first && !isUnknown(first)
      ? list(
          itemsOf(first).filter((item) => !isEmpty(item)),
          at,
        )
      : undefined,
  sort: ([first], at) => (first && !isUnknown(first) ? list(sorted(itemsOf(first)), at) : first),
  reverse: ([first], at) =>
    first && !isUnknown(first) ? list([...itemsOf(first)].reverse(), at) : undefined,
  slice: ([first, from, to], at) => {
    const [start, end] = [textOf(from), textOf(to)].map(Number);
    return first && !isUnknown(first) ? list(itemsOf(first).slice(start, end), at) : undefined;
  },
  merge: (maps, at) => {
    if (maps.some(isUnknown)) return undefined;
    const members = new Map(maps.flatMap(membersOf).map((one) => [one.name, one] as const));
    return { kind: 'object', members: [...members.values()], at };
  },
  length: ([first], at) => {
    if (first === undefined || isUnknown(first)) return undefined;
    const size = sizeOf(first);
    return size === undefined ? undefined : { kind: 'number', text: String(size), at };
  },
  keys: ([first], at) =>
    first && !isUnknown(first)
      ? list(
          sortedMembers(first).map(({ name }) => text(name, at)),
          at,
        )
      : undefined,
  values: ([first], at) =>
    first && !isUnknown(first)
      ? list(
          sortedMembers(first).map(({ value }) => value),
          at,
        )
      : undefined,
  lookup: ([map, key, fallback]) => {
    const name = textOf(key);
    if (map === undefined || isUnknown(map) || name === undefined) return undefined;
    return membersOf(map).find((one) => one.name === name)?.value ?? fallback;
  },
  element: ([first, index]) => {
    const items = itemsOf(first);
    const place = textOf(index);
    return items.length === 0 || place === undefined ? undefined : items[Number(place) % items.length];
  },
  one: ([first], at) => {
    if (first === undefined || isUnknown(first)) return undefined;
    if (itemsOf(first).some(mayBeList)) return undefined;
    const [item, ...others] = itemsOf(first);
    if (others.length > 0) throw new EvaluationError('one of several');
    return item ?? { kind: 'null', at };
  },
  coalesce: (values) => firstOf(values, (value) => !isEmpty(value)),
  coalescelist: (values) => firstOf(values, (value) => itemsOf(value).length > 0),
  contains: ([first, value], at) => {
    if (first === undefined || value === undefined || isUnknown(first)) return undefined;
    const same = itemsOf(first).map((item) => isSame(item, value));
    if (same.includes(true)) return { kind: 'boolean', text: 'true', at };
    return same.includes(undefined) ? undefined : { kind: 'boolean', text: 'false', at };
  },
  zipmap: ([names, values], at) => {
    if (names === undefined || values === undefined || !isKnown(names) || isUnknown(values)) return undefined;
    const given = itemsOf(values);
    const members = itemsOf(names).map((name, index): JsonMember => {
      const value = given[index];
      if (value === undefined) throw new EvaluationError('a key without a value');
      return { name: textFrom(name) ?? '', at: name.at, value };
    });
    return { kind: 'object', members, at };
  },
  setproduct: (sets, at) => {
    const count = sets.reduce((product, set) => product * itemsOf(set).length, 1);
    if (sets.some(isUnknown) || count > MAX_PRODUCT) return undefined;
    const rows = sets.reduce<readonly (readonly JsonNode[])[]>(
      (known, set) => known.flatMap((row) => itemsOf(set).map((item) => [...row, item])),
      [[]],
    );
    return list(
      rows.map((row) => list(row, at)),
      at,
    );
  },
};

/** The first value of a kind; undefined where one before it may be of it. */
function firstOf(values: readonly JsonNode[], is: (value: JsonNode) => boolean): JsonNode | undefined {
  for (const value of values) {
    // A text of which a part is known is not empty.
    if (value.kind === 'unknown') return value.parts.some((part) => 'known' in part) ? value : undefined;
    if (is(value)) return value;
  }
  throw new EvaluationError('all values are empty');
}

function sizeOf(node: JsonNode): number | undefined {
  if (node.kind === 'array') return node.items.some(mayBeList) ? undefined : node.items.length;
  return node.kind === 'object' ? node.members.length : textOf(node)?.length;
}

/** An item of which nothing is known may stand for a whole list. */
function mayBeList(node: JsonNode): boolean {
  return node.kind === 'unknown' && node.parts.every((part) => 'unknown' in part);
}

function asList(node: JsonNode | undefined): JsonNode | undefined {
  return node?.kind === 'array' || node?.kind === 'null' ? node : undefined;
}

/** Texts in order; others, and those of which something is unknown, as they are. */
function sorted(items: readonly JsonNode[]): readonly JsonNode[] {
  const texts = items.flatMap((item) => (item.kind === 'string' ? [item] : []));
  return texts.length < items.length ? items : texts.sort((a, b) => compareTexts(a.text, b.text));
}

function flat(node: JsonNode): readonly JsonNode[] {
  return itemsOf(node).flatMap((item) => (item.kind === 'array' ? flat(item) : [item]));
}

/** What is not known may be different from all others. */
function distinct(items: readonly JsonNode[]): readonly JsonNode[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const text = JSON.stringify(item, (name, value: unknown) => (name === 'at' ? undefined : value));
    const isNew = !seen.has(text);
    seen.add(text);
    return isNew || !isKnown(item);
  });
}
