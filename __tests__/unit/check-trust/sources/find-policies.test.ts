import { findPolicies as findIn } from '../../../../src/check-trust/sources/find-policies.js';
import type { TrustPolicy } from '../../../../src/trust/language/policy.js';

const POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: { StringEquals: { 'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com' } },
    },
  ],
};

const SERVICE = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
};

const find = (text: string, path = 'policy') => findIn({ path, text });
const findPolicies = async (text: string) => (await find(text)).policies;

const providers = ({ statements }: TrustPolicy): readonly string[] =>
  statements.flatMap(({ principals }) => principals.map(({ text }) => text));
/** How a text shows what only a deployment knows. */
const unknown = (name: string): string => `\${${name}}`;
const valuesOf = ({ statements }: TrustPolicy): readonly string[] =>
  statements.flatMap(({ conditions }) => conditions.flatMap(({ values }) => values.map(({ text }) => text)));

it('a file that is a policy is that', async () => {
  expect(await findPolicies(JSON.stringify(POLICY))).toMatchObject([
    { role: undefined, policy: { version: '2012-10-17' } },
  ]);
  expect(await findPolicies(JSON.stringify(SERVICE))).toHaveLength(1);
});

describe('a CloudFormation template', () => {
  const yaml = `
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Repository: { Type: String, Default: octo-org/octo-repo }
  Branch: { Type: String }
Resources:
  GithubProvider:
    Type: AWS::IAM::OIDCProvider
    Properties: { Url: https://token.actions.githubusercontent.com }
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal:
              Federated: !Ref GithubProvider
            Action: sts:AssumeRoleWithWebIdentity
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: !Sub repo:\${Repository}:ref:refs/heads/\${Branch}
                sts:RoleSessionName: !Join ['-', [a, !Ref AWS::Partition, !ImportValue x]]
              StringLike:
                sts:SourceIdentity: !Sub ['\${Own}-\${!aws:username}', { Own: !Ref Repository }]
  Service:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: ${JSON.stringify(SERVICE)}
`;

  it('gives its roles, with the functions replaced and their places', async () => {
    const [found, ...others] = await findPolicies(yaml);
    expect(found?.trustsProvider).toBe(true);
    expect(others).toMatchObject([{ role: 'Service', trustsProvider: false }]);
    expect(found?.role).toBe('Deploy');
    if (found === undefined) return;
    expect(providers(found.policy)).toEqual([
      'arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com',
    ]);
    expect(valuesOf(found.policy)).toEqual([
      'sts.amazonaws.com',
      `repo:octo-org/octo-repo:ref:refs/heads/${unknown('Branch')}`,
      `a-aws-${unknown('ImportValue')}`,
      `octo-org/octo-repo-${'$'}{aws:username}`,
    ]);
    expect(found.policy.statements[0]?.conditions[1]?.key.at).toEqual({ line: 23, column: 17 });
    expect(found.policy.statements[0]?.conditions[1]?.values).toMatchObject([
      {
        kind: 'unknown',
        parts: [
          { known: 'repo:' },
          { known: 'octo-org/octo-repo' },
          { known: ':ref:refs/heads/' },
          { unknown: 'Branch' },
          { known: '' },
        ],
      },
    ]);
  });

  it('is one policy for each way its conditions can turn out, and leaves out what has no value', async () => {
    const found = await findPolicies(`
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: 2012-10-17
        Statement:
          - !If [A, !Ref AWS::NoValue, &allow { Effect: Allow, Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: p }, Condition: !Ref AWS::NoValue }]
          - !If [B, !Ref AWS::NoValue, !Ref AWS::NoValue]
          - *allow
`);
    expect(found.map(({ role, policy }) => [role, policy.statements.length])).toEqual([
      ['Deploy (A, B)', 1],
      ['Deploy (A, not B)', 1],
      ['Deploy (not A, B)', 2],
      ['Deploy (not A, not B)', 2],
    ]);
  });

  /** A role whose whole document is this. */
  const withDocument = (written: string, parameters = 'None: { Type: String }') =>
    `Parameters: { ${parameters} }\nResources:\n  Deploy:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: ${written}\n`;
  const allow = (values: string, provider = 'p') =>
    `{ Statement: { Effect: Allow, Principal: { Federated: ${provider} }, Action: 'sts:AssumeRoleWithWebIdentity', Condition: { StringEquals: { 'gitlab.com:sub': ${values} } } } }`;

  it('may choose between whole documents, and within a chosen one', async () => {
    const found = await findPolicies(
      withDocument(`!If [A, !If [B, ${allow('ab')}, ${allow('a')}], !If [A, x, ${allow('no')}]]`),
    );
    expect(found.map(({ role, policy }) => [role, ...valuesOf(policy)])).toEqual([
      ['Deploy (A, B)', 'ab'],
      ['Deploy (A, not B)', 'a'],
      ['Deploy (not A)', 'no'],
    ]);
    expect(await findPolicies(withDocument(`!If [A, ${allow('a')}, !Ref AWS::NoValue]`))).toHaveLength(1);
  });

  it('is at most sixteen policies', async () => {
    const values = ['A', 'B', 'C', 'D', 'E', 'F'].map((name) => `!If [${name}, ${name}, x${name}]`);
    const found = await findPolicies(withDocument(allow(`[${values.join(', ')}]`)));
    expect(found).toHaveLength(16);
    expect(found.slice(-1).map(({ policy }) => valuesOf(policy))).toEqual([
      ['xA', 'xB', 'xC', 'xD', 'E', 'F'],
    ]);
  });

  it('has parameters that are lists', async () => {
    const subjects = async (written: string) => {
      const [found] = await findPolicies(
        withDocument(
          allow(written),
          'Subjects: { Type: CommaDelimitedList, Default: "a, b" }, Ids: { Type: List<Number>, Default: "1,2" }, Open: { Type: CommaDelimitedList }',
        ),
      );
      return found && valuesOf(found.policy);
    };
    expect(await subjects('!Ref Subjects')).toEqual(['a', 'b']);
    expect(await subjects('!Ref Ids')).toEqual(['1', '2']);
    expect(await subjects('!Ref Open')).toEqual([unknown('Open')]);
    expect(await subjects("!Join ['+', !Ref Subjects]")).toEqual(['a+b']);
    expect(await subjects('!Join []')).toEqual(['']);
  });

  const NOBODY = 'arn:aws:iam::000000000000:oidc-provider';
  it.each([
    ['!ImportValue x', `${NOBODY}/gitlab.com`],
    ['!Ref None', `${NOBODY}/gitlab.com`],
    ["''", `${NOBODY}/gitlab.com`],
    [
      `!Sub 'arn:aws:iam::111122223333:oidc-provider/${'$'}{None}'`,
      'arn:aws:iam::111122223333:oidc-provider/gitlab.com',
    ],
    [`!Sub 'arn:aws:iam::${'$'}{None}:oidc-provider/other.example'`, `${NOBODY}/other.example`],
    [`!Sub 'arn:aws:iam::${'$'}{None}:saml-provider/x'`, `arn:aws:iam::${unknown('None')}:saml-provider/x`],
  ])('takes the provider %s, which only a deployment knows, for %s', async (written, provider) => {
    const [found] = await findPolicies(withDocument(allow('x', written)));
    expect(found && providers(found.policy)).toEqual([provider]);
  });

  it.each([
    ['{}', `${NOBODY}/token.actions.githubusercontent.com`],
    ["{ StringEquals: { 'aws:SourceIp': x } }", `${NOBODY}/token.actions.githubusercontent.com`],
    ["{ StringEquals: { 'cognito-identity.amazonaws.com:aud': x } }", 'cognito-identity.amazonaws.com'],
    ["{ StringEquals: { 'saml:aud': x } }", unknown('ImportValue')],
  ])('takes such a provider with the conditions %s for %s', async (condition, provider) => {
    const [found] = await findPolicies(
      withDocument(
        `{ Statement: { Effect: Allow, Principal: { Federated: !ImportValue x }, Action: !ImportValue y, Condition: ${condition} } }`,
      ),
    );
    expect(found && providers(found.policy)).toEqual([provider]);
    expect(found?.policy.statements[0]?.actions[0]?.text).toBe(
      provider === unknown('ImportValue') ? provider : 'sts:AssumeRoleWithWebIdentity',
    );
  });

  it('with one role that is broken has the others tested', async () => {
    const found = await find(
      `${withDocument(allow('x'))}  Broken: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: 1 } } }\n`,
    );
    expect(found).toMatchObject({
      policies: [{ role: 'Deploy' }],
      problems: [
        { rule: 'syntax', severity: 'error', role: 'Broken', message: 'a statement must be an object' },
      ],
    });
  });

  it('trusts providers where it trusts everyone', async () => {
    const everyone = `{ Statement: { Effect: Allow, Principal: { AWS: '*' }, Action: 'sts:*' } }`;
    expect(await findPolicies(withDocument(everyone))).toHaveLength(1);
  });

  it("takes an account's id that YAML reads as a number", async () => {
    const account =
      '{ Statement: { Effect: Allow, Principal: { AWS: [011122223333], Federated: p }, Action: a:b } }';
    const [found] = await findPolicies(withDocument(account));
    expect(found && providers(found.policy)).toEqual(['011122223333', 'p']);
  });

  /** The subject that a role's policy wants, where a template writes it so. */
  const subjectOf = async (written: string): Promise<string | undefined> => {
    const [found] = await findPolicies(`
Parameters:
  Repository: { Type: String, Default: octo-org/octo-repo }
Resources:
  GithubProvider:
    Type: AWS::IAM::OIDCProvider
    Properties: { Url: https://token.actions.githubusercontent.com }
  Broken: { Type: 'AWS::IAM::OIDCProvider' }
  Named: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: [x] } }
  Bucket: { Type: 'AWS::S3::Bucket' }
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: { Federated: p }
            Action: sts:AssumeRoleWithWebIdentity
            Condition: { StringEquals: { k: ${written} } }
`);
    return found && valuesOf(found.policy).join();
  };

  const GITHUB_PROVIDER = 'arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com';
  it.each([
    ['!GetAtt GithubProvider.Arn', GITHUB_PROVIDER],
    ['!GetAtt [GithubProvider, Arn]', GITHUB_PROVIDER],
    [`!Sub '${'$'}{GithubProvider.Arn}'`, GITHUB_PROVIDER],
    ['!GetAtt Bucket.Arn', unknown('Bucket.Arn')],
    ['!Ref Broken', unknown('Broken')],
    ['!Ref Named', unknown('Named')],
    ['!Ref [Repository]', unknown('Ref')],
    [`!Sub 'arn:${'$'}{AWS::Partition}:${'$'}{AWS::Region}'`, 'arn:aws:us-east-1'],
    ["!Join ['', [a, !Ref Repository]]", 'aocto-org/octo-repo'],
    ["!Join [!Ref 'AWS::NoValue', [a, b]]", 'ab'],
    ["!Join ['/', [a, { b: c }]]", `a/${unknown('Join')}`],
    [`!Sub ['${'$'}{Own}', { Own: { b: c } }]`, `${'$'}{Own}`],
    ['!Sub [{ b: c }, {}]', ''],
    ['!Sub []', ''],
    ['true', 'true'],
    ['5', '5'],
    ['1.10', '1.10'],
  ])('makes of %s the text %j', async (written, text) => {
    expect(await subjectOf(written)).toBe(text);
  });

  it('with a role that has no trust policy, or is empty, has nothing to test', async () => {
    const role = (properties: string) =>
      `Resources:\n  A: { Type: 'AWS::IAM::Role', Properties: ${properties} }`;
    expect(await findPolicies(role('{ Path: / }'))).toEqual([]);
    expect(await findPolicies(role(''))).toEqual([]);
    expect(await findPolicies('Resources:')).toEqual([]);
  });

  it('in JSON is the same', async () => {
    const template = {
      Resources: {
        Deploy: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: {
              ...POLICY,
              Statement: [
                {
                  ...POLICY.Statement[0],
                  Principal: { Federated: { 'Fn::GetAtt': ['GithubProvider', 'Arn'] } },
                },
              ],
            },
          },
        },
        GithubProvider: {
          Type: 'AWS::IAM::OIDCProvider',
          Properties: { Url: 'https://token.actions.githubusercontent.com' },
        },
      },
    };
    const [found] = await findPolicies(JSON.stringify(template));
    expect(found && providers(found.policy)).toEqual([
      'arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com',
    ]);
  });
});

