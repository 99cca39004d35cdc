import { coversAction } from '../evaluate/actions.js';
import type { Condition, Statement, Text } from '../language/policy.js';
import { claimOf, guardsOf, hasPatterns, isGuard } from './rule.js';

/** What a token can do with a role. */
export const WEB_IDENTITY = 'sts:AssumeRoleWithWebIdentity';

/** What a token's call may need beside it, often in a statement of its own. */
const COMPANIONS = ['sts:TagSession', 'sts:SetSourceIdentity'];

/** Whether a statement only lets a session be tagged or named that another statement lets in. */
export function isCompanion(statement: Statement): boolean {
  const covers = (action: string): boolean => coversAction(statement, action);
  return COMPANIONS.some(covers) && ![WEB_IDENTITY, 'sts:AssumeRole', 'sts:AssumeRoleWithSAML'].some(covers);
}

/** Whether a value is a pattern that every text fits, or every one of a length. */
function isOpen(text: string, condition: Condition): boolean {
  return hasPatterns(condition) && /^[*?]+$/.test(text);
}

/** Whether a condition asks for a key that has one of its values, and none of these is open. */
export function isClosedGuard(condition: Condition): boolean {
  return isGuard(condition) && condition.values.every(({ text }) => !isOpen(text, condition));
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
    one.values.filter(({ text }) => !namesOwner(text, one)),
  );
}

/** Whether a condition names repositories or owners with each of its values. */
function isNaming(condition: Condition): boolean {
  const isExact = /^(String|Arn|NumericEquals$)/.test(condition.operator.name);
  return isExact && condition.values.every(({ text }) => namesOwner(text, condition));
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

function namesOwner(text: string, condition: Condition): boolean {
  // What only a deployment or the request tells is not judged.
  if (/UNKNOWN|\$\{/.test(text)) return true;
  const claim = claimOf(condition);
  // A pattern that begins with a wildcard, or has one for the owner, has a rule of its own: any-owner.
  if (claim === 'sub') return NAMING.test(text) || isAnyOwner(text);
  if (!hasPatterns(condition)) return true;
  if (claim.endsWith('_id')) return !/[*?]/.test(text);
  // A name that is begun has a rule of its own: open-repository-name.
  return claim === 'repository' ? !/^[*?]/.test(text) : !/^[^/]*[*?]/.test(text);
}

/** Whether a pattern of subjects is open before it names an owner. */
export function isAnyOwner(text: string): boolean {
  const [start = ''] = text.split(/[*?]/);
  return start !== text && 'repo:'.startsWith(start);
}
