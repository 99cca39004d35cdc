import { Duration } from 'aws-cdk-lib';
import { ManagedPolicy, OpenIdConnectProvider, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';

const ISSUER = 'token.actions.githubusercontent.com';

/**
 * A role for one repository's environment, from one branch. It trusts GitHub's immutable subject and the one of older
 * repositories, and in both cases only the repository with these ids.
 */
export class DeployRole extends Construct {
  constructor(
    scope,
    id,
    { owner, ownerId, repository, repositoryId, environment, branch = 'main', boundaryName },
  ) {
    super(scope, id);
    const { account, partition } = scope;
    const context = `environment:${environment}`;
    const provider = OpenIdConnectProvider.fromOpenIdConnectProviderArn(
      this,
      'Provider',
      `arn:${partition}:iam::${account}:oidc-provider/${ISSUER}`,
    );
    this.role = new Role(this, 'Role', {
      roleName: `deploy-${repository}`,
      assumedBy: new WebIdentityPrincipal(provider.openIdConnectProviderArn, {
        StringEquals: {
          [`${ISSUER}:aud`]: 'sts.amazonaws.com',
          [`${ISSUER}:sub`]: [
            `repo:${owner}/${repository}:${context}`,
            `repo:${owner}@${ownerId}/${repository}@${repositoryId}:${context}`,
          ],
          [`${ISSUER}:repository_id`]: repositoryId,
          [`${ISSUER}:repository_owner_id`]: ownerId,
          [`${ISSUER}:ref`]: `refs/heads/${branch}`,
        },
      }),
      maxSessionDuration: Duration.hours(1),
      permissionsBoundary: ManagedPolicy.fromManagedPolicyName(this, 'Boundary', boundaryName),
    });
  }
}