it.each([
  [unknown('OIDC_ARN'), 'arn:aws:iam::000000000000'],
  [`arn:aws-cn:iam::111122223333:oidc-provider/${unknown('NAME')}`, 'arn:aws-cn:iam::111122223333'],
  ['', 'arn:aws:iam::000000000000'],
  ['arn:aws:iam::111122223333:oidc-provider/', 'arn:aws:iam::111122223333'],
  [
    `arn:aws-us-gov:iam::${unknown('ACCOUNT')}:oidc-provider/token.actions.githubusercontent.com`,
    'arn:aws-us-gov:iam::000000000000',
  ],
])('the principal %s of a plain policy stands for the likely provider', async (written, account) => {
  const [statement] = POLICY.Statement;
  const [found] = await findPolicies(
    JSON.stringify({ ...POLICY, Statement: [{ ...statement, Principal: { Federated: written } }] }),
  );
  expect(found && providers(found.policy)).toEqual([
    `${account}:oidc-provider/token.actions.githubusercontent.com`,
  ]);
});

const EKS = 'oidc.eks.us-east-1.amazonaws.com/id/UNKNOWN';
it.each([
  ['EKS_PROVIDER', EKS],
  ['eks_oidc_provider_arn', EKS],
  ['IrsaProvider', EKS],
  ['CLUSTER_OIDC_ARN', EKS],
  ['GitHubProviderOfCluster', 'token.actions.githubusercontent.com'],
])('the name %s says whose provider is likely', async (name, issuer) => {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: unknown(name) },
    Action: 'sts:AssumeRoleWithWebIdentity',
  };
  const [found] = await findPolicies(JSON.stringify({ ...POLICY, Statement: [statement] }));
  expect(found && providers(found.policy)).toEqual([`arn:aws:iam::000000000000:oidc-provider/${issuer}`]);
});

