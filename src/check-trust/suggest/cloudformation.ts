import { providerPath } from '../../trust/oidc/issuer.js';
import { CLIENT_ID, type Format, providerUrl } from './format.js';
import { conditionBlock } from './policy.js';

/** A template that makes the role, and the provider where it is told that the account has none. */
export const cloudformation: Format = {
  takes: ['roleName'],
  isUnescaped: true,
  write: (suggested, { roleName }) => {
    const provider = `arn:\${AWS::Partition}:iam::\${AWS::AccountId}:oidc-provider/${providerPath(suggested.home.issuer)}`;
    return [
      'AWSTemplateFormatVersion: "2010-09-09"',
      `Description: ${yaml(`A role for ${suggested.home.repository} on GitHub Actions`)}`,
      'Parameters:',
      '  CreateProvider:',
      '    Type: String',
      '    AllowedValues: ["true", "false"]',
      '    Default: "false"',
      '    Description: "true if the account has no OIDC provider for this issuer yet: it can have only one"',
      'Conditions:',
      '  HasNoProvider: !Equals [!Ref CreateProvider, "true"]',
      'Resources:',
      '  Provider:',
      '    Type: AWS::IAM::OIDCProvider',
      '    Condition: HasNoProvider',
      '    DeletionPolicy: Retain',
      '    UpdateReplacePolicy: Retain',
      '    Properties:',
      `      Url: ${yaml(providerUrl(suggested))}`,
      `      ClientIdList: [${yaml(CLIENT_ID)}]`,
      '  Role:',
      '    Type: AWS::IAM::Role',
      '    Properties:',
      ...(roleName === undefined ? [] : [`      RoleName: ${yaml(roleName)}`]),
      '      AssumeRolePolicyDocument:',
      '        Version: "2012-10-17"',
      '        Statement:',
      '          - Effect: Allow',
      '            Principal:',
      '              Federated: !If',
      '                - HasNoProvider',
      '                - !Ref Provider',
      `                - !Sub ${yaml(provider)}`,
      '            Action: sts:AssumeRoleWithWebIdentity',
      '            Condition:',
      ...block(conditionBlock(suggested), '              '),
      'Outputs:',
      '  RoleArn:',
      '    Value: !GetAtt Role.Arn',
    ].join('\n');
  },
};

/** A mapping or list, a line each; texts in double quotes, so that none is taken for something else. */
function block(value: object, indent: string): readonly string[] {
  return Object.entries(value).flatMap(([name, one]: readonly [string, unknown]) => {
    const start = `${indent}${Array.isArray(value) ? '-' : `${yaml(name)}:`}`;
    if (typeof one === 'object' && one !== null) return [start, ...block(one, `${indent}  `)];
    return [`${start} ${yaml(String(one))}`];
  });
}

/** A text of YAML 1.2 (https://yaml.org/spec/1.2.2/#573-escaped-characters). */
function yaml(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^ -~]/gu, (char) => `\\U${(char.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`);
  return `"${escaped}"`;
}
