import type { Run } from '../../sandbox/cloud.js';

/** A template and its module with values for their parameters. */
export interface Case {
  /** What it is, after the name of the template. */
  readonly title: string;
  /** The template in infrastructure/cloudformation/, and the module of the same name in infrastructure/terraform/. */
  readonly template: string;
  /** By CloudFormation's name; the variables of Terraform have the same names in snake case. */
  readonly parameters: Readonly<Record<string, string | readonly string[]>>;
  /** For roles that GitHub's tokens get into. */
  readonly reach?: Reach;
}

/** Who gets in. */
export interface Reach {
  /** Whom the role is for, as options of check-trust. */
  readonly options: readonly string[];
  /** The questions, besides `intended`, that are answered with yes, because a parameter asks for it. */
  readonly wide?: readonly string[];
  /** Runs that get in on the sandbox, and runs that do not. */
  readonly allowed: readonly Run[];
  readonly refused: readonly Run[];
}

/** The account of moto, which has every role that these cases deploy. */
export const ACCOUNT = '123456789012';
export const HOST = 'token.actions.githubusercontent.com';

/** The hub's role is the one of the first case. */
export const HUB_ROLE = `arn:aws:iam::${ACCOUNT}:role/github-deploy`;
const SPOKES = ['arn:aws:iam::444455556666:role/spoke-deploy', 'arn:aws:iam::777788889999:role/spoke-deploy'];
const WORKFLOW = 'octo-org/platform/.github/workflows/deploy.yml@refs/tags/v1';
const IDS = { OwnerId: '65', RepositoryId: '74' };
const REPOSITORY = {
  OidcProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/${HOST}`,
  RepositoryOwner: 'octo-org',
  RepositoryName: 'octo-repo',
};
const BRANCH = { allowed: [{}, { legacySubject: true }], refused: [{ ref: 'refs/heads/feature' }] };
const PRODUCTION: Run = { environment: 'production' };
const PRODUCTION_FROM_FEATURE: Run = { ...PRODUCTION, ref: 'refs/heads/feature' };
const ASK = ['--repository', 'octo-org/octo-repo', '--owner-id', '65', '--repository-id', '74'];
const ASK_PRODUCTION = [...ASK, '--environments', 'production'];

/** Of a role for an environment, from one branch. */
export const PRODUCTION_REACH: Reach = {
  options: ASK_PRODUCTION,
  allowed: [PRODUCTION],
  refused: [{}, PRODUCTION_FROM_FEATURE],
};

/** Every template that has a policy, at least once with the safe values, and each wide value. */
export const CASES: readonly Case[] = [
  {
    template: 'deploy-role',
    title: 'a branch',
    parameters: { ...REPOSITORY, ...IDS },
    reach: {
      options: ASK,
      allowed: BRANCH.allowed,
      refused: [
        ...BRANCH.refused,
        { ref: 'refs/tags/main' },
        { event: 'pull_request' },
        PRODUCTION,
        { repository: 'octo-org/octo-shop' },
      ],
    },
  },
  {
    template: 'deploy-role',
    title: 'a branch of a repository that may be renamed',
    parameters: { ...REPOSITORY, ...IDS, RoleName: 'by-ids', IdentifyBy: 'ids' },
    // The older subject has no ids, so a repository that still has it does not get in.
    reach: { options: ASK, allowed: [{}], refused: [...BRANCH.refused, { legacySubject: true }] },
  },
  {
    template: 'deploy-role',
    title: 'a branch by names alone',
    parameters: { ...REPOSITORY, RoleName: 'by-names', IdentifyBy: 'names-that-can-be-recycled' },
    reach: {
      options: ASK,
      wide: ['recycled-name'],
      allowed: [{ legacySubject: true }],
      refused: [{}, { legacySubject: true, ref: 'refs/heads/feature' }],
    },
  },
  {
    template: 'deploy-role',
    title: 'an environment',
    parameters: { ...REPOSITORY, ...IDS, RoleName: 'in-environment', Environment: 'production' },
    reach: PRODUCTION_REACH,
  },
  {
    template: 'deploy-role',
    title: 'an environment from any ref',
    parameters: {
      ...REPOSITORY,
      ...IDS,
      RoleName: 'from-any-ref',
      Environment: 'production',
      AnyRefInEnvironment: 'true',
    },
    reach: {
      options: ASK_PRODUCTION,
      wide: ['any-ref-in-environment'],
      allowed: [PRODUCTION, PRODUCTION_FROM_FEATURE],
      refused: [{}, { environment: 'staging' }],
    },
  },
  {
    template: 'deploy-role',
    title: 'a called workflow',
    parameters: { ...REPOSITORY, ...IDS, RoleName: 'by-workflow', CalledWorkflow: WORKFLOW },
    reach: {
      options: [...ASK, '--workflows', WORKFLOW],
      allowed: [{ calledWorkflow: WORKFLOW }],
      refused: [
        {},
        { calledWorkflow: WORKFLOW, ref: 'refs/heads/feature' },
        { calledWorkflow: WORKFLOW, repository: 'octo-org/octo-shop' },
      ],
    },
  },
  {
    template: 'caller-policy',
    title: 'two spokes',
    parameters: { CallerRoleNames: ['github-deploy'], RoleArns: SPOKES },
  },
  {
    template: 'caller-policy',
    title: 'every account of an organisation',
    parameters: {
      CallerRoleNames: ['github-deploy'],
      PolicyName: 'assume-every-spoke',
      EveryAccountOfOrganization: 'o-exampleorgid',
    },
  },
  {
    template: 'spoke-role',
    title: 'one repository of the hub',
    parameters: { HubRoleArn: HUB_ROLE, Repositories: ['octo-org/octo-repo'] },
  },
  {
    template: 'vendor-role',
    title: 'a role of the vendor',
    parameters: {
      VendorPrincipalArn: 'arn:aws:iam::555566667777:role/vendor-scanner',
      ExternalId: 'octo-vendor-7c1f',
    },
  },
  {
    template: 'vendor-role',
    title: "the vendor's whole account",
    parameters: {
      RoleName: 'whole-vendor',
      WholeVendorAccountId: '555566667777',
      ExternalId: 'octo-vendor-7c1f',
    },
  },
  {
    template: 'eks-role',
    title: 'a service account',
    parameters: {
      OidcProviderArn: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE`,
      Namespace: 'ci',
      ServiceAccount: 'deployer',
    },
  },
  {
    template: 'mfa-role',
    title: 'a user',
    parameters: { UserArns: [`arn:aws:iam::${ACCOUNT}:user/legacy-deployer`] },
  },
  {
    template: 'abac-role',
    title: 'two repositories',
    parameters: {
      CallerRoleArn: HUB_ROLE,
      Repositories: ['octo-org/octo-repo', 'octo-org/octo-shop'],
      Actions: ['secretsmanager:GetSecretValue'],
      ResourceArns: [`arn:aws:secretsmanager:*:${ACCOUNT}:secret:*`],
    },
  },
  {
    template: 'permissions-boundary',
    title: 'three services and a spoke',
    parameters: {
      AllowedActions: ['s3:*', 'lambda:*', 'logs:*'],
      AssumableRoleArns: [SPOKES[0] ?? ''],
    },
  },
  {
    template: 'sts-endpoint',
    title: 'two accounts',
    parameters: {
      VpcId: 'vpc-0a1b2c3d4e5f60718',
      SubnetIds: ['subnet-0a1b2c3d4e5f60718'],
      SecurityGroupIds: ['sg-0a1b2c3d4e5f60718'],
      AccountIds: ['111122223333', '444455556666'],
    },
  },
  {
    template: 'alarms',
    title: 'one organisation and one network',
    parameters: {
      LogGroupName: 'cloudtrail',
      TopicArn: `arn:aws:sns:eu-central-1:${ACCOUNT}:security`,
      ExpectedSubject: 'repo:octo-org@65/*',
      WatchedRoleArn: `arn:aws:iam::${ACCOUNT}:role/github-deploy`,
      ExpectedAddress: '203.0.113.*',
    },
  },
];
