import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../../support/found-policies.js';

const OIDC_ROLE = 'terraform-aws-modules/iam/aws//modules/iam-github-oidc-role';
const ROLE = 'terraform-aws-modules/iam/aws//modules/iam-role';
const CLUSTER_ROLE = 'terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc';
const UNFUNCO = 'unfunco/oidc-github/aws';
const PHILIPS = 'philips-labs/github-oidc/aws';
const MORITZ = 'moritzheiber/oidc-github-actions-module/aws';
const TERRAFORM_MODULE = 'terraform-module/github-oidc-provider/aws';

const providerOf = (host: string) => `arn:aws:iam::000000000000:oidc-provider/${host}`;
const audience = (operator: string, text = 'sts.amazonaws.com', host = HOST) =>
  `${operator} ${host}:aud ${text}`;
const like = (text: string, host = HOST) => `StringLike ${host}:sub ${text}`;
const moduleOf = (source: string, inputs: string) => ({
  'main.tf': `module "m" {\n  source = "${source}"\n${inputs}\n}\n`,
});

it.each([
  [
    OIDC_ROLE,
    'provider_url = "https://ghe.example.com"\n subjects = [var.s]\n audience = "x"\n subject_condition = "StringEquals"',
    [
      providerOf('ghe.example.com'),
      audience('ForAllValues:StringEquals', 'x', 'ghe.example.com'),
      `StringEquals ghe.example.com:sub repo:${unknown('var.s')}`,
    ],
  ],
  [
    OIDC_ROLE,
    `subjects = var.s\n additional_trust_policy_conditions = [{ test = "StringLike", variable = "${HOST}:actor", values = ["a"] }]`,
    [PROVIDER, audience('ForAllValues:StringEquals'), like(unknown('var.s')), `StringLike ${HOST}:actor a`],
  ],
  [
    ROLE,
    'enable_github_oidc = var.maybe\n github_provider = "ghe.example.com"\n oidc_audiences = ["x"]',
    [providerOf('ghe.example.com'), audience('ForAllValues:StringEquals', 'x', 'ghe.example.com')],
  ],
  [
    ROLE,
    'enable_oidc = true\n oidc_provider_urls = ["https://i.example.com"]\n oidc_audiences = ["x"]\n oidc_subjects = ["y"]',
    [
      providerOf('i.example.com'),
      audience('StringEquals', 'x', 'i.example.com'),
      'StringEquals i.example.com:sub y',
    ],
  ],
  [ROLE, 'enable_oidc = true', [PROVIDER]],
  [
    CLUSTER_ROLE,
    'provider_urls = ["i.example.com"]\n oidc_subjects_with_wildcards = ["a:*"]\n oidc_fully_qualified_audiences = ["x"]',
    [providerOf('i.example.com'), like('a:*', 'i.example.com'), 'StringLike i.example.com:aud x'],
  ],
  [CLUSTER_ROLE, 'provider_urls = []', [PROVIDER]],
  [
    UNFUNCO,
    'github_repositories = ["o/a"]\n default_subject = "pull_request"\n enterprise_slug = "acme"\n additional_audiences = ["x"]',
    [
      `${PROVIDER}/acme`,
      like('repo:o/a:pull_request', `${HOST}/acme`),
      audience('StringEquals', 'sts.amazonaws.com|x', `${HOST}/acme`),
    ],
  ],
  [UNFUNCO, 'github_subjects = var.s', [PROVIDER, like(unknown('var.s')), audience('StringEquals')]],
  [TERRAFORM_MODULE, 'create_oidc_role = true\n repositories = ["o/a:x"]', [PROVIDER, like('repo:o/a:x')]],
  [
    MORITZ,
    'github_repositories = ["o/a"]\n github_actions_oidc_url = "https://ghe.example.com"',
    [providerOf('ghe.example.com'), like('repo:o/a:*', 'ghe.example.com')],
  ],
  [
    PHILIPS,
    'repo = "o/a"',
    [
      PROVIDER,
      audience('StringEquals'),
      like('repo:o/a:ref:refs/heads/main'),
      `StringNotLike ${HOST}:sub repo:o/a:pull_request`,
    ],
  ],
  [
    PHILIPS,
    'repo = "o/a"\n repo_mainline_branch = "dev"\n default_conditions = ["allow_main", "allow_environment", "allow_all", "of_its_own"]',
    [
      PROVIDER,
      audience('StringEquals'),
      like('repo:o/a:ref:refs/heads/dev|repo:o/a:environment:*|repo:o/a:*'),
    ],
  ],
])('a role of %s with %j trusts what its inputs say', async (source, inputs, expected) => {
  expect(await rolesIn(moduleOf(source, inputs), 'main.tf')).toEqual({ 'module.m': expected });
});

it.each([
  [ROLE, 'enable_github_oidc = false'],
  [UNFUNCO, ''],
  [TERRAFORM_MODULE, 'create_oidc_role = false'],
  [MORITZ, 'github_repositories = []'],
  [PHILIPS, 'repo = null'],
])('%s with %j makes no role for tokens', async (source, inputs) => {
  expect(await findIn(moduleOf(source, inputs), 'main.tf')).toEqual({ policies: [], problems: [] });
});

it.each([
  [ROLE, 'enable_github_oidc = true\n trust_policy_conditions = var.more'],
  [PHILIPS, 'repo = "o/a"\n default_conditions = var.more'],
])('%s with %j is not tested', async (source, inputs) => {
  const { policies, problems } = await findIn(moduleOf(source, inputs), 'main.tf');
  expect(policies).toEqual([]);
  expect(problems[0]?.message).toContain('depends on var.more, which is known only at the deployment');
});
