import { quote } from '../../../core/text.js';
import { evaluatedClaims } from '../../oidc/claims.js';
import { kindRule } from '../openings/rule.js';
import { subjectOf } from '../openings/subject.js';
import { issuersOf } from '../statements.js';

const TAKEN = 'whoever takes the name after a rename or deletion gets in.';

export const recyclableName = kindRule('recyclable-name', 'warning', 'recycled-name', (opening) => {
  const subject = subjectOf(opening);
  const isEvaluated = issuersOf(opening.statement).every((one) =>
    evaluatedClaims(one).includes('repository_id'),
  );
  if (subject?.startsWith('repo:')) {
    const orId = isEvaluated ? ', or add a condition on repository_id' : '';
    return `${quote(subject)} has only names: ${TAKEN} Use the immutable form, repo:OWNER@ID/REPO@ID:…${orId}.`;
  }
  return `The repository is limited only by its name: ${TAKEN} Add a condition on repository_id.`;
});
