import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../../support/found-policies.js';
import { NAMES, withSubject } from '../../../../support/terraform.js';

const CHILD = `
variable "name" {}
variable "settings" {
  type = object({
    branch = optional(string, "main")
    labels = optional(map(object({ tag = optional(string, "t") })), {})
    list   = optional(list(object({ tag = optional(string, "l") })))
    other  = optional(string)
  })
  default = {}
}
output "sub" { value = "repo:\${var.name}:\${var.settings.branch}" }
output "branch" { value = var.settings.branch }
output "settings" { value = var.settings }
output "path" { value = path.root == path.module ? "same" : "other" }
`;
const CALLS = `
module "one" {
  source = "./child"
  name   = "o/one"
}
module "two" {
  source   = "./child"
  for_each = { a = "o/a", b = "o/b" }
  name     = each.value
  settings = { branch = "dev", labels = { x = {} }, list = [{}, { tag = "given" }], more = 1 }
}
module "counted" {
  source = "./child"
  count  = 1
  name   = "o/counted"
}
module "never" {
  source = "./child"
  count  = 0
  name   = "o/never"
}
module "many" {
  source   = "./child"
  for_each = var.open
  name     = each.key
}
module "elsewhere" {
  source = "app.terraform.io/x/y/aws"
  name   = "x"
}
module "by_name" {
  source = var.open
}
module "github_provider" { source = "terraform-module/github-oidc-provider/aws" }
module "other_provider" {
  source = "./modules/oidc-provider"
  url    = "https://oidc.example.com"
}
resource "aws_iam_openid_connect_provider" "each" {
  for_each = toset(["a", "b"])
  url      = "https://\${each.key}.example.com"
}
resource "aws_iam_openid_connect_provider" "none" {
  count = 0
  url   = "https://none.example.com"
}
`;

async function subjectOf(expression: string): Promise<string | undefined> {
  const files = {
    'main.tf': withSubject(expression),
    'names.tf': NAMES,
    'calls.tf': CALLS,
    'child/main.tf': CHILD,
  };
  const { 'aws_iam_role.deploy': found } = await rolesIn(files, 'main.tf');
  return found?.[1]?.replace(`StringEquals ${HOST}:sub `, '');
}

