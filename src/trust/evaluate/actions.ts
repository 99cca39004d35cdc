import type { Statement } from '../language/policy.js';
import { matchesPattern } from './pattern.js';

/**
 * Whether a statement is about an action. Actions are case-insensitive; wildcards are for the name only, the service
 * is written out (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
 */
export function coversAction({ actions, notAction }: Statement, action: string): boolean {
  return actions.some((one) => one.kind === 'known' && matchesAction(action, one.text)) !== notAction;
}

/** Whether an action is, or matches, this one of a policy. */
export function matchesAction(action: string, pattern: string): boolean {
  if (/^\*+(:\*+)?$/.test(pattern)) return true;
  const [service = '', name = ''] = pattern.toLowerCase().split(':');
  const [askedService, askedName = ''] = action.toLowerCase().split(':');
  return service === askedService && matchesPattern(askedName, name);
}
