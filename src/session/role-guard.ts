import { isSessionOf, parseArn } from '../core/arn.js';
import { ActionError } from '../core/errors.js';
import { quote, quotedList } from '../core/text.js';
import type { Inputs } from '../inputs/inputs.js';
import type { DecisionLog } from './journal.js';
import { matchesPattern } from './pattern.js';

type RoleGuard = Pick<Inputs, 'allowed-role-arns'>;

/**
 * Whether a role is one the author means. Its ARN holds its path.
 * @throws ActionError ROLE_NOT_ALLOWED
 */
export function guardRoleArn(
  roleArn: string,
  { 'allowed-role-arns': allowed }: RoleGuard,
  log: DecisionLog,
): void {
  if (!allowed) return;
  const hasPassed = allowed.some((pattern) => matchesPattern(roleArn, pattern));
  log.decide({ name: 'allowed-role-arns', compared: roleArn, allowed, hasPassed });
  if (hasPassed) return;
  throw notAllowed(`the role is ${quote(roleArn, 200)}`, allowed);
}

/**
 * Whether credentials are of a role the author means.
 * @param arn of the session, as STS names it; that of a user is compared as it is
 * @param roleArns the roles that were assumed; the last has passed {@link guardRoleArn}
 * @throws ActionError ROLE_NOT_ALLOWED
 */
export function guardSessionRole(
  arn: string,
  roleArns: readonly string[],
  guard: RoleGuard,
  log: DecisionLog,
): void {
  const allowed = guard['allowed-role-arns'];
  if (!allowed) return;
  const role = roleArns.at(-1);
  const isOfRole = role !== undefined && (arn === '' || isSessionOf(arn, role));
  const hasPassed = isOfRole || isAllowedSession(arn, allowed);
  log.decide({
    name: 'allowed-role-arns',
    compared: (isOfRole ? role : arn) || undefined,
    allowed,
    hasPassed,
  });
  if (hasPassed) return;
  throw notAllowed(
    arn === '' ? 'the server does not name the role' : `the credentials are those of ${quote(arn, 200)}`,
    allowed,
  );
}

/** Whether a session is one of a role that some pattern matches. */
export function isAllowedSession(arn: string, allowed: readonly string[]): boolean {
  const candidate = roleOfSession(arn);
  return allowed.some((pattern) => matchesPattern(candidate, withoutPath(pattern)));
}

/** A session's ARN lacks the role's path, so the role's ARN is made without one. */
function roleOfSession(arn: string): string {
  const { partition, accountId, resource } = parseArn(arn) ?? {};
  const [, name] = /^assumed-role\/([^/]+)\//.exec(resource ?? '') ?? [];
  return name === undefined ? arn : `arn:${partition}:iam::${accountId}:role/${name}`;
}

/**
 * The pattern for a role whose path cannot be seen. Role names are unique in an account, so a whole name needs no
 * path; one with `*` behind a path could mean roles of other paths as well, and stays as it is: it matches none.
 */
function withoutPath(pattern: string): string {
  const [, start, name] = /^(arn:[^*]*:role\/)[^*]+\/([^*/]+)$/.exec(pattern) ?? [];
  return start === undefined || name === undefined ? pattern : start + name;
}

function notAllowed(what: string, allowed: readonly string[]): ActionError {
  return new ActionError('ROLE_NOT_ALLOWED', `allowed-role-arns: ${what}; allowed: ${quotedList(allowed)}.`, {
    hint: 'Nothing was exported. Check role-to-assume, or which credentials the runner itself provides.',
  });
}
