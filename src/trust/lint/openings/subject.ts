import { claimOf } from '../../language/policy.js';
import type { Opening } from './find.js';

/** The value of the subject that lets tokens in; undefined where no condition on it does. */
export function subjectOf({ condition, value }: Opening): string | undefined {
  return condition !== undefined && claimOf(condition) === 'sub' ? value?.text : undefined;
}
