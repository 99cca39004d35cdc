import { formatList, quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';
import { isAwsKey } from './absent-key.js';

/** AWS has no condition key for the claim. */
export const claimNotEvaluated: Diagnosis = ({ outcome, claim, prefix }, { evaluated, claims }) => {
  if (outcome !== 'absent' || isAwsKey(prefix)) return undefined;
  if (claim.toLowerCase() === 'iss') {
    return {
      id: 'not-evaluated',
      why: 'AWS does not evaluate the claim "iss", so the condition never finds a value.',
      fix: 'Remove the condition: the OIDC provider in the Principal already says it.',
    };
  }
  if (evaluated.includes(claim.toLowerCase())) return undefined;
  const inToken = Object.hasOwn(claims, claim) ? 'The token has this claim, but ' : '';
  return {
    id: 'not-evaluated',
    why: `${inToken}AWS does not evaluate the claim ${quote(claim)} of this issuer, so the condition never finds a value.`,
    fix: `Use one of ${formatList(evaluated, 'or')}, or put the claim into the subject (GitHub's include_claim_keys).`,
  };
};
