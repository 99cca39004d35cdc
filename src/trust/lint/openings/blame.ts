import { type Condition, claimOf } from '../../language/policy.js';
import type { Text } from '../../language/text.js';
import { isPattern } from '../claim-values.js';
import { isAnyOwner } from '../guards.js';
import type { Opening } from './find.js';
import { isTextual } from './unit.js';

/** What of a statement lets in whom the policy does not name, and the rule that is about it. */
export interface Blame {
  readonly rule: 'no-subject' | 'any-owner' | 'open-repository-name' | 'whole-organisation';
  readonly condition: Condition | undefined;
  /** Undefined where it is the condition, or the statement as a whole. */
  readonly value: Text | undefined;
}

/** Claims that say which repository a token belongs to, or seem to, where the subject does not. */
const SAYING_WHICH = ['repository_id', 'repository_owner_id', 'job_workflow_ref'];

/** The values to blame for an opening to other repositories; none where it is of another kind. */
export function blamesFor(opening: Opening): readonly Blame[] {
  const { kind, condition, value, text } = opening;
  if (kind !== 'stranger' && kind !== 'other-repository') return [];
  const judge = kind === 'stranger' ? ofStranger : ofOtherRepository;
  if (condition !== undefined && value !== undefined) {
    const rule = judge(text, condition);
    if (rule !== undefined) return [{ rule, condition, value }];
  }
  const found = valuesOf(opening, ['repository']).flatMap(({ text: one, ...place }) => {
    const rule = judge(one, place.condition);
    return rule === undefined ? [] : [{ rule, ...place }];
  });
  return found.length > 0 ? found : kind === 'stranger' ? openClaims(opening) : ownersOf(opening);
}

/** A value of a condition as it may be once it is deployed, and where the policy has it. */
interface Place {
  readonly condition: Condition;
  readonly value: Text;
  readonly text: string;
}

/** The values that conditions on some claims want. */
function valuesOf({ statement, reduced }: Opening, claims: readonly string[]): readonly Place[] {
  return reduced.conditions.flatMap((condition, index) => {
    if (!claims.includes(claimOf(condition)) || !isTextual(condition) || condition.operator.isNegated)
      return [];
    const written = statement.conditions[index]?.values ?? [];
    const isSplit = written.length !== condition.values.length;
    return condition.values.map((one, at) => {
      const value = (isSplit ? undefined : written[at]) ?? one;
      return { condition, value, text: one.text };
    });
  });
}

function ofStranger(text: string, condition: Condition): Blame['rule'] | undefined {
  const isSubject = claimOf(condition) === 'sub';
  if (!isPattern(text, condition)) return isSubject ? 'no-subject' : undefined;
  if (isSubject && isAnyOwner(text)) return 'any-owner';
  const isBegun = isSubject ? /^repo:[^/:]*[*?]/.test(text) : /^[^/*?]+[*?]/.test(text);
  return isBegun ? 'open-repository-name' : 'no-subject';
}

function ofOtherRepository(text: string, condition: Condition): Blame['rule'] | undefined {
  if (!isPattern(text, condition)) return undefined;
  const [, name] = /^(?:repo:)?[^:/*?]+(?:@\*)?\/([^:]*)/.exec(text) ?? [];
  if (name === undefined || !/[*?]/.test(name.replace(/@\*$/, ''))) return undefined;
  return /^[*?]/.test(name) ? 'whole-organisation' : 'open-repository-name';
}

/** Values that seem to say which repository it is, and do not; else the statement. */
function openClaims(opening: Opening): readonly Blame[] {
  // An exact id is not to blame: only a value beside it is.
  const open = valuesOf(opening, SAYING_WHICH).filter(
    ({ condition, text }) => claimOf(condition) === 'job_workflow_ref' || isPattern(text, condition),
  );
  return open.length > 0
    ? open.map(({ condition, value }) => ({ rule: 'no-subject', condition, value }))
    : [{ rule: 'no-subject', condition: undefined, value: undefined }];
}

function ownersOf({ reduced }: Opening): readonly Blame[] {
  const condition = reduced.conditions.find((one) => claimOf(one) === 'repository_owner_id');
  return [{ rule: 'whole-organisation', condition, value: undefined }];
}
