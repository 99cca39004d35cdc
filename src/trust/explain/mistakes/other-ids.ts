import { formatList, quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';

/** Another id. Ids are in a policy for the very case that somebody else takes a name over. */
export const otherIds: Diagnosis = ({ claim, actual }) => {
  if (!['repository_id', 'repository_owner_id'].includes(claim.toLowerCase())) return undefined;
  const got = formatList((actual ?? []).map((one) => quote(one)));
  return {
    id: 'other-ids',
    why: 'The policy has another id: this is another repository or owner, even if the name is the same.',
    fix: `Only if it was recreated on purpose, or should have the role as well, add ${got} to the values.`,
  };
};
