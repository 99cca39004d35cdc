import { quote } from '../../../core/text.js';
import { hasWildcard } from '../../evaluate/pattern.js';
import { isBuiltIn } from '../../oidc/issuer.js';
import type { Diagnosis } from '../failure.js';

/** The token was made for another audience. */
export const audience: Diagnosis = ({ claim, actual, wanted: [wanted = ''] }, { issuer }) => {
  if (claim.toLowerCase() !== 'aud') return undefined;
  const [got = ''] = actual ?? [];
  const change = `change the policy to ${quote(got)}`;
  // The input is what the runner's issuer is asked for: never a pattern, and not what a built-in provider puts in.
  const value = hasWildcard(wanted) ? `one that matches ${quote(wanted)}` : quote(wanted);
  return {
    id: 'audience',
    why: `The token was issued for the audience ${quote(got)}.`,
    fix: isBuiltIn(issuer)
      ? `If this audience may have the role, ${change}.`
      : `Either set the input audience to ${value}, which must then be among the OIDC provider's client ids, or ${change}.`,
  };
};
