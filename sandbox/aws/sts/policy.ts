import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import { TrustSyntaxError } from '../../../src/trust/language/json.js';
import { parseTrustPolicy as parse } from '../../../src/trust/language/parse.js';
import { type PolicyForm, parsePermissionPolicy } from '../../../src/trust/language/permission-policy.js';
import type { TrustPolicy } from '../../../src/trust/language/policy.js';

/**
 * Reads a role's trust policy. Throws an Error naming the place for anything that IAM would not save: what is not
 * understood must not pass for a refusal.
 */
export function parseTrustPolicy(document: unknown, where: string): TrustPolicy {
  const policy = parsing(where, () => parse(JSON.stringify(document, null, 2)));
  const principals = policy.statements.flatMap((statement) => statement.principals);
  const pattern = principals.find(({ text }) => text !== '*' && text.includes('*'));
  if (pattern !== undefined)
    throw new Error(`${where}: the principal "${pattern.text}" has a wildcard in it`);
  return policy;
}

/** Reads a policy of any other kind, which has resources. Throws an Error naming the place. */
export function parsePolicy(
  document: unknown,
  where: string,
  form: PolicyForm = 'without-principals',
): NamedPolicy {
  const text = JSON.stringify(document, null, 2);
  return { name: where, policy: parsing(where, () => parsePermissionPolicy(text, form)) };
}

/** Reads the statements of a user's or a role's own policy. Throws an Error naming the place. */
export function parseIdentityStatements(statements: unknown, where: string): NamedPolicy {
  return parsePolicy({ Version: '2012-10-17', Statement: statements }, where);
}

function parsing<Policy>(where: string, read: () => Policy): Policy {
  try {
    return read();
  } catch (error) {
    throw error instanceof TrustSyntaxError ? new Error(`${where}, ${error.message}`) : error;
  }
}
