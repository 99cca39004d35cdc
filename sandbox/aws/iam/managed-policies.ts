import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { Directory } from '../accounts/accounts.js';
import { parseIdentityStatements } from '../sts/policy.js';
import { noSuchEntity } from './errors.js';

/**
 * The AWS managed policies that can be attached, as far as the sandbox's services are concerned
 * (docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
 */
const OF_AWS: Readonly<Record<string, object>> = {
  AdministratorAccess: { Action: '*' },
  PowerUserAccess: { NotAction: ['iam:*', 'organizations:*', 'account:*'] },
  ReadOnlyAccess: {
    Action: ['s3:Get*', 's3:List*', 'kms:Describe*', 'kms:Get*', 'kms:List*', 'iam:Get*', 'iam:List*'],
  },
  AmazonS3FullAccess: { Action: ['s3:*'] },
  AmazonS3ReadOnlyAccess: { Action: ['s3:Get*', 's3:List*', 's3:Describe*'] },
};

/** A managed policy by its ARN, of AWS or of an account. Throws NoSuchEntity (404). */
export function managedPolicy({ managedPolicies }: Directory, arn: string): NamedPolicy {
  const own = managedPolicies.get(arn);
  if (own !== undefined) return own;
  const name = /^arn:[\w-]+:iam::aws:policy\/(\w+)$/.exec(arn)?.[1] ?? '';
  const statement = Object.hasOwn(OF_AWS, name) ? OF_AWS[name] : undefined;
  if (statement === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return parseIdentityStatements([{ Effect: 'Allow', Resource: '*', ...statement }], arn);
}
