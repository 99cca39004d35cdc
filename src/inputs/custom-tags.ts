import { oneLine, quote } from '../core/text.js';
import { unicodePattern } from '../core/unicode-pattern.js';
import type { Environment } from '../platform/runner.js';
import { type JsonNode, readJson, TrustSyntaxError } from '../trust/language/json.js';
import { InputParseError } from './parsers.js';
import { parseYaml } from './yaml.js';

/** A session tag. */
export interface Tag {
  readonly key: string;
  readonly value: string;
  /** May be left out when the session grows too large: it is a convenience, not an identity. */
  readonly droppable: boolean;
}

/** STS's limits (https://docs.aws.amazon.com/STS/latest/APIReference/API_Tag.html). */
export const MAX_TAGS = 50;
const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const NOT_ALLOWED = unicodePattern(String.raw`[^\p{L}\p{Z}\p{N}_.:/=+\-@]`, 'g');
const HALF_AT_END = /[\ud800-\udfff]$/u;
const ALLOWED_ASCII = /^[\w .:/=+\-@]*$/;

/** The run's tags and the variables they come from, in the order configure-aws-credentials sends them. */
const RUN_TAGS: readonly (readonly [key: string, variable: string, droppable: boolean])[] = [
  ['Repository', 'GITHUB_REPOSITORY', false],
  ['Workflow', 'GITHUB_WORKFLOW', false],
  ['Action', 'GITHUB_ACTION', false],
  ['Actor', 'GITHUB_ACTOR', false],
  ['Commit', 'GITHUB_SHA', false],
  ['Branch', 'GITHUB_REF', false],
  ['EventName', 'GITHUB_EVENT_NAME', true],
  ['BaseRef', 'GITHUB_BASE_REF', true],
  ['HeadRef', 'GITHUB_HEAD_REF', true],
  ['RunId', 'GITHUB_RUN_ID', true],
  ['Job', 'GITHUB_JOB', true],
  ['TriggeringActor', 'GITHUB_TRIGGERING_ACTOR', true],
];

const RUN_TAG_KEYS: ReadonlySet<string> = new Set(
  ['GitHub', ...RUN_TAGS.map(([key]) => key)].map((key) => key.toLowerCase()),
);

/** The tags that say which run a session belongs to; values are made to fit STS's rules. */
export function runTags(env: Environment): readonly Tag[] {
  const tags = RUN_TAGS.flatMap(([key, variable, droppable]) => {
    const value = env[variable];
    return value ? [{ key, value: tagValue(value), droppable }] : [];
  });
  return [{ key: 'GitHub', value: 'Actions', droppable: false }, ...tags];
}

/** What STS does not allow in a value becomes `_`; a value ends at 256 characters. */
function tagValue(text: string): string {
  if (ALLOWED_ASCII.test(text)) return text.slice(0, MAX_VALUE_LENGTH);
  return text.replace(NOT_ALLOWED(), '_').slice(0, MAX_VALUE_LENGTH).replace(HALF_AT_END, '');
}

/**
 * Reads `custom-tags`: a mapping in JSON or YAML whose values are strings, numbers or booleans. The YAML parser is
 * loaded only for what is not JSON. Values are taken as they are written: `1.10` stays `1.10`.
 */
export async function customTags(raw: string): Promise<readonly Tag[]> {
  return tagsOf(parseJson(raw) ?? (await parseYaml(raw)));
}

/** A mapping of tag keys to values as tags that STS will take. Throws an InputParseError. */
export function tagsOf(mapping: unknown): readonly Tag[] {
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    throw new InputParseError('a mapping of tag keys to values, in YAML or JSON');
  }
  const seen = new Set<string>();
  return Object.entries(mapping).map(([key, value]) => {
    checkKey(key, seen);
    return { key, value: checkValue(key, value), droppable: false };
  });
}

function isAllowed(text: string): boolean {
  return ALLOWED_ASCII.test(text) || text.search(NOT_ALLOWED()) < 0;
}

function checkKey(key: string, seen: Set<string>): void {
  // STS takes keys that differ only in case for the same key.
  const folded = key.toLowerCase();
  if (key === '' || key.length > MAX_KEY_LENGTH || !isAllowed(key) || folded.startsWith('aws:')) {
    throw new InputParseError(
      `keys of 1 to ${MAX_KEY_LENGTH} letters, digits, spaces and _.:/=+-@ that do not begin with "aws:" (not ${quote(key, 60)})`,
    );
  }
  if (RUN_TAG_KEYS.has(folded))
    throw new InputParseError(`keys other than those that the action sets itself (not ${quote(key)})`);
  if (seen.has(folded))
    throw new InputParseError(`each key once, regardless of case (not ${quote(key)} twice)`);
  seen.add(folded);
}

function checkValue(key: string, value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    throw new InputParseError(`values that are strings, numbers or booleans (not that of ${quote(key, 60)})`);
  }
  const text = String(value);
  if (text.length > MAX_VALUE_LENGTH || !isAllowed(text)) {
    throw new InputParseError(
      `values of at most ${MAX_VALUE_LENGTH} letters, digits, spaces and _.:/=+-@ (not that of ${quote(key, 60)})`,
    );
  }
  return text;
}

/**
 * JSON with its scalars as they are written: `1.10` and `012` would be other numbers after JSON.parse, which also keeps
 * just one of two keys. Undefined for what is not JSON, such as `{Team: core}` in YAML.
 */
function parseJson(raw: string): unknown {
  try {
    JSON.parse(raw);
  } catch {
    return undefined;
  }
  try {
    return plain(readJson(raw));
  } catch (error) {
    if (!(error instanceof TrustSyntaxError)) throw error;
    throw new InputParseError('', [`${oneLine(error.message, 200)}.`]);
  }
}

/** For a value that cannot be a tag's, naming its kind is enough. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'object':
      return Object.fromEntries(node.members.map(({ name, value }) => [name, plain(value)]));
    case 'array':
      return [];
    case 'null':
      return null;
    default:
      return node.text;
  }
}

/** The variables that the run's tags are made of. */
export function tagVariables(): readonly string[] {
  return RUN_TAGS.map(([, variable]) => variable);
}
