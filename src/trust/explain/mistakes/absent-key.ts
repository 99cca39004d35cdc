import { quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';

/** The request does not have the key. */
export const absentKey: Diagnosis = ({ outcome, claim, prefix }) => {
  if (outcome !== 'absent') return undefined;
  if (isAwsKey(prefix)) {
    return {
      id: 'absent',
      why: 'The request does not have this key: nothing in a call with this token sets it.',
      fix: fixForAbsent(`${prefix}:${claim}`),
    };
  }
  if (claim.toLowerCase() === 'environment') {
    return {
      id: 'no-environment',
      why: 'The job does not name an environment, so its token does not have this claim.',
      fix: 'Give the job environment: NAME.',
    };
  }
  return {
    id: 'absent',
    why: `The token does not have the claim ${quote(claim)}, and an absent key matches nothing.`,
  };
};

/** What to do about a key that the request does not have. */
export function fixForAbsent(key: string): string {
  const [, tag] = /^aws:RequestTag\/(.+)$/i.exec(key) ?? [];
  if (tag !== undefined) return `Send the session tag ${quote(tag)}, or remove the condition.`;
  return key.toLowerCase() === 'sts:externalid'
    ? 'Send the external ID that the policy wants, or remove the condition.'
    : 'Use a key that the request has instead, or remove the condition.';
}

/** Whether a key is one of AWS's own, which no token brings. */
export function isAwsKey(prefix: string): boolean {
  return ['aws', 'sts', 'iam', 'saml'].includes(prefix.toLowerCase());
}
