import { quote } from '../../../core/text.js';
import { isEvaluated, isPattern, valueRule } from '../claim-values.js';
import { guardsOf, isClosedGuard } from '../guards.js';

export const environmentWithoutRef = valueRule(
  'environment-without-ref',
  'note',
  (text, condition) => {
    const environment = /:environment:(.+)$/s.exec(text)?.[1];
    if (environment === undefined || environment === '*') return undefined;
    const orRef = isEvaluated('ref', condition) ? ', or add a condition on the key ref' : '';
    return isPattern(environment, condition)
      ? `${quote(text)} lets environments in by a pattern, and a workflow creates any environment that it names. Write the name out${orRef}.`
      : `${quote(text)} does not limit the branch: the environment's own rules must. Limit its deployment branches${orRef}.`;
  },
  { concerns: (statement) => !guardsOf(statement, 'ref', 'job_workflow_ref').some(isClosedGuard) },
);
