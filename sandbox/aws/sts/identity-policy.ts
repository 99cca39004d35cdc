import { matchesAction } from '../../../src/trust/evaluate/actions.js';
import { matchesPattern } from '../../../src/trust/evaluate/pattern.js';
import { substitute } from '../../../src/trust/evaluate/variables.js';
import { type Context, conditionsHold } from './conditions.js';
import type { Policy, Statement } from './policy.js';

/** What a principal's own policy says about an action on a resource. A Deny wins; `none` is an implicit one. */
export function evaluateIdentityPolicy(
  policy: Policy,
  action: string,
  resource: string,
  context: Context,
): 'allow' | 'deny' | 'none' {
  const applying = policy.filter(
    (statement) =>
      coversAction(statement, action) &&
      coversResource(statement, resource, context) &&
      conditionsHold(statement.conditions, context),
  );
  if (applying.some(({ effect }) => effect === 'Deny')) return 'deny';
  return applying.length > 0 ? 'allow' : 'none';
}

function coversAction(statement: Statement, action: string): boolean {
  const formatList = statement.actions.some((pattern) => matchesAction(action, pattern));
  return formatList !== statement.notActions;
}

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html: variables work in a Resource, too.
function coversResource(statement: Statement, resource: string, context: Context): boolean {
  const formatList = statement.resources.some((text) => {
    const pattern = substitute(text, '2012-10-17', context);
    return pattern !== undefined && matchesPattern(resource, pattern);
  });
  return formatList !== statement.notResources;
}