describe('what another module or resource gives', () => {
  const arn = (name: string) => `arn:aws:iam::000000000000:oidc-provider/${name}`;

  it.each([
    [
      'join("|", [module.one.sub, module.one.branch, module.one.sub])',
      'repo:o/one:main|main|repo:o/one:main',
    ],
    ['module.two["b"].sub', 'repo:o/b:dev'],
    ['module.two["a"].settings.labels.x.tag', 't'],
    ['module.two["a"].settings.list[*].tag', 'l|given'],
    ['can(module.two["a"].settings.more) ? "kept" : "dropped"', 'dropped'],
    ['module.one.settings.list == null ? "null" : "list"', 'null'],
    ['module.one.settings.other == null ? "null" : "text"', 'null'],
    ['module.counted[0].sub', 'repo:o/counted:main'],
    ['module.many["x"].sub', `repo:${unknown('each.key')}:main`],
    ['module.github_provider.oidc_provider_arn', PROVIDER],
    ['module.other_provider.arn', arn('oidc.example.com')],
    ['aws_iam_openid_connect_provider.each["b"].arn', arn('b.example.com')],
    ['aws_iam_openid_connect_provider.each["b"].url', 'b.example.com'],
    ['aws_iam_openid_connect_provider.github[*].arn', PROVIDER],
    ['values(aws_iam_openid_connect_provider.each)[*].url == [] ? "none" : "some"', 'none'],
    ['length(aws_iam_openid_connect_provider.none) == 0 ? "none" : "some"', 'none'],
    ['try(aws_iam_openid_connect_provider.none[0].arn, "fallback")', 'fallback'],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression)).toBe(text);
  });

  it.each([
    'module.one',
    'module.one.missing',
    'module.two["a"]',
    'module.never[0].sub',
    'module.elsewhere.sub',
    'module.by_name.sub',
    'module.github_provider.thumbprint',
    'var[var.open]',
    'local[var.open]',
    'var.missing',
    'aws_iam_openid_connect_provider.github.thumbprint_list',
  ])('%s is not known', async (expression) => {
    expect(await subjectOf(`"\${${expression}}!"`)).toMatch(/^\$\{[\w.[\]"]+\}!$/);
  });

  it('ends where modules call themselves', async () => {
    const files = {
      'main.tf': withSubject('module.self.sub'),
      'names.tf': `${NAMES}\nmodule "self" {\n  source = "./self"\n}\n`,
      'self/main.tf': 'module "self" {\n  source = "../self"\n}\noutput "sub" { value = module.self.sub }\n',
    };
    const { 'aws_iam_role.deploy': found } = await rolesIn(files, 'main.tf');
    expect(found?.[1]).toContain('{module.self');
  });
});

describe('the variables of a module', () => {
  it.each([
    ['terraform.tfvars', 'repo = "o/given"'],
    ['a.auto.tfvars', 'repo = "o/given"'],
    ['a.auto.tfvars.json', '{ "repo": "o/given" }'],
  ])('have the values of %s', async (path, text) => {
    const files = { 'main.tf': withSubject('var.repo'), 'names.tf': NAMES, [path]: text };
    const { 'aws_iam_role.deploy': found } = await rolesIn(files, 'main.tf');
    expect(found?.[1]).toBe(`StringEquals ${HOST}:sub o/given`);
  });

  it('have their defaults where another file has a mistake', async () => {
    const files = {
      'main.tf': withSubject('var.repo'),
      'names.tf': NAMES,
      'broken.tf': 'a = [',
      'terraform.tfvars': 'repo = ',
    };
    const { 'aws_iam_role.deploy': found } = await rolesIn(files, 'main.tf');
    expect(found?.[1]).toBe(`StringEquals ${HOST}:sub octo-org/octo-repo`);
  });
});

describe('a role that Terraform', () => {
  const only = async (text: string) => {
    const { policies, problems } = await findIn({ 'main.tf': text }, 'main.tf');
    return { policies: policies.length, problems };
  };

  it.each([
    ['gives no policy', 'resource "aws_iam_role" "a" {}', 'it has no assume_role_policy'],
    ['gives null', 'resource "aws_iam_role" "a" { assume_role_policy = null }', 'is empty'],
    ['gives an empty text', 'resource "aws_iam_role" "a" { assume_role_policy = " " }', 'is empty'],
    [
      'gives a text that is not JSON',
      'resource "aws_iam_role" "a" { assume_role_policy = "x" }',
      'expected a JSON value',
    ],
    [
      'takes from AWS',
      'resource "awscc_iam_role" "a" { assume_role_policy_document = var.x }',
      'depends on var.x',
    ],
    [
      'would make in a module that is not called',
      'module "a" {\n  source = "x/iam-role/aws"\n  count = 0\n}',
      'it is not made',
    ],
    ['may make in a module of any name', 'module "a" { source = var.x }', 'the module is not at hand'],
  ])('%s is reported', async (_, text, message) => {
    const { policies, problems } = await only(text);
    expect([policies, problems.length]).toEqual([0, 1]);
    expect(problems[0]?.message).toContain(message);
  });

  it.each([
    ['another resource', 'resource "aws_s3_bucket" "a" { bucket = "b" }'],
    ['another module that is not called', 'module "a" {\n  source = "x/vpc/aws"\n  count = 0\n}'],
    ['a module that makes no role', 'module "a" { source = "unfunco/oidc-github/aws" }'],
  ])('does not make, such as %s, is not mentioned', async (_, text) => {
    expect(await only(text)).toEqual({ policies: 0, problems: [] });
  });

  it('makes several times is as many roles, where its number is known', async () => {
    const role = withSubject('"x"');
    const times = async (count: string) => {
      const { policies } = await findIn(
        { 'main.tf': role.replace('{', `{\n  ${count}\n`), 'names.tf': NAMES },
        'main.tf',
      );
      return policies.map((one) => one.role?.replace('aws_iam_role.deploy', ''));
    };
    expect(await times('count = 3')).toEqual(['[0]', '[1]', '[2]']);
    expect(await times('count = 1')).toEqual(['[0]']);
    expect(await times('count = var.open')).toEqual(['']);
    expect(await times('count = "x"')).toEqual(['']);
    expect(await times('for_each = "x"')).toEqual(['']);
    expect(await times('for_each = [["a"]]')).toEqual(['']);
    expect(await times('count = 100000')).toHaveLength(500);
  });
});
