import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';
import { NAMES, subjectOf, withSubject } from '../../../support/terraform.js';

const FILES = { 'policy.tpl': `["\${a}", "x"]` };

describe('an expression', () => {
  it.each([
    [`"repo:\${var.repo}:*"`, 'repo:octo-org/octo-repo:*'],
    ['local.subs', 'repo:octo-org/octo-repo:ref:refs/heads/main'],
    [`"a\${var.open}b"`, `a${unknown('var.open')}b`],
    ['var.open.x["y"].z', unknown('var.open.x["y"].z')],
    ['data.terraform_remote_state.core.outputs.sub', unknown('data.terraform_remote_state.core.outputs.sub')],
    ['"$${aws:username}"', `${'$'}{aws:username}`],
    ['"\\u0041\\"\\n"', 'A"\n'],
    ['"\\U0001F600\\U000000fc"', '😀ü'],
    ['1 + 2 * 3 > 6 && !false ? "yes" : "no"', 'yes'],
    ['var.open == "x" ? "same" : "same"', 'same'],
    ['var.open ? "yes" : "no"', unknown('var.open ? "yes" : "no"')],
    ['join(":", ["a", var.repo, "b"])', 'a:octo-org/octo-repo:b'],
    ['format("repo:%s:%s", var.repo, "*")', 'repo:octo-org/octo-repo:*'],
    ['formatlist("repo:%s", ["a", "b"])', 'repo:a|repo:b'],
    ['split("/", var.repo)[0]', 'octo-org'],
    ['replace("https://x", "https://", "")', 'x'],
    ['trimprefix("repo:x", "repo:")', 'x'],
    ['concat(["a"], ["b", "c"])', 'a|b|c'],
    ['flatten([["a"], [["b"]]])', 'a|b'],
    ['distinct(["a", "b", "a"])', 'a|b'],
    ['compact(["", "a", null])', 'a'],
    ['merge({ a = "x" }, { a = "y" }).a', 'y'],
    ['lookup({ a = "x" }, "b", "z")', 'z'],
    [`[for k, v in { a = "x", b = "y" } : "\${k}\${v}" if v != "x"]`, 'by'],
    ['values({ for s in ["a", "b"] : s => upper(s) })', 'A|B'],
    ['[{ n = "a" }, { n = "b" }][*].n', 'a|b'],
    ['[{ n = "a" }].*.n', 'a'],
    ['try({}.missing, "fallback")', 'fallback'],
    ['can({}.missing) ? "a" : "b"', 'b'],
    ['coalesce("", "b")', 'b'],
    ['element(["a", "b"], 3)', 'b'],
    ['contains(["a"], "a") ? "in" : "out"', 'in'],
    ['length(var.branches) == 1 ? "one" : "many"', 'one'],
    ['tolist(toset(["b", "b"]))', 'b'],
    ['jsondecode("[\\"a\\"]")', 'a'],
    ['jsondecode(templatefile("policy.tpl", { a = "q" }))', 'q|x'],
    [`"%{ for s in ["a", "b"] ~}\${s},%{ endfor }"`, 'a,b,'],
    ['"%{ if true }a%{ else }b%{ endif }"', 'a'],
    ['data.aws_caller_identity.current.account_id', '000000000000'],
    ['regex("^(a+)+$", "aaa")', unknown('regex("^(a+)+$", "aaa")')],
    ['(\n"a"\n)', 'a'],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression, FILES)).toBe(text);
  });

  it('that stands for itself, or comes to too much, is unknown', async () => {
    const circle = 'locals {\n  a = local.b\n  b = local.a\n}';
    const doubled = Array.from(
      { length: 60 },
      (_, i) => `  d${i} = concat(local.d${i + 1}, local.d${i + 1})`,
    );
    const files = {
      'a.tf': `${NAMES}${circle}\nlocals {\n${doubled.join('\n')}\n  d60 = ["x"]\n}`,
      'main.tf': `${withSubject('local.a')}${withSubject('local.d0').replace('"deploy"', '"many"')}`,
    };
    const { policies, problems } = await findIn(files, 'main.tf');
    expect(JSON.stringify(policies[0]?.policy)).toContain('"kind":"unknown"');
    expect(policies.length + problems.length).toBe(2);
  });
});

