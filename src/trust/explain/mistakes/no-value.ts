import { formatList, quote } from '../../../core/text.js';
import type { Diagnosis, FailedCondition } from '../failure.js';

/** The list of values is empty. */
export const noValue: Diagnosis = (failed) =>
  failed.wanted.length > 0
    ? undefined
    : { id: 'no-value', why: 'The condition lists no values, so nothing matches.', fix: fixByAdding(failed) };

/** To let the caller in, as it is. */
export function fixByAdding({ actual, condition }: Pick<FailedCondition, 'actual' | 'condition'>): string {
  if (condition.key.text.toLowerCase() === 'sts:externalid') {
    return 'Send the external ID that the policy wants, or change it in the policy.';
  }
  const got = formatList((actual ?? []).map((one) => quote(one)));
  return `If the caller may have the role, add ${got} to the values.`;
}
