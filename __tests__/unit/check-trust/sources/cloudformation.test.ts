import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';

/** A template with a role whose subject is this; `more` are its other sections. */
const template = (subject: string, more = '') => `${more}
Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          Effect: Allow
          Action: sts:AssumeRoleWithWebIdentity
          Principal: { Federated: !Ref Provider }
          Condition: { StringLike: { '${HOST}:sub': ${subject} } }
  Provider:
    Type: AWS::IAM::OIDCProvider
    Properties: { Url: !If [Own, 'https://${HOST}', 'https://other.example'] }
`;

const subjectsOf = async (subject: string, more = '') => {
  const roles = await rolesIn({ 't.yaml': template(subject, more) }, 't.yaml');
  return Object.entries(roles).map(([role, [, condition]]) => [role, condition?.split(' ').at(-1)]);
};

const PARAMETERS = `
Parameters:
  Full: { Type: String, Default: octo-org/octo-repo }
  Open: { Type: String }
  Stage: { Type: String, Default: dev, AllowedValues: [dev, test, prod] }
  Kind: { Type: String, AllowedValues: [a, b] }
  Own: { Type: String, Default: 'yes' }
  Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: /the/name }
Mappings:
  Stages: { dev: { Sub: 'repo:o/dev:*' }, test: { Sub: 'repo:o/dev:*' }, prod: { Sub: 'repo:o/prod:*' } }
Conditions:
  Own: !Equals [!Ref Own, 'yes']
  IsProd: !Equals [!Ref Stage, prod]
  NotOwn: !Not [!Condition Own]
  Either: !Or [!Condition NotOwn, !Equals [!Ref Open, x]]
  Never: !And [!Condition NotOwn, !Equals [!Ref Open, x]]
`;

it.each([
  ["!Select [0, !Split ['/', !Ref Full]]", 'octo-org'],
  [`!Sub ['repo:\${O}:*', { O: !Select [1, !Split ['/', !Ref Full]] }]`, 'repo:octo-repo:*'],
  ["!Select [0, !Split ['/', !Ref Open]]", unknown('Select')],
  ['!If [Own, a, b]', 'a'],
  ['!If [NotOwn, a, b]', 'b'],
  ['!If [Never, a, b]', 'b'],
  ['!FindInMap [Stages, dev, Sub]', 'repo:o/dev:*'],
  ['!FindInMap [Stages, !Ref Open, Sub]', unknown('FindInMap')],
  ['!Ref Stored', unknown('Stored')],
  [`'{{resolve:ssm:/a/b}}x'`, `${unknown('ssm:/a/b')}x`],
  ['!Ref Stage', 'dev'],
])('%s gives %j', async (written, text) => {
  expect(await subjectsOf(written, PARAMETERS)).toEqual([['Deploy', text]]);
});

it('is tested with each allowed value that decides something, and both ways for what no value decides', async () => {
  expect(await subjectsOf('!If [IsProd, p, d]', PARAMETERS)).toEqual([
    ['Deploy (Stage: dev)', 'd'],
    ['Deploy (Stage: prod)', 'p'],
  ]);
  expect(await subjectsOf('!FindInMap [Stages, !Ref Stage, Sub]', PARAMETERS)).toEqual([
    ['Deploy (Stage: dev)', 'repo:o/dev:*'],
    ['Deploy (Stage: prod)', 'repo:o/prod:*'],
  ]);
  expect(await subjectsOf(`!Sub 'x\${Kind}'`, PARAMETERS)).toEqual([
    ['Deploy (Kind: a)', 'xa'],
    ['Deploy (Kind: b)', 'xb'],
  ]);
  expect(await subjectsOf('!If [Either, a, b]', PARAMETERS)).toEqual([
    ['Deploy (Either)', 'a'],
    ['Deploy (not Either)', 'b'],
  ]);
});

it.each([
  [16, 16],
  [17, 1],
])('of %i allowed values makes %i policies', async (count, policies) => {
  const values = Array.from({ length: count }, (_, index) => `v${index}`).join(', ');
  const more = `Parameters: { Kind: { Type: String, AllowedValues: [${values}] } }`;
  expect(await subjectsOf(`!Sub 'x\${Kind}'`, more)).toHaveLength(policies);
});