describe('a policy document', () => {
  const DOCUMENT = `
data "aws_iam_policy_document" "base" {
  statement {
    sid     = "Base"
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::\${data.aws_caller_identity.current.account_id}:root"]
    }
  }
}
data "aws_iam_policy_document" "trust" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [jsonencode({ Statement = { Sid = "Base", Effect = "Deny", Action = "sts:AssumeRole", Principal = "*" } })]
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    dynamic "condition" {
      for_each = { aud = ["sts.amazonaws.com"], sub = local.subs }
      content {
        test     = "StringLike"
        variable = "\${local.host}:\${condition.key}"
        values   = condition.value
      }
    }
    condition {
      test     = "StringLike"
      variable = "\${local.host}:sub"
      values   = ["&{aws:username}"]
    }
  }
}
resource "aws_iam_role" "deploy" { assume_role_policy = data.aws_iam_policy_document.trust.json }
`;

  it('has its blocks, sources and overrides, at their places in other files', async () => {
    const files = { 'data.tf': DOCUMENT, 'names.tf': NAMES, 'terraform.tfvars': 'branches = ["a", "b"]' };
    const { policies } = await findIn(files, 'data.tf');
    expect(await rolesIn(files, 'data.tf')).toEqual({
      'aws_iam_role.deploy': [
        '*',
        PROVIDER,
        `StringLike ${HOST}:sub ${unknown('aws:username')}|repo:octo-org/octo-repo:ref:refs/heads/a|repo:octo-org/octo-repo:ref:refs/heads/b`,
        `StringLike ${HOST}:aud sts.amazonaws.com`,
      ],
    });
    const [, statement] = policies[0]?.policy.statements ?? [];
    expect(statement?.at).toEqual({ line: 15, column: 3, path: 'data.tf' });
    expect(statement?.conditions[0]?.values[1]?.at.path).toBe('names.tf');
  });

  it('of which the number of conditions is not known is not read, and says why', async () => {
    const text = DOCUMENT.replace('{ aud = ["sts.amazonaws.com"], sub = local.subs }', 'var.open');
    const { policies, problems } = await findIn({ 'data.tf': text, 'names.tf': NAMES }, 'data.tf');
    expect([policies, problems]).toMatchObject([
      [],
      [{ rule: 'unread', severity: 'warning', role: 'aws_iam_role.deploy', path: 'data.tf' }],
    ]);
    expect(problems[0]?.message).toContain('depends on var.open, which is known only at the deployment');
  });
});

it('a policy in a heredoc has the lines of the file', async () => {
  const text = `resource "aws_iam_role" "a" {
  assume_role_policy = <<-EOT
    {
      "Statement": {
        "Effect": "Allow",
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Principal": { "Federated": "\${var.provider_arn}" },
        "Condition": { "StringLike": { "\${var.host}:sub": "repo:octo-org/*" } }
      }
    }
  EOT
}
`;
  const { policies } = await findIn({ 'main.tf': text }, 'main.tf');
  expect(policies[0]?.policy.statements[0]?.conditions[0]?.values[0]?.at.line).toBe(8);
  expect(await rolesIn({ 'main.tf': text }, '*.tf')).toEqual({
    'aws_iam_role.a': [PROVIDER, `StringLike ${HOST}:sub repo:octo-org/*`],
  });
  const broken = await findIn({ 'main.tf': text.replace('"Allow",', '"Allow"') }, 'main.tf');
  expect(broken.problems).toMatchObject([{ rule: 'syntax', at: { line: 6 }, role: 'aws_iam_role.a' }]);
});

it('count and for_each make as many roles, and one where their number is not known', async () => {
  const role = (name: string, more: string, subject: string) =>
    withSubject(`"${subject}"`).replace('"deploy" {', `"${name}" {\n  ${more}`);
  const main = [
    role('each', 'for_each = toset(["dev", "prod"])', `\${each.key}`),
    role('map', 'for_each = { a = { r = "x" } }', `\${each.value.r}`),
    role('count', 'count = 2', `\${count.index}`),
    role('open', 'for_each = var.open', `a\${each.value}`),
    role('none', 'count = 0', 'x'),
  ].join('');
  const files = { 'main.tf': main, 'names.tf': NAMES };
  const found = Object.entries(await rolesIn(files, 'main.tf')).map(([role, [, sub]]) => [role, sub]);
  expect(found.map(([role, sub]) => `${role} ${sub?.split(' ').at(-1)}`)).toEqual([
    'aws_iam_role.each["dev"] dev',
    'aws_iam_role.each["prod"] prod',
    'aws_iam_role.map["a"] x',
    'aws_iam_role.count[0] 0',
    'aws_iam_role.count[1] 1',
    `aws_iam_role.open a${unknown('each.value')}`,
  ]);
  expect((await findIn(files, 'main.tf')).problems).toMatchObject([
    { rule: 'unread', severity: 'note', role: 'aws_iam_role.none' },
  ]);
});

it('.tf.json is the same', async () => {
  const text = JSON.stringify({
    locals: { host: HOST },
    data: {
      aws_iam_policy_document: {
        trust: {
          statement: [
            {
              actions: ['sts:AssumeRoleWithWebIdentity'],
              principals: [{ type: 'Federated', identifiers: [`${'$'}{var.arn}`] }],
              condition: { test: 'StringEquals', variable: `${'$'}{local.host}:sub`, values: ['repo:o/r:x'] },
            },
          ],
        },
      },
    },
    resource: {
      aws_iam_role: {
        deploy: { assume_role_policy: `${'$'}{data.aws_iam_policy_document.trust.json}` },
      },
    },
  });
  expect(await rolesIn({ 'cdk.tf.json': text }, '*.json')).toEqual({
    'aws_iam_role.deploy': [PROVIDER, `StringEquals ${HOST}:sub repo:o/r:x`],
  });
});

it.each([
  ['resource "a" "b" {', 'expected "}"'],
  ['a = ', 'expected a value'],
  ['a = 1 2', 'expected the end of the line'],
  ['a = "x\n"', 'a line break in a text in quotes'],
  ['a = 1\na = 2', 'the attribute "a" is set twice'],
  ['a = <<X\n', 'no line ends the text with X'],
  [`a = ${'['.repeat(500)}`, 'nested too deeply'],
  [`a = 1${' + 1'.repeat(2000)}`, 'too many operators'],
  ['?', 'expected an attribute or a block'],
])('%j is refused with a place', async (text, message) => {
  await expect(findIn({ 'a.tf': text }, 'a.tf')).rejects.toThrow(message);
});
