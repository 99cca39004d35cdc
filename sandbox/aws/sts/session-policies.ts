import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { Directory } from '../accounts/accounts.js';
import { awsManagedPolicy } from '../iam/managed-policies.js';
import { StsError, validationError } from './errors.js';
import type { SessionLimits } from './parameters.js';
import { parseIdentityStatements, parsePolicy } from './policy.js';

// docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use-session: inline and managed policies share this limit.
const MAX_POLICY_CHARACTERS = 2048;

/**
 * What limits a session: its policies taken together, or undefined where none were given. Throws MalformedPolicyDocument
 * (400) for a policy that is no policy, and ValidationError for a managed policy's ARN that is none or for too much text.
 * @param ownerArn of the role or user, whose account's managed policies may be named
 */
export function readSessionPolicies(
  { policy, policyArns }: SessionLimits,
  ownerArn: string,
  { managedPolicies }: Directory,
): readonly NamedPolicy[] | undefined {
  if (policy === undefined && policyArns.length === 0) return undefined;
  const characters = (policy?.length ?? 0) + policyArns.reduce((sum, arn) => sum + arn.length, 0);
  if (characters > MAX_POLICY_CHARACTERS) {
    throw validationError(`Session policies must not exceed ${MAX_POLICY_CHARACTERS} characters in all`);
  }
  const inline = policy === undefined ? [] : [readInline(policy)];
  const accountId = ownerArn.split(':')[4] ?? '';
  const managed = policyArns.map((arn) => {
    checkArn(arn, accountId);
    return managedPolicies.get(arn) ?? awsManagedPolicy(arn) ?? parseIdentityStatements([], arn);
  });
  return [...inline, ...managed];
}

function readInline(text: string): NamedPolicy {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new StsError('MalformedPolicyDocument', 400, 'The policy is not in the valid JSON format.');
  }
  try {
    return parsePolicy(document, 'the inline session policy');
  } catch {
    throw new StsError('MalformedPolicyDocument', 400, 'Syntax errors in policy.');
  }
}

function checkArn(arn: string, accountId: string): void {
  const owner = /^arn:[\w-]+:iam::(aws|\d{12}):policy\/.+$/.exec(arn)?.[1];
  if (owner === undefined) throw validationError(`ARN ${arn} is not valid.`);
  if (owner !== 'aws' && owner !== accountId) {
    throw validationError('The specified managed policy is not in the same account as the role.');
  }
}
