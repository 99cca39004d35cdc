import type { NamedPolicy } from '../../../src/trust/authorize/policies.js';
import type { Directory } from '../accounts/accounts.js';
import { parseIdentityStatements } from '../sts/policy.js';
import { noSuchEntity } from './errors.js';

/**
 * The AWS managed policies that can be attached, as far as the sandbox's services are concerned
 * (docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html).
 */
const OF_AWS: Readonly<Record<string, readonly object[]>> = {
  AdministratorAccess: [{ Action: '*' }],
  PowerUserAccess: [{ NotAction: ['iam:*', 'organizations:*', 'account:*'] }, { Action: 'iam:ListRoles' }],
  ReadOnlyAccess: [
    { Action: ['s3:Get*', 's3:List*', 'kms:Describe*', 'kms:Get*', 'kms:List*', 'iam:Get*', 'iam:List*'] },
    { Action: 'cloudtrail:LookupEvents' },
  ],
  AmazonS3FullAccess: [{ Action: 's3:*' }],
  AmazonS3ReadOnlyAccess: [{ Action: ['s3:Get*', 's3:List*', 's3:Describe*'] }],
};

/** One of AWS's managed policies by its ARN; undefined for one that the sandbox does not know. */
export function awsManagedPolicy(arn: string): NamedPolicy | undefined {
  const name = /^arn:[\w-]+:iam::aws:policy\/(\w+)$/.exec(arn)?.[1] ?? '';
  const statements = Object.hasOwn(OF_AWS, name) ? OF_AWS[name] : undefined;
  const allowed = statements?.map((one) => ({ Effect: 'Allow', Resource: '*', ...one }));
  return allowed && parseIdentityStatements(allowed, arn);
}

/** A managed policy that is to be attached. Throws NoSuchEntity (404) for one that is not known. */
export function managedPolicy({ managedPolicies }: Directory, arn: string): NamedPolicy {
  const found = managedPolicies.get(arn) ?? awsManagedPolicy(arn);
  if (found === undefined) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return found;
}
