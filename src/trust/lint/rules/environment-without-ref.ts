import { quote } from '../../../core/text.js';
import { evaluatedClaims } from '../../oidc/claims.js';
import { isPattern } from '../claim-values.js';
import { kindRule } from '../openings/rule.js';
import { subjectOf } from '../openings/subject.js';
import { issuersOf } from '../statements.js';

export const environmentWithoutRef = kindRule(
  'environment-without-ref',
  'note',
  'branch-in-environment',
  (opening) => {
    const subject = subjectOf(opening);
    const isEvaluated = issuersOf(opening.statement).every((one) => evaluatedClaims(one).includes('ref'));
    const orRef = isEvaluated ? ', or add a condition on the key ref' : '';
    const environment = /(?:^|:)environment:(.+)$/s.exec(subject ?? '')?.[1];
    if (environment !== undefined && opening.condition && isPattern(environment, opening.condition)) {
      return `${quote(subject ?? '')} lets environments in by a pattern, and a workflow creates any environment that it names. Write the name out${orRef}.`;
    }
    const what = subject === undefined ? 'The condition on environment' : quote(subject);
    return `${what} does not limit the branch: the environment's own rules must. Limit its deployment branches${orRef}.`;
  },
);
