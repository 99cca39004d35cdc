import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { TrustPolicy } from '../../../src/trust/language/policy.js';
import type { Directory } from '../accounts/accounts.js';
import { parsePolicy, parseTrustPolicy } from '../sts/policy.js';
import { limitExceeded, malformedPolicy } from './errors.js';

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html; IAM does not count white space, and adds up inline policies.
const MAX_TRUST_CHARACTERS = 2048;
const MAX_INLINE_CHARACTERS = { role: 10_240, user: 2048 } as const;

/**
 * Reads a trust policy that is to be saved. Throws MalformedPolicyDocument (400) for what IAM would not save, such as a
 * principal that does not exist, and LimitExceeded (409) for a text that is too long.
 */
export function readTrustDocument(text: string, directory: Directory): TrustPolicy {
  const size = text.replace(/\s/g, '').length;
  if (size > MAX_TRUST_CHARACTERS) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_CHARACTERS}`);
  }
  const document = readJson(text);
  const policy = orMalformed(() => parseTrustPolicy(document, 'policy'));
  const principals = policy.statements.flatMap((statement) => statement.principals);
  const unknown = principals.find(({ type, text }) => type === 'AWS' && !exists(text, directory));
  if (unknown !== undefined) {
    throw malformedPolicy(`Invalid principal in policy: "AWS":"${unknown.text}"`);
  }
  return policy;
}

/** Reads an inline policy that is to be saved beside others. Throws as readTrustDocument does. */
export function readInlinePolicy(
  name: string,
  text: string,
  others: readonly string[],
  kind: 'role' | 'user',
): NamedPolicy {
  const size = [...others, text].join('').replace(/\s/g, '').length;
  const most = MAX_INLINE_CHARACTERS[kind];
  if (size > most) throw limitExceeded(`Maximum policy size of ${most} bytes exceeded for the ${kind}`);
  const document = readJson(text);
  return orMalformed(() => parsePolicy(document, name));
}

function readJson(text: string): unknown {
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch {
    throw malformedPolicy('This policy contains invalid Json');
  }
}

function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw malformedPolicy(`Syntax errors in policy: ${error instanceof Error ? error.message : error}`);
  }
}

// An account, or a principal of an account that the sandbox has. A session's role is what IAM looks at.
function exists(text: string, { accounts, roles, users }: Directory): boolean {
  if (text === '*') return true;
  const account = /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(text)?.[1];
  if (account !== undefined) return accounts.has(account);
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\/[^/]+$/.exec(text);
  if (session === null) return roles.has(text) || users.has(text);
  const [, partition, id, name] = session;
  const start = `arn:${partition}:iam::${id}:role/`;
  return [...roles.values()].some((role) => role.arn.startsWith(start) && role.name === name);
}