it.each([
  [1, 2],
  [4, 16],
  [5, 16],
])('of %i conditions that nothing decides makes %i policies', async (count, policies) => {
  const all = Array.from({ length: count }, (_, index) => `!If [C${index}, a${index}, b${index}]`);
  const subjects = await subjectsOf(`[${all.join(', ')}]`, 'Conditions: {}');
  expect(subjects).toHaveLength(policies);
});

it("the provider's address may depend on a condition", async () => {
  const other = PARAMETERS.replace("Default: 'yes'", "Default: 'no'");
  expect((await rolesIn({ 't.yaml': template('x', PARAMETERS) }, 't.yaml'))['Deploy']?.[0]).toBe(PROVIDER);
  expect((await rolesIn({ 't.yaml': template('x', other) }, 't.yaml'))['Deploy']?.[0]).toMatch(
    /other\.example$/,
  );
});

it('a policy that is JSON in a text may have references in it', async () => {
  const json = `{"Statement":{"Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"\${Provider}"},"Condition":{"StringLike":{"\${Host}:sub":"repo:\${Full}:*"}}}}`;
  const text = `${PARAMETERS}
Resources:
  Deploy: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: !Sub '${json}' } }
  Provider: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: 'https://${HOST}' } }
`;
  expect(await rolesIn({ 't.yaml': text }, 't.yaml')).toEqual({
    Deploy: [PROVIDER, `StringLike ${HOST}:sub repo:octo-org/octo-repo:*`],
  });
});

it("SAM's functions have roles, and the CDK has keys in resources of their own", async () => {
  const statement = (condition: string) =>
    `{ Effect: Allow, Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: !Ref Provider }, Condition: { StringLike: ${condition} } }`;
  const text = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Run:
    Type: AWS::Serverless::Function
    Properties: { AssumeRolePolicyDocument: { Statement: ${statement(`{ '${HOST}:sub': a }`)} } }
  Plain: { Type: 'AWS::Serverless::Function', Properties: {} }
  Keys: { Type: 'Custom::AWSCDKCfnJson', Properties: { Value: !Join ['', ['{"', '${HOST}', ':sub":"b"}']] } }
  Cdk: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: ${statement('!GetAtt Keys.Value')} } } }
  Provider: { Type: 'Custom::AWSCDKOpenIdConnectProvider', Properties: { url: 'https://${HOST}' } }
