import { type Condition, claimOf, type Statement } from '../language/policy.js';
import type { Text } from '../language/text.js';

/** Whether a condition is only true of a request that has the key, with a value that is formatList. */
export function isGuard({ operator }: Condition): boolean {
  const { kind, isNegated, ifExists, set } = operator;
  return kind !== 'null' && !isNegated && !ifExists && set !== 'ForAllValues';
}

/** The conditions of a statement that guard a claim. */
export function guardsOf(statement: Statement, ...claims: readonly string[]): readonly Condition[] {
  return statement.conditions.filter((one) => isGuard(one) && claims.includes(claimOf(one)));
}

/** Whether a condition asks for a key that has one of its values, and none of these is open. */
export function isClosedGuard(condition: Condition): boolean {
  return isGuard(condition) && condition.values.every(({ text }) => !isOpen(text, condition));
}

/** Whether a value is a pattern that every text matches, or every one of a length. */
function isOpen(text: string, { operator }: Condition): boolean {
  return operator.takesPatterns && /^[*?]+$/.test(text);
}

/** Claims that say which repository or owner a token belongs to, or whose workflow file it runs. */
const REPOSITORY_CLAIMS = ['sub', 'repository', 'repository_id', 'job_workflow_ref'];
const OWNER_CLAIMS = [...REPOSITORY_CLAIMS, 'repository_owner_id'];

/** What a customised subject may be made of, so that only some repositories can have it. */
const NAMING =
  /(^|:)(repo|repository|repository_id|repository_owner|repository_owner_id|job_workflow_ref|enterprise|enterprise_id):[^*?:]/;

/** The values of GitHub's claims that repositories of any owner can have. */
export function openValues(statement: Statement): readonly Text[] {
  return guardsOf(statement, ...OWNER_CLAIMS).flatMap((one) =>
    one.values.filter((value) => !namesOwner(value, one)),
  );
}

/** Whether a condition names repositories or owners with each of its values. */
function isNaming(condition: Condition): boolean {
  const { kind, relation } = condition.operator;
  const isExact = kind === 'string' || kind === 'arn' || (kind === 'number' && relation === 'equal');
  return isExact && condition.values.every((value) => namesOwner(value, condition));
}

/** Whether some condition of a statement keeps out repositories of owners that it does not name. */
export function namesSomeOwner(statement: Statement): boolean {
  return guardsOf(statement, ...OWNER_CLAIMS).some(isNaming);
}

/** The conditions that name repositories, or with claims those on them that name something. */
export function namingGuards(statement: Statement, ...claims: readonly string[]): readonly Condition[] {
  const among = claims.length === 0 ? REPOSITORY_CLAIMS : claims;
  return guardsOf(statement, ...among).filter(isNaming);
}

function namesOwner({ kind, text }: Text, condition: Condition): boolean {
  // What only a deployment or the request knows is not judged.
  if (kind === 'unknown' || text.includes('${')) return true;
  const claim = claimOf(condition);
  // A pattern that begins with a wildcard, or has one for the owner, has a rule of its own: any-owner.
  if (claim === 'sub') return NAMING.test(text) || isAnyOwner(text);
  if (!condition.operator.takesPatterns) return true;
  if (claim.endsWith('_id')) return !/[*?]/.test(text);
  // A name that is begun has a rule of its own: open-repository-name.
  return claim === 'repository' ? !/^[*?]/.test(text) : !/^[^/]*[*?]/.test(text);
}

/** Whether a pattern of subjects is open before it names an owner. */
export function isAnyOwner(text: string): boolean {
  const [start = ''] = text.split(/[*?]/);
  return start !== text && 'repo:'.startsWith(start);
}
