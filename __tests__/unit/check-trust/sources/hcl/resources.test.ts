import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../../support/found-policies.js';
import { NAMES, subjectOf } from '../../../../support/terraform.js';

const RESOURCES = `
data "aws_iam_openid_connect_provider" "by_arn" { arn = "${PROVIDER}" }
data "aws_iam_openid_connect_provider" "by_name" { arn = "x" }
data "aws_iam_openid_connect_provider" "open" {}
data "aws_partition" "current" {}
data "aws_region" "current" {}
data "template_file" "t" {
  template = "a$\${x}"
  vars     = { x = "b" }
}
data "template_file" "open" {}
resource "aws_iam_role" "named" {
  name = "r"
  path = "/p/"
}
resource "aws_iam_role" "plain" { name = "r" }
resource "aws_iam_role" "open" {}
resource "aws_s3_bucket" "b" { bucket = "bucket" }
data "aws_iam_policy_document" "d" {}
resource "aws_iam_openid_connect_provider" "empty" { url = "" }
`;

describe('an attribute', () => {
  it.each([
    ['data.aws_iam_openid_connect_provider.by_arn.arn', PROVIDER],
    ['data.aws_iam_openid_connect_provider.by_arn.id', PROVIDER],
    ['data.aws_iam_openid_connect_provider.by_arn.url', HOST],
    ['aws_iam_openid_connect_provider.github.id', PROVIDER],
    ['aws_iam_openid_connect_provider.github.url', HOST],
    ['data.aws_partition.current.partition', 'aws'],
    ['data.aws_region.current.name', 'us-east-1'],
    ['data.template_file.t.rendered', 'ab'],
    ['data.template_file.t.vars.x', 'b'],
    ['aws_iam_role.named.arn', 'arn:aws:iam::000000000000:role/p/r'],
    ['aws_iam_role.plain.arn', 'arn:aws:iam::000000000000:role/r'],
    ['aws_iam_role.plain.name', 'r'],
    ['aws_s3_bucket.b.bucket', 'bucket'],
    ['jsondecode(data.aws_iam_policy_document.d.minified_json).Version', '2012-10-17'],
  ])('%s is %j', async (expression, text) => {
    expect(await subjectOf(expression, { 'more.tf': RESOURCES })).toBe(text);
  });

  it.each([
    'data.aws_iam_openid_connect_provider.by_name.url',
    'data.aws_iam_openid_connect_provider.open.arn',
    'data.template_file.open.rendered',
    'aws_iam_role.open.arn',
    'aws_s3_bucket.b.arn',
    'data.aws_iam_policy_document.d.id',
  ])('%s is not known', async (expression) => {
    expect(await subjectOf(expression, { 'more.tf': RESOURCES })).toBe(unknown(expression));
  });

  it('of a provider with an empty address is not known', async () => {
    expect(await subjectOf('aws_iam_openid_connect_provider.empty.arn', { 'more.tf': RESOURCES })).toBe(
      unknown('the address of the provider'),
    );
  });
});

