import { hclString } from '../../trust/explain/suggest.js';
import { CLIENT_ID, type Format, providerUrl } from './format.js';
import { conditionBlock } from './policy.js';

/**
 * The provider and the role. The policy is `jsonencode`, since `aws_iam_policy_document` would take `&{` in a name for a
 * variable.
 */
export const terraform: Format = {
  takes: ['roleName'],
  isUnescaped: true,
  write: (suggested, { roleName }) =>
    [
      '# An account can have one OIDC provider for an issuer. If it has this one already, use',
      '# data "aws_iam_openid_connect_provider" with the same url instead of the resource.',
      'resource "aws_iam_openid_connect_provider" "github" {',
      `  url            = ${hclString(providerUrl(suggested))}`,
      `  client_id_list = [${hclString(CLIENT_ID)}]`,
      '}',
      '',
      'resource "aws_iam_role" "github" {',
      ...(roleName === undefined ? [] : [`  name = ${hclString(roleName)}`]),
      '  assume_role_policy = jsonencode({',
      '    Version = "2012-10-17"',
      '    Statement = [{',
      '      Effect    = "Allow"',
      '      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }',
      '      Action    = "sts:AssumeRoleWithWebIdentity"',
      '      Condition = {',
      ...Object.entries(conditionBlock(suggested)).flatMap(([operator, keys]) => [
        `        ${operator} = {`,
        ...aligned(Object.entries(keys)),
        '        }',
      ]),
      '      }',
      '    }]',
      '  })',
      '}',
    ].join('\n'),
};

type Entry = readonly [string, string | readonly string[]];

/** As `terraform fmt` has it: the signs of equality of neighbouring lines below each other, lists by themselves. */
function aligned(entries: readonly Entry[]): readonly string[] {
  const isText = ([, values]: Entry): boolean => typeof values === 'string';
  return entries.map((entry, index) => {
    const [key, values] = entry;
    if (typeof values !== 'string') {
      return `          ${hclString(key)} = [\n${values.map((one) => `            ${hclString(one)},\n`).join('')}          ]`;
    }
    const start = entries.slice(0, index).findLastIndex((one) => !isText(one)) + 1;
    const end = entries.findIndex((one, place) => place > index && !isText(one));
    const group = entries.slice(start, end < 0 ? undefined : end);
    const width = Math.max(...group.map(([name]) => hclString(name).length));
    return `          ${hclString(key).padEnd(width)} = ${hclString(values)}`;
  });
}
