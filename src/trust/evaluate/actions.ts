import type { Statement } from '../language/policy.js';
import { matchesPattern } from './pattern.js';

/**
 * Whether a statement is about an action. Actions are case-insensitive; wildcards are for the name only, the service
 * is written out (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html).
 */
export function coversAction({ actions, notAction }: Statement, action: string): boolean {
  return actions.some(({ text }) => matchesAction(text, action)) !== notAction;
}

/** Whether one action of a policy is, or matches, this one. */
export function matchesAction(pattern: string, action: string): boolean {
  if (/^\*+(:\*+)?$/.test(pattern)) return true;
  const [service = '', name = ''] = pattern.toLowerCase().split(':');
  const [askedService, askedName = ''] = action.toLowerCase().split(':');
  return service === askedService && matchesPattern(name, askedName);
}
