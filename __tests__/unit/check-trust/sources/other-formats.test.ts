import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';

const POLICY = {
  Version: '2012-10-17',
  Statement: {
    Effect: 'Allow',
    Action: 'sts:AssumeRoleWithWebIdentity',
    Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${HOST}` },
    Condition: { StringLike: { [`${HOST}:sub`]: 'repo:octo-org/*' } },
  },
};
const SHORT = [`arn:aws:iam::111122223333:oidc-provider/${HOST}`, `StringLike ${HOST}:sub repo:octo-org/*`];

describe('an inventory', () => {
  const role = (name: string, policy: unknown, account = '111122223333') => ({
    RoleName: name,
    Arn: `arn:aws:iam::${account}:role/${name}`,
    AssumeRolePolicyDocument: policy,
  });
  const encoded = encodeURIComponent(JSON.stringify(POLICY));

  it.each([
    ['get-account-authorization-details', { RoleDetailList: [role('a', POLICY)], UserDetailList: [] }],
    ['list-roles', { Roles: [role('a', encoded)] }],
    ['get-role', { Role: role('a', JSON.stringify(POLICY)) }],
    ['a list of such', [{ Role: role('a', POLICY) }]],
    ['a list of roles', [role('a', POLICY)]],
  ])('from %s has its roles by their ARNs', async (_, document) => {
    const found = await rolesIn({ 'i.json': JSON.stringify(document, null, 2) }, 'i.json');
    expect(found).toEqual({ 'arn:aws:iam::111122223333:role/a': SHORT });
  });

  it('may be of several accounts, one after the other', async () => {
    const text = ['111122223333', '444455556666']
      .map((account) => JSON.stringify({ Roles: [role('a', POLICY, account)] }))
      .join('\n');
    const { policies } = await findIn({ 'i.json': text }, 'i.json');
    expect(policies.map(({ role, accountId }) => [role, accountId])).toEqual([
      ['arn:aws:iam::111122223333:role/a', '111122223333'],
      ['arn:aws:iam::444455556666:role/a', '444455556666'],
    ]);
  });

  it.each([
    { Roles: [role('a', POLICY)], IsTruncated: true, Marker: 'x' },
    { Roles: [role('a', POLICY)], NextToken: 'x' },
    [
      { Roles: [], IsTruncated: false },
      { Roles: [role('a', POLICY)], NextToken: 'x' },
    ],
  ])('reports that its list was cut off: %#', async (document) => {
    const { policies, problems } = await findIn({ 'i.json': JSON.stringify(document) }, 'i.json');
    expect(policies).toHaveLength(1);
    expect(problems).toMatchObject([
      { rule: 'unread', message: 'the list ends before the last role (IsTruncated or NextToken)' },
    ]);
  });

  it('names roles that it has no policy of, or a broken one', async () => {
    const document = { Roles: [role('a', undefined), role('b', '%7Bx')] };
    const { problems } = await findIn({ 'i.json': JSON.stringify(document) }, 'i.json');
    expect(problems).toMatchObject([
      { rule: 'syntax', role: 'arn:aws:iam::111122223333:role/b' },
      { rule: 'unread', role: 'arn:aws:iam::111122223333:role/a' },
    ]);
  });
});

it('serverless.yml has its variables replaced', async () => {
  const text = `
service: app
provider: { name: aws, stage: "\${opt:stage, self:custom.default}" }
custom: { default: prod, repo: o/r, subs: { prod: "repo:\${self:custom.repo}:environment:\${self:provider.stage}" } }
resources:
  - Resources:
      Deploy:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              Effect: Allow
              Action: sts:AssumeRoleWithWebIdentity
              Principal: { Federated: !Sub 'arn:aws:iam::\${AWS::AccountId}:oidc-provider/${HOST}' }
              Condition:
                StringLike:
                  ${HOST}:sub: ["\${self:custom.subs.\${self:provider.stage}}", "a\${ssm:/x}", "\${env:NO, 'd'}"]
  - \${file(more.yml)}
`;
  expect(await rolesIn({ 'serverless.yml': text }, 'serverless.yml')).toEqual({
    Deploy: [PROVIDER, `StringLike ${HOST}:sub repo:o/r:environment:prod|a${unknown('ssm:/x')}|d`],
  });
  expect((await findIn({ 'serverless.yml': text }, '*.yml')).problems).toMatchObject([
    { rule: 'unread', role: undefined, message: expect.stringContaining('file(more.yml)') },
  ]);
});

it("serverless.yml's variables come to an end", async () => {
  const many = Array.from(
    { length: 40 },
    (_, i) => `v${i}: "\${self:custom.v${i + 1}}\${self:custom.v${i + 1}}"`,
  );
  const text = `service: a\nprovider: { name: aws }\ncustom:\n  ${many.join('\n  ')}\nresources: { Resources: { A: "\${self:custom.v0}" } }\n`;
  expect(await findIn({ 's.yml': text }, '*.yml')).toEqual({ policies: [], problems: [] });
});

describe('Pulumi', () => {
  const UNKNOWN = '04da6b54-80e4-46f7-96ec-b56ff0331ba9';
  const state = (policy: unknown, urn = 'urn:pulumi:dev::app::aws:iam/role:Role::deploy') => ({
    type: 'aws:iam/role:Role',
    urn,
    inputs: { assumeRolePolicy: policy },
  });

  it.each([
    [
      'preview --json',
      (one: object) => ({
        steps: [
          { op: 'create', newState: one },
          { op: 'delete', oldState: one },
        ],
      }),
    ],
    ['stack export', (one: object) => ({ version: 3, deployment: { resources: [one] } })],
  ])('%s has its roles, with outputs unknown', async (_, document) => {
    const text = JSON.stringify(POLICY).replace('repo:octo-org/*', `repo:${UNKNOWN}:*`);
    expect(await rolesIn({ 'p.json': JSON.stringify(document(state(text))) }, 'p.json')).toEqual({
      deploy: [SHORT[0], `StringLike ${HOST}:sub repo:${unknown('output')}:*`],
    });
  });

  it('says which policies are known only at the deployment', async () => {
    const document = { steps: [{ op: 'create', newState: state(UNKNOWN) }] };
    expect((await findIn({ 'p.json': JSON.stringify(document) }, 'p.json')).problems).toMatchObject([
      { rule: 'unread', role: 'deploy', message: expect.stringContaining('output') },
    ]);
  });
});

describe('a terraform plan with a policy that is known only after the apply', () => {
  const change = (address: string, type: string, after: unknown, unknownAfter: unknown) => ({
    address,
    type,
    change: { actions: ['create'], after, after_unknown: unknownAfter },
  });
  const statement = {
    sid: null,
    effect: null,
    actions: ['sts:AssumeRoleWithWebIdentity'],
    not_actions: null,
    not_principals: [],
    principals: [{ type: 'Federated' }],
    condition: [{ test: 'StringLike', variable: `${HOST}:sub`, values: ['repo:o/r:*'] }],
  };
  const plan = (prefix: string, references: readonly string[]) => {
    const resources = [
      { address: 'aws_iam_role.deploy', expressions: { assume_role_policy: { references } } },
    ];
    const root = prefix === '' ? { resources } : { module_calls: { m: { module: { resources } } } };
    return {
      planned_values: {},
      configuration: { root_module: root },
      resource_changes: [
        change(`${prefix}aws_iam_role.deploy`, 'aws_iam_role', {}, { assume_role_policy: true }),
        change(
          `${prefix}data.aws_iam_policy_document.trust[0]`,
          'aws_iam_policy_document',
          { version: null, statement: [statement], source_policy_documents: null },
          { json: true, statement: [{ principals: [{ identifiers: true }] }] },
        ),
      ],
    };
  };
  const rolesOf = (document: object) => rolesIn({ 'plan.json': JSON.stringify(document) }, 'plan.json');
  const REFERENCES = ['data.aws_iam_policy_document.trust[0].json', 'data.aws_iam_policy_document.trust'];

  it.each(['', 'module.m["a"].'])('has it from its data source in %j', async (prefix) => {
    expect(await rolesOf(plan(prefix, REFERENCES))).toEqual({
      [`${prefix}aws_iam_role.deploy`]: [PROVIDER, `StringLike ${HOST}:sub repo:o/r:*`],
    });
  });

  it('or from what was read before', async () => {
    const values = { json: JSON.stringify(POLICY) };
    const read = { address: 'data.aws_iam_policy_document.trust', type: 'aws_iam_policy_document', values };
    const { resource_changes: all, ...rest } = plan('', REFERENCES);
    const document = {
      ...rest,
      resource_changes: all.slice(0, 1),
      prior_state: { values: { root_module: { resources: [read] } } },
    };
    expect(await rolesOf(document)).toEqual({ 'aws_iam_role.deploy': SHORT });
  });

  it('otherwise says so', async () => {
    const text = JSON.stringify(plan('', ['aws_iam_openid_connect_provider.github.arn']));
    expect(await findIn({ 'plan.json': text }, 'plan.json')).toMatchObject({
      policies: [],
      problems: [{ rule: 'unknown-until-apply', role: 'aws_iam_role.deploy' }],
    });
  });

  it('a stored state is read as well', async () => {
    const instance = (key: unknown) => ({
      index_key: key,
      attributes: { arn: 'arn:aws:iam::111122223333:role/a', assume_role_policy: JSON.stringify(POLICY) },
    });
    const resources = [
      { type: 'aws_iam_role', name: 'a', instances: [instance('k')] },
      { type: 'aws_iam_role', name: 'b', module: 'module.m', instances: [instance(undefined)] },
      { type: 'other', name: 'c', instances: [] },
    ];
    expect(await rolesOf({ version: 4, terraform_version: '1.9.0', resources })).toEqual({
      'aws_iam_role.a["k"]': SHORT,
      'module.m.aws_iam_role.b': SHORT,
    });
  });
});

describe('a placeholder in a plain policy', () => {
  const withTexts = (provider: string, subject: string) =>
    JSON.stringify(POLICY)
      .replace(SHORT[0] ?? '', provider)
      .replace('repo:octo-org/*', subject);

  it.each([
    `${'$'}{AWS_ACCOUNT_ID}`,
    '<ACCOUNT_ID>',
    'ACCOUNT_ID',
    'XXXXXXXXXXXX',
    '__AWS_ACCOUNT_ID__',
    '$AWS_ACCOUNT_ID',
    '{{ account }}',
    'your-account-id',
  ])("for the account, %s, is that of nobody, and the provider's name is kept", async (account) => {
    const text = withTexts(`arn:aws:iam::${account}:oidc-provider/${HOST}`, 'x');
    expect(await rolesIn({ 'p.json': text }, 'p.json')).toEqual({
      '': [PROVIDER, `StringLike ${HOST}:sub x`],
    });
  });

  it.each([`${'$'}{oidc_arn}`, '<OIDC_PROVIDER_ARN>', '__PROVIDER__'])(
    'for the provider, %s, is the likely one',
    async (provider) => {
      const text = withTexts(provider, 'x');
      expect((await rolesIn({ 'p.json': text }, 'p.json'))['']?.[0]).toBe(PROVIDER);
    },
  );

  it.each([
    ['repo:<ORG>/<REPO>:*', `repo:${unknown('ORG')}/${unknown('REPO')}:*`],
    ['repo:$ORG/__REPO__:*', `repo:${unknown('ORG')}/${unknown('REPO')}:*`],
    [`${'$'}{subject}`, unknown('subject')],
  ])('for a value, %s, is unknown', async (subject, shown) => {
    const { policies } = await findIn({ 'p.json': withTexts(SHORT[0] ?? '', subject) }, 'p.json');
    expect(policies[0]?.policy.statements[0]?.conditions[0]?.values).toMatchObject([
      { kind: 'unknown', text: shown },
    ]);
  });

  it.each([
    `repo:${'$'}{aws:PrincipalTag/x}:*`,
    'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
    `${'$'}{*}`,
    'repo:o/r:environment:a%3Ab',
  ])('is not what %s has', async (subject) => {
    const { policies } = await findIn({ 'p.json': withTexts(SHORT[0] ?? '', subject) }, 'p.json');
    expect(policies[0]?.policy.statements[0]?.conditions[0]?.values).toMatchObject([{ kind: 'known' }]);
  });
});

it('a file of no known format is noted where a pattern led to it, and an error where it is named', async () => {
  const files = { 'a.json': '{"name":"x","version":"1"}' };
  expect((await findIn(files, '*.json')).problems).toMatchObject([
    {
      rule: 'unread',
      severity: 'note',
      message: 'this is not a trust policy, and not in a format with roles that is known',
    },
  ]);
  await expect(findIn(files, 'a.json')).rejects.toThrow('a trust policy has no element "name"');
});

const ROLE_WITHOUT = { RoleName: 'r', Arn: 'arn:aws:iam::111122223333:role/r' };
const UNKNOWN_UNTIL_APPLY = {
  resource_changes: [
    {
      address: 'aws_iam_role.a',
      type: 'aws_iam_role',
      change: { after_unknown: { assume_role_policy: true } },
    },
  ],
  planned_values: { root_module: {} },
};
it.each<[string, string, string]>([
  [
    't.yaml',
    "Resources: { 'Fn::ForEach::Roles': [] }",
    'warning: what Fn::ForEach::Roles makes of the template is not known, so roles in it are not tested',
  ],
  ['t.yaml', "Resources: { R: { Type: 'AWS::IAM::Role' } }", 'warning R: it has no AssumeRolePolicyDocument'],
  [
    't.yaml',
    "Parameters: { P: { Type: String } }\nResources: { R: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: !Ref P } } }",
    'warning R: its trust policy depends on P, which is known only at the deployment, so it is not tested',
  ],
  [
    's.yml',
    `service: a\nprovider: { name: aws }\nresources: '${'$'}{file(roles.yml)}'`,
    'warning: file(roles.yml) is not read, so roles in it are not tested',
  ],
  [
    'roles.json',
    JSON.stringify({ Roles: [ROLE_WITHOUT] }),
    'warning arn:aws:iam::111122223333:role/r: it has no AssumeRolePolicyDocument',
  ],
  [
    'roles.json',
    JSON.stringify({ Roles: [], IsTruncated: true }),
    'warning: the list ends before the last role (IsTruncated or NextToken)',
  ],
  [
    'roles.json',
    JSON.stringify({ Roles: [], NextToken: 'x' }),
    'warning: the list ends before the last role (IsTruncated or NextToken)',
  ],
  [
    'plan.json',
    JSON.stringify(UNKNOWN_UNTIL_APPLY),
    'warning aws_iam_role.a: its trust policy is known only after the apply, so it is not tested. Test the .tf files as well, or the state after the apply.',
  ],
  ['main.tf', 'resource "aws_iam_role" "a" {}', 'warning aws_iam_role.a: it has no assume_role_policy'],
  [
    'main.tf',
    'resource "awscc_iam_role" "a" {}',
    'warning awscc_iam_role.a: it has no assume_role_policy_document',
  ],
  [
    'main.tf',
    'resource "aws_iam_role" "a" { assume_role_policy = null }',
    'warning aws_iam_role.a: with the values at hand its assume_role_policy is empty, so it is not tested',
  ],
  [
    'main.tf',
    'resource "aws_iam_role" "a" { assume_role_policy = " " }',
    'warning aws_iam_role.a: with the values at hand its assume_role_policy is empty, so it is not tested',
  ],
  [
    'main.tf',
    'resource "aws_iam_role" "a" { count = 0 }',
    'note aws_iam_role.a: with the values at hand it is not made, so it is not tested',
  ],
  [
    'main.tf',
    'module "m" { source = "some/github-oidc-role/aws?ref=v1" }',
    'warning module.m: the module some/github-oidc-role/aws is not at hand, so roles that it makes are not tested. Test the plan as well: terraform show -json.',
  ],
  [
    'main.tf',
    'variable "s" {}\nmodule "m" { source = var.s }',
    'warning module.m: the module is not at hand, so roles that it makes are not tested. Test the plan as well: terraform show -json.',
  ],
])('says of %s with %s why a role is not tested', async (path, text, expected) => {
  const { policies, problems } = await findIn({ [path]: text }, path);
  expect(policies).toEqual([]);
  expect(
    problems.map(
      ({ severity, role, message }) => `${severity}${role === undefined ? '' : ` ${role}`}: ${message}`,
    ),
  ).toEqual([expected]);
});