`;
  expect(await rolesIn({ 't.yaml': text }, 't.yaml')).toEqual({
    RunRole: [PROVIDER, `StringLike ${HOST}:sub a`],
    Cdk: [PROVIDER, `StringLike ${HOST}:sub b`],
  });
});

it.each([
  ['{ Statement: !Ref Open }', 'depends on Open'],
  ['{ Statement: { Effect: Allow, Principal: !ImportValue x, Action: a:b } }', 'depends on ImportValue'],
  ["{ 'Fn::Transform': { Name: 'AWS::Include' } }", 'depends on Transform'],
])('%s is reported as not read', async (document, reason) => {
  const text = `Parameters: { Open: { Type: String } }\nResources:\n  A: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: ${document} } }\n  'Fn::ForEach::X': []\n  B: { Type: 'AWS::IAM::Role' }\n`;
  const { problems } = await findIn({ 't.yaml': text }, 't.yaml');
  expect(problems).toMatchObject([
    { rule: 'unread', role: 'A', at: { line: 3 }, message: expect.stringContaining(reason) },
    { rule: 'unread', role: undefined, message: expect.stringContaining('Fn::ForEach::X') },
    { rule: 'unread', role: 'B' },
  ]);
});

it('what stands for itself, or comes to too much, is unknown', async () => {
  const provider = (name: string, url: string) =>
    `  ${name}: { Type: 'AWS::IAM::OIDCProvider', Properties: { Url: ${url} } }\n`;
  const chain = Array.from({ length: 60 }, (_, i) => provider(`P${i}`, `!Sub 'x\${P${i + 1}}\${P${i + 1}}'`));
  const more = `${provider('A', '!Ref B')}${provider('B', '!GetAtt A.Arn')}${chain.join('')}`;
  const text = `${template('!Ref A')}${more}`.replace('!Ref Provider', '[!Ref A, !Ref P0]');
  const { policies } = await findIn({ 't.yaml': text }, 't.yaml');
  expect(JSON.stringify(policies).length).toBeLessThan(100_000);
});

describe('a function', () => {
  it.each([
    ["!Join ['', [a, !Ref Open]]", `a${unknown('Open')}`],
    ["!Join ['', [a, { b: c }]]", `a${unknown('Join')}`],
    ["!Split [',', 'a,b']", 'a|b'],
    ["!Split ['', 'a,b']", unknown('Split')],
    ['!Select [!Ref Open, [a, b]]', unknown('Select')],
    ['!Select [5, [a, b]]', unknown('Select')],
    [`!FindInMap [None, a, b, { DefaultValue: !Sub 'x\${Full}' }]`, 'xocto-org/octo-repo'],
    ['!Base64 x', unknown('Base64')],
    [
      `!Sub '\${Full}-\${!aws:username}-\${Open}-\${'`,
      `octo-org/octo-repo-${unknown('aws:username')}-${unknown('Open')}-\${`,
    ],
    ['!GetAtt [Other, Arn]', unknown('Other.Arn')],
    ['!Ref AWS::Region', 'us-east-1'],
  ])('%s gives %j', async (written, text) => {
    expect(await subjectsOf(written, PARAMETERS)).toEqual([['Deploy', text]]);
  });

  it('that writes JSON is the tree that it writes', async () => {
    const text = template('x', PARAMETERS).replace(
      /AssumeRolePolicyDocument:\n([\s\S]*?)\n {2}Provider:/,
      "AssumeRolePolicyDocument: !ToJsonString { Statement: { Effect: Allow, Action: 'sts:AssumeRole', Principal: '*' } }\n  Provider:",
    );
    expect(await rolesIn({ 't.yaml': text }, 't.yaml')).toEqual({ Deploy: ['*'] });
  });

  it("of the CDK that is not JSON is not known, as is a resource without that CDK's value", async () => {
    const more = `  Keys: { Type: 'Custom::AWSCDKCfnJson', Properties: { Value: '{' } }\n  None: { Type: 'Custom::AWSCDKCfnJson' }\n`;
    for (const name of ['Keys', 'None']) {
      const text = template(`!GetAtt ${name}.Value`) + more;
      const { Deploy } = await rolesIn({ 't.yaml': text }, 't.yaml');
      expect(Deploy?.[1]).toContain(unknown(`${name}.Value`));
    }
  });
});

describe('a condition', () => {
  const conditions = `
Parameters:
  Open: { Type: String }
  Yes: { Type: String, Default: 'yes' }
Conditions:
  Yes: !Equals [!Ref Yes, 'yes']
  No: !Not [!Condition Yes]
  Both: !And [!Condition Yes, !Equals [!Ref Yes, 'yes']]
  One: !Or [!Condition No, !Condition Yes]
  Neither: !Or [!Condition No, !Condition No]
  Circle: !Not [!Condition Circle]
  Strange: { 'Fn::Other': [] }
  Empty: {}
  Unknown: !Not [!Equals [!Ref Open, 'x']]
`;

  it.each([
    ['Both', 'a'],
    ['One', 'a'],
    ['Neither', 'b'],
  ])('%s that the values decide is taken one way', async (name, text) => {
    expect(await subjectsOf(`!If [${name}, a, b]`, conditions)).toEqual([['Deploy', text]]);
  });

  it('that is another one depends on what that depends on', async () => {
    const alias = PARAMETERS.replace('  IsProd:', '  Alias: !Condition IsProd\n  IsProd:');
    expect(await subjectsOf('!If [Alias, p, d]', alias)).toEqual([
      ['Deploy (Stage: dev)', 'd'],
      ['Deploy (Stage: prod)', 'p'],
    ]);
  });

  it.each(['Circle', 'Strange', 'Empty', 'Unknown', 'Missing'])(
    '%s that they do not decide is taken both ways',
    async (name) => {
      expect(await subjectsOf(`!If [${name}, a, b]`, conditions)).toEqual([
        [`Deploy (${name})`, 'a'],
        [`Deploy (not ${name})`, 'b'],
      ]);
    },
  );
});
