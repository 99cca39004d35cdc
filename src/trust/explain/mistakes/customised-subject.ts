import { quote } from '../../../core/text.js';
import type { Diagnosis } from '../failure.js';
import { howToSeeTemplate } from './subject-template.js';

/** The policy expects GitHub's default subject, and the token has a customised one. */
export const customisedSubject: Diagnosis = ({ wanted, actual: [got = ''] = [] }, { claims }) => {
  if (!wanted.some((text) => text.startsWith('repo:'))) return undefined;
  return {
    id: 'customised-subject',
    why: "The token's subject does not have GitHub's default form: the repository or its organisation has customised it (include_claim_keys).",
    fix: `Write the condition for the form in use: ${quote(got)}. ${howToSeeTemplate(claims)}`,
  };
};
