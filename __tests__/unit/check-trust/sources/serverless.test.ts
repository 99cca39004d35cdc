import { findIn, HOST, PROVIDER, rolesIn, unknown } from '../../../support/found-policies.js';

const template = (subject: string, custom = '{}') => `
service: app
provider: { name: aws }
custom: ${custom}
resources:
  Resources:
    Deploy:
      Type: AWS::IAM::Role
      Properties:
        AssumeRolePolicyDocument:
          Statement:
            Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal: { Federated: '${PROVIDER}' }
            Condition:
              StringLike:
                ${HOST}:sub: ${subject}
`;

describe('a variable', () => {
  it.each([
    [`'\${sls:stage}'`, 'dev'],
    [`'\${aws:accountId}'`, '000000000000'],
    [`'\${aws:region}'`, 'us-east-1'],
    [`'a\${sls:stage}b\${sls:stage}'`, 'adevbdev'],
    [`'\${self:custom.list.1}'`, 'b'],
    [`'\${self:custom.list}'`, 'a|b'],
    [`'\${self:custom.number}'`, '1'],
    [`'\${self:custom.none.of.it, true}'`, 'true'],
    [`'\${self:custom.none, 12}'`, '12'],
    [`"\${self:custom.none, 'text'}"`, 'text'],
    [`'\${opt:a, self:custom.none, self:custom.number}'`, '1'],
    [`'\${opt:a}'`, unknown('opt:a')],
    [`'a\${opt:a}'`, `a${unknown('opt:a')}`],
    [`'a\${self:custom.list}'`, `a${unknown('self:custom.list')}`],
    [`'a\${self:custom.\${opt:b}}'`, `a${unknown(`self:custom.${unknown('opt:b')}`)}`],
    [`'\${self:custom.circle}'`, unknown('self:custom.circle')],
  ])('%s is %j', async (subject, text) => {
    const custom = `{ list: [a, b], number: 1, circle: '\${self:custom.circle}' }`;
    const { Deploy } = await rolesIn({ 's.yml': template(subject, custom) }, 's.yml');
    expect(Deploy).toEqual([PROVIDER, `StringLike ${HOST}:sub ${text}`]);
  });
});

it.each([
  [19_999, 'dev'],
  [20_000, unknown('sls:stage')],
])('after %i other values a variable is %j', async (count, text) => {
  const metadata = `resources:\n  Metadata: [${`'\${sls:stage}',`.repeat(count)}]\n`;
  const file = template(`'\${sls:stage}'`).replace('resources:\n', metadata);
  const { Deploy } = await rolesIn({ 's.yml': file }, 's.yml');
  expect(Deploy).toEqual([PROVIDER, `StringLike ${HOST}:sub ${text}`]);
});

it('without resources there are no roles', async () => {
  const text = template('x').replace(/\nresources:[\s\S]*/, '\n');
  expect(await findIn({ 's.yml': text }, 's.yml')).toEqual({ policies: [], problems: [] });
});
