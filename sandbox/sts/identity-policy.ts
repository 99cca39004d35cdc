import { type Context, conditionsHold, expandVariables } from './conditions.js';
import { matchesPattern } from './patterns.js';
import type { Policy, Statement } from './policy.js';
import { coversAction } from './trust.js';

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

// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html: variables work in a Resource, too.
function coversResource(statement: Statement, resource: string, context: Context): boolean {
  const listed = statement.resources.some((text) => {
    const pattern = expandVariables(text, 'StringLike', context);
    return pattern !== undefined && matchesPattern(pattern, resource);
  });
  return listed !== statement.notResources;
}