describe('a terraform plan', () => {
  const role = (name: string, policy: unknown) => ({
    address: `aws_iam_role.${name}`,
    type: 'aws_iam_role',
    values: { assume_role_policy: policy },
  });
  const plan = (resources: readonly unknown[], children: readonly unknown[] = []) =>
    JSON.stringify({ planned_values: { root_module: { resources, child_modules: children } } }, null, 2);

  it('gives its roles, also those of modules, at the place of their text', async () => {
    const text = plan(
      [role('a', JSON.stringify(POLICY)), role('later', undefined), role('service', JSON.stringify(SERVICE))],
      [{ resources: [role('b', JSON.stringify(POLICY))] }],
    );
    const found = await findPolicies(text);
    expect(found.map(({ role, trustsProvider }) => [role, trustsProvider])).toEqual([
      ['aws_iam_role.a', true],
      ['aws_iam_role.service', false],
      ['aws_iam_role.b', true],
    ]);
    expect(text.split('\n')[(found[0]?.policy.at.line ?? 0) - 1]).toContain('assume_role_policy');
  });

  it('that was applied is read, too', async () => {
    const text = JSON.stringify({
      values: { root_module: { resources: [role('a', JSON.stringify(POLICY))] } },
    });
    expect((await findPolicies(text)).map((one) => one.role)).toEqual(['aws_iam_role.a']);
  });

  it('calls a role without an address by its type, and leaves out what is no role', async () => {
    const text = plan([
      { ...role('a', JSON.stringify(POLICY)), address: undefined },
      { ...role('b', JSON.stringify(POLICY)), type: 'aws_iam_policy' },
    ]);
    expect((await findPolicies(text)).map((one) => one.role)).toEqual(['aws_iam_role']);
  });

  it('names the place of a policy that is none', async () => {
    const { policies, problems } = await find(
      plan([role('a', '{"Statement": 1}'), role('b', JSON.stringify(POLICY)), role('empty', '')]),
    );
    expect(policies.map((one) => one.role)).toEqual(['aws_iam_role.b']);
    expect(problems).toMatchObject([
      {
        rule: 'syntax',
        role: 'aws_iam_role.a',
        at: { line: 9, column: 35 },
        message: expect.stringMatching(/^a statement must/),
      },
    ]);
  });

  it('names the roles whose policy only the apply will tell', async () => {
    const change = (type: string, unknown: object) => ({
      address: `${type}.later`,
      type,
      change: { after_unknown: unknown },
    });
    const text = JSON.stringify({
      planned_values: {},
      resource_changes: [
        change('aws_iam_role', { arn: true, assume_role_policy: true }),
        change('aws_iam_role', { arn: true }),
        change('aws_iam_role', { assume_role_policy: false }),
        change('other', { assume_role_policy: true }),
      ],
    });
    expect(await find(text)).toMatchObject({
      policies: [],
      problems: [{ rule: 'unknown-until-apply', severity: 'warning', role: 'aws_iam_role.later' }],
    });
  });
});