describe('a policy document', () => {
  const document = (text: string, others = '') => `
data "aws_iam_policy_document" "trust" {
  ${text}
}
${others}
resource "aws_iam_role" "deploy" { assume_role_policy = data.aws_iam_policy_document.trust.json }
${NAMES}`;
  const statement = (text: string) => `statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    ${text}
  }`;
  const condition = (values: string, test = '"StringLike"', variable = `"${HOST}:sub"`) =>
    `condition {\n test = ${test}\n variable = ${variable}\n values = ${values}\n}`;
  const shortOf = async (text: string) =>
    (await rolesIn({ 'main.tf': text }, 'main.tf'))['aws_iam_role.deploy'];

  it.each([
    ['one text', condition('"a"'), [`StringLike ${HOST}:sub a`]],
    ['null', condition('[null]'), [`StringLike ${HOST}:sub ${unknown('null')}`]],
    ['a boolean', condition('[true]'), [`StringLike ${HOST}:sub true`]],
    [
      'policy variables',
      condition(`["&{a}\${var.open}&{b}"]`),
      [`StringLike ${HOST}:sub ${unknown('a')}${unknown('var.open')}${unknown('b')}`],
    ],
    ['two blocks of a key', condition('["a"]') + condition('["b"]'), [`StringLike ${HOST}:sub a|b`]],
    [
      'two keys',
      condition('["a"]') + condition('["b"]', '"StringLike"', '"x"'),
      [`StringLike ${HOST}:sub a`, 'StringLike x b'],
    ],
  ])('has conditions with %s', async (_, text, expected) => {
    expect(await shortOf(document(statement(text)))).toEqual([PROVIDER, ...expected]);
  });

  it('has dynamic blocks under the name of their iterator, and over lists and maps', async () => {
    const dynamic = (forEach: string, value: string, more = '') => `dynamic "condition" {
      for_each = ${forEach}
      ${more}
      content {
        test     = "StringLike"
        variable = "${HOST}:sub"
        values   = [${value}]
      }
    }`;
    const short = (text: string) => shortOf(document(statement(text)));
    const list = (text: string) => [PROVIDER, `StringLike ${HOST}:sub ${text}`];
    expect(await short(dynamic('["a", "b"]', 'condition.value'))).toEqual(list('a|b'));
    expect(await short(dynamic('toset(["a"])', 'condition.key'))).toEqual(list('a'));
    expect(await short(dynamic('{ a = "x" }', `"\${one.key}\${one.value}"`, 'iterator = one'))).toEqual(
      list('ax'),
    );
    expect(await short('dynamic "condition" {}')).toEqual([PROVIDER]);
  });

  it.each(['*', 'AWS'])('has principals of type %s', async (type) => {
    const text = `statement {\n actions = ["sts:AssumeRole"]\n principals {\n type = "${type}"\n identifiers = ["*"]\n }\n }`;
    expect(await shortOf(document(text))).toEqual(['*']);
  });

  it('is joined from others by their Sid', async () => {
    const other = (name: string, sid: string) => `data "aws_iam_policy_document" "${name}" {
  statement {
    ${sid}
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:role/${name}"]
    }
  }
}
`;
    const sources = 'source_json = data.aws_iam_policy_document.a.json';
    const overrides = `override_policy_documents = [data.aws_iam_policy_document.b.json, data.aws_iam_policy_document.c.json]`;
    const text = document(
      `${sources}\n  ${overrides}`,
      other('a', 'sid = "One"') + other('b', 'sid = "One"') + other('c', ''),
    );
    const arn = (name: string) => `arn:aws:iam::111122223333:role/${name}`;
    expect(await shortOf(text)).toEqual([arn('b'), arn('c')]);
    expect(await shortOf(text.replace('sid = "One"', 'sid = "Two"'))).toEqual([arn('a'), arn('b'), arn('c')]);
    expect(await shortOf(text.replace('source_json = ', 'source_json = null #'))).toEqual([
      arn('b'),
      arn('c'),
    ]);
  });

  it('takes sources and overrides by their older names', async () => {
    const policy = (name: string) =>
      `jsonencode({ Statement = [{ Sid = "One", Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::111122223333:role/${name}" } }] })`;
    const role = (name: string) => [`arn:aws:iam::111122223333:role/${name}`];
    const [source, override] = [`source_json = ${policy('a')}`, `override_json = ${policy('b')}`];
    expect(await shortOf(document(source))).toEqual(role('a'));
    expect(await shortOf(document(override))).toEqual(role('b'));
    expect(await shortOf(document(`${source}\n  ${override}`))).toEqual(role('b'));
  });

  it.each([
    ['a statement', 'dynamic "statement" {\n for_each = var.open\n content {}\n }', 'var.open'],
    ['a source', 'source_policy_documents = [var.open]', 'var.open'],
    ['a source of another kind', 'source_policy_documents = ["x"]', 'a policy that is not JSON'],
    [
      'the type of principals',
      statement('principals {\n type = var.open\n identifiers = ["*"]\n }'),
      'var.open',
    ],
    ['the principals', statement('principals {\n type = "AWS"\n }'), 'a block'],
    ['the test of a condition', statement(condition('["a"]', 'var.open')), 'var.open'],
    ['the conditions', statement('condition {}'), 'a block'],
    ...['test', 'variable', 'values'].map((name) => [
      `a condition without ${name}`,
      statement(condition('["a"]').replace(` ${name} =`, ' other =')),
      'a block',
    ]),
    ['the type of principals that have none', statement('principals {\n identifiers = ["*"]\n }'), 'a block'],
  ])('of which %s is not known is not tested', async (_, text, name) => {
    const { policies, problems } = await findIn({ 'main.tf': document(text) }, 'main.tf');
    expect(policies).toEqual([]);
    expect(problems[0]?.message).toContain(`depends on ${name}, which`);
  });
});

it('a role whose whole policy is a text in parts is read like one', async () => {
  const text = `resource "aws_iam_role" "a" {
  assume_role_policy = "{\\"Statement\\":{\\"Effect\\":\\"Allow\\",\\"Action\\":\\"sts:AssumeRole\\",\\"Principal\\":{\\"AWS\\":\${var.open}}}}"
}`;
  expect(await rolesIn({ 'main.tf': text }, 'main.tf')).toEqual({ 'aws_iam_role.a': [unknown('var.open')] });
});

it('a name that is used twice once it is filled in is a mistake', async () => {
  const file = `{ "a\${x}": 1, "b": { "c": [null, true, "\${x}"] }, "a\${y}": 2 }`;
  const read = (name: string) =>
    subjectOf(`can(jsondecode(templatefile("t.tpl", { x = var.open, y = ${name} })).b) ? "yes" : "no"`, {
      't.tpl': file,
    });
  expect(await read('var.open')).toBe('no');
  expect(await read('var.repo')).toMatch(/can/);
});
