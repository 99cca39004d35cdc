import type { Diagnosis } from '../failure.js';

/** A token's call cannot bring an external ID. */
export const externalId: Diagnosis = ({ outcome, prefix, claim }) => {
  if (outcome !== 'absent' || `${prefix}:${claim}`.toLowerCase() !== 'sts:externalid') return undefined;
  return {
    id: 'external-id',
    why: 'AssumeRoleWithWebIdentity, the call that a token makes, has no external ID, so no token can meet this condition.',
    fix: 'Remove the condition: a token says by itself whose it is, and the subject limits who gets in.',
  };
};
