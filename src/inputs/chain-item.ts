import { isRoleArn } from '../core/arn.js';
import { formatList, quote } from '../core/text.js';
import { type Tag, tagsOf } from './custom-tags.js';
import { InputParseError, type Parse, whole } from './parsers.js';
import { externalId, managedPolicyArns, sessionName, sessionPolicy, tagKeys } from './sts-parameters.js';

/** One role of the chain as its author wrote it; what is not said is undefined. */
export interface ChainItem {
  readonly role: string;
  readonly externalId?: string | undefined;
  readonly sessionName?: string | undefined;
  readonly durationSeconds?: number | undefined;
  readonly tags?: readonly Tag[] | undefined;
  readonly transitiveTagKeys?: readonly string[] | undefined;
  readonly sourceIdentity?: string | undefined;
  readonly policy?: string | undefined;
  readonly policyArns?: readonly string[] | undefined;
}

const KEYS = [
  'role',
  'external-id',
  'session-name',
  'duration-seconds',
  'tags',
  'transitive-tag-keys',
  'source-identity',
  'session-policy',
  'managed-session-policies',
] as const;

const role: Parse<string> = (raw) => {
  if (isRoleArn(raw)) return raw;
  throw new InputParseError(
    'the full ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME); a name alone does not identify its account',
  );
};

/** A session of a role assumed by a role lasts an hour at most (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html). */
export const MAX_CHAINED_SECONDS = 3600;

/**
 * Reads one item, a role's ARN or a mapping, whose scalars are strings as they were written.
 * @param problems gets a line for each thing that is wrong
 */
export function readItem(item: unknown, number: number, problems: string[]): ChainItem | undefined {
  const mapping = typeof item === 'string' ? { role: item } : item;
  if (typeof mapping !== 'object' || mapping === null || Array.isArray(mapping)) {
    problems.push(
      `item ${number}: got ${kindOf(item)}; allowed: a role ARN, or a mapping with the key role.`,
    );
    return undefined;
  }
  const values = new Map<string, unknown>(Object.entries(mapping));
  for (const key of values.keys()) {
    if (!KEYS.some((known) => known === key)) {
      problems.push(`item ${number}: got the key ${quote(key, 60)}; allowed: ${formatList(KEYS)}.`);
    }
  }
  const read = <T>(key: (typeof KEYS)[number], parse: (value: unknown) => T): T | undefined => {
    if (!values.has(key)) return undefined;
    try {
      return parse(values.get(key));
    } catch (error) {
      if (!(error instanceof InputParseError)) throw error;
      problems.push(
        `item ${number}: ${key}: got ${formatValue(values.get(key))}; allowed: ${error.allowed}.`,
      );
      return undefined;
    }
  };
  if (!values.has('role')) problems.push(`item ${number}: role: required.`);
  return {
    role: read('role', scalar(role)) ?? '',
    externalId: read('external-id', scalar(externalId)),
    sessionName: read('session-name', scalar(sessionName)),
    durationSeconds: read('duration-seconds', scalar(whole(900, MAX_CHAINED_SECONDS, CHAINED_UNIT))),
    tags: read('tags', tagsOf),
    transitiveTagKeys: read('transitive-tag-keys', listOf(tagKeys)),
    sourceIdentity: read('source-identity', scalar(sessionName)),
    policy: read('session-policy', policy),
    policyArns: read('managed-session-policies', listOf(managedPolicyArns)),
  };
}

const CHAINED_UNIT = 'seconds: AWS limits the session of a role that another role assumes to one hour';

function scalar<T>(parse: Parse<T>): (value: unknown) => T {
  return (value) => {
    if (typeof value === 'string' && value !== '') return parse(value);
    return parse('');
  };
}

/** A YAML list, or text as a step input would have it. */
function listOf(parse: Parse<readonly string[]>): (value: unknown) => readonly string[] {
  return (value) => {
    if (typeof value === 'string') return parse(value);
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      throw new InputParseError('a list of strings');
    return parse(value.join('\n'));
  };
}

/** JSON text, or the policy itself as a YAML mapping. */
function policy(value: unknown): string {
  return sessionPolicy(typeof value === 'string' ? value : JSON.stringify(value));
}

function formatValue(value: unknown): string {
  return typeof value === 'string' ? quote(value, 120) : kindOf(value);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'a mapping' : quote(String(value), 60);
}