it.each([
  ['JSON', `\uFEFF${JSON.stringify(POLICY)}`],
  ['YAML', `\uFEFFVersion: 2012-10-17\nStatement: ${JSON.stringify(POLICY.Statement)}`],
])('a byte order mark before %s is no part of it', async (_, text) => {
  expect(await findPolicies(text)).toHaveLength(1);
});

it.each([
  ['', 'line 1, column 1: a trust policy must be an object'],
  ['# only a comment', 'line 1, column 1: a trust policy must be an object'],
  ['Version: 2012-10-17\nStatement:', 'line 2, column 11: a statement must be an object'],
  ['Version: 2012-10-17\nStatement: true', 'line 2, column 12: a statement must be an object'],
  ['Statement: []\n[a]: b', 'line 2, column 1: a trust policy has no element ""'],
  ['Version: 2012-10-17\nVersion: 2012-10-17', 'line 2, column 1: Map keys must be unique'],
  ['a: [', /^line 1/],
  ['a: &x [*x]', 'too large, or nested too deeply'],
  [
    'a: &x [1,1,1,1,1,1,1,1,1,1]\nb: &y [*x,*x,*x,*x,*x,*x,*x,*x,*x,*x]\nc: &z [*y,*y,*y,*y,*y,*y,*y,*y,*y,*y]\nd: &v [*z,*z,*z,*z,*z,*z,*z,*z,*z,*z]\ne: [*v,*v,*v,*v,*v,*v,*v,*v,*v,*v]',
    'too large',
  ],
  ['{', /^line 1, column 2/],
])('%j is refused with a place', async (text, message) => {
  await expect(findPolicies(text)).rejects.toThrow(message);
});
