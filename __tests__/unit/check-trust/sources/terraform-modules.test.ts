import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';

const ROLE = `
variable "subject" {}
variable "more" {
  type = object({ branch = optional(string, "main"), name = string })
  default = { name = "n" }
}
output "sub" { value = var.subject }
data "template_file" "other" {
  template = file("\${path.root}/other.tpl")
  vars     = { x = var.more.branch }
}
resource "aws_iam_role" "this" {
  assume_role_policy = templatefile("\${path.module}/trust.json", { sub = "\${var.subject}:\${data.template_file.other.rendered}" })
}
`;
const TRUST = `{
  "Statement": {
    "Effect": "Allow",
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Principal": { "Federated": "arn:aws:iam::000000000000:oidc-provider/${HOST}" },
    "Condition": { "StringLike": { "${HOST}:sub": "\${sub}" } }
  }
}`;
const FILES = {
  'main.tf': `
module "one" {
  source  = "./modules/role"
  subject = module.two["b"].sub
}
module "two" {
  for_each = { a = "repo:o/a", b = "repo:o/b" }
  source   = "./modules/role"
  subject  = each.value
}
`,
  'modules/role/main.tf': ROLE,
  'modules/role/trust.json': TRUST,
  'other.tpl': `<\${x}>`.replace('<', 'ref:refs/heads/').replace('>', ''),
};

it('modules at hand are tested with what calls them, at the places of their own files', async () => {
  const all = await rolesIn(FILES, '**/*.tf');
  const subject = (repository: string) => [
    PROVIDER,
    `StringLike ${HOST}:sub repo:o/${repository}:ref:refs/heads/main`,
  ];
  expect(all).toEqual({
    'module.one.aws_iam_role.this': subject('b'),
    'module.two["a"].aws_iam_role.this': subject('a'),
    'module.two["b"].aws_iam_role.this': subject('b'),
  });
  const { policies } = await findIn(FILES, 'main.tf');
  expect(policies.map(({ path }) => path)).toEqual(Array(3).fill('modules/role/main.tf'));
});

it('a module that is named by itself is tested with its defaults', async () => {
  const { policies } = await findIn(FILES, 'main.tf', 'modules/role/main.tf');
  expect(policies.map(({ role }) => role)).toContain('aws_iam_role.this');
});

it('files outside of where the check runs are not read', async () => {
  const main = 'resource "aws_iam_role" "a" {\n  assume_role_policy = file("/etc/hostname")\n}\n';
  const { problems } = await findIn({ 'main.tf': main }, 'main.tf');
  expect(problems).toMatchObject([{ rule: 'unread', role: 'aws_iam_role.a' }]);
});

const withPrefix = (text: string) => `StringLike ${HOST}:sub ${text}`;
const AUDIENCE = `StringEquals ${HOST}:aud sts.amazonaws.com`;

describe('a published module', () => {
  it.each([
    [
      'terraform-aws-modules/iam/aws//modules/iam-github-oidc-role',
      'subjects = ["o/a:*", "repo:o/b:ref:refs/heads/main"]',
      [
        `ForAllValues:StringEquals ${HOST}:aud sts.amazonaws.com`,
        withPrefix('repo:o/a:*|repo:o/b:ref:refs/heads/main'),
      ],
    ],
    [
      'git::https://github.com/terraform-aws-modules/terraform-aws-iam.git//modules/iam-role?ref=abc',
      'enable_github_oidc = true\n  oidc_wildcard_subjects = ["o/a:*"]\n  oidc_subjects = ["o/b:x"]',
      [
        `ForAllValues:StringEquals ${HOST}:aud sts.amazonaws.com`,
        `StringEquals ${HOST}:sub repo:o/b:x`,
        withPrefix('repo:o/a:*'),
      ],
    ],
    [
      'unfunco/oidc-github/aws',
      'github_repositories = ["o/a", "o/b:pull_request"]',
      [withPrefix('repo:o/a:*|repo:o/b:pull_request'), AUDIENCE],
    ],
    [
      'unfunco/oidc-github/aws',
      'github_subjects = ["o/a", var.open]',
      [withPrefix(`repo:o/a:ref:refs/heads/main|repo:${unknown('var.open')}:ref:refs/heads/main`), AUDIENCE],
    ],
    ['terraform-module/github-oidc-provider/aws', 'repositories = ["o/a"]', [withPrefix('repo:o/a:*')]],
    [
      'moritzheiber/oidc-github-actions-module/aws',
      'github_repositories = ["o/a"]',
      [withPrefix('repo:o/a:*')],
    ],
    [
      'philips-labs/github-oidc/aws',
      'repo = "o/a"\n  default_conditions = ["allow_environment", "deny_pull_request"]\n  github_environments = ["prod"]',
      [AUDIENCE, withPrefix('repo:o/a:environment:prod'), `StringNotLike ${HOST}:sub repo:o/a:pull_request`],
    ],
  ])('%s lets in what its inputs say', async (source, inputs, conditions) => {
    const text = `module "m" {\n  source = "${source}"\n  ${inputs}\n}\n`;
    expect(await rolesIn({ 'main.tf': text }, 'main.tf')).toEqual({ 'module.m': [PROVIDER, ...conditions] });
  });

  it('for the service accounts of a cluster trusts the cluster', async () => {
    const text = `module "m" {
  source = "terraform-aws-modules/iam/aws//modules/iam-assumable-role-with-oidc"
  provider_url = module.eks.oidc_provider
  oidc_fully_qualified_subjects = ["system:serviceaccount:a:b"]
}`;
    const issuer = 'oidc.eks.us-east-1.amazonaws.com/id/UNKNOWN';
    expect(await rolesIn({ 'main.tf': text }, 'main.tf')).toEqual({
      'module.m': [
        `arn:aws:iam::000000000000:oidc-provider/${issuer}`,
        `StringEquals ${issuer}:sub system:serviceaccount:a:b`,
      ],
    });
  });

  it('of another kind that may make roles is reported as not read', async () => {
    const text = (source: string) => `module "m" {\n  source = "${source}"\n}\n`;
    const problemsOf = async (source: string) =>
      (await findIn({ 'main.tf': text(source) }, 'main.tf')).problems;
    expect(await problemsOf('some/github-oidc-role/aws')).toMatchObject([
      { rule: 'unread', severity: 'warning', role: 'module.m', at: { line: 1 } },
    ]);
    expect(await problemsOf('./nowhere/iam')).toHaveLength(1);
    expect(await problemsOf('terraform-aws-modules/vpc/aws')).toEqual([]);
  });
});
