import { checkTrust } from '../../../src/check-trust/check.js';
import { findPolicies } from '../../../src/check-trust/sources/find-policies.js';
import { plainYaml } from '../../../src/core/yaml-document.js';
import { customTags } from '../../../src/inputs/custom-tags.js';
import { findSections, formatSection } from '../../../src/platform/ini-sections.js';
import { times } from '../../support/volume.js';

/*
 * Texts that took minutes, in the size in which a file or an input may hold them. That an answer comes within the
 * time that a test has is what is tested; `npm run bench:inputs` says how fast.
 */

const repeated = (text: string, length = times(150_000, 500_000)): string =>
  text.repeat(Math.ceil(length / text.length));
const lines = (line: (index: number) => string, count: number): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('\n');

describe('a long text is answered', () => {
  it.each([
    ['keys of one mapping', lines((index) => `key${index}: v`, times(5_000, 15_000))],
    ['anchors with an alias each', lines((index) => `- &a${index} x\n- *a${index}`, times(3_000, 10_000))],
    ['escapes that do not exist', `"${repeated('\\q', times(20_000, 60_000))}"`],
    ['anchors without a node', repeated('&a ', times(25_000, 80_000))],
    ['tags without a node', repeated('!!str ', times(30_000, 100_000))],
    ['brackets', repeated('[', times(25_000, 80_000))],
  ])('as YAML: %s', (_, text) => {
    let answer: unknown;
    try {
      answer = plainYaml(text);
    } catch (error) {
      answer = error;
    }
    expect(answer).toBeDefined();
  });

  it('as custom-tags', async () => {
    const tags = lines((index) => `key${index}: v`, 9_000);
    expect(await customTags(tags)).toHaveLength(9_000);
  });

  it('as a policy whose variables have no end', async () => {
    const text = JSON.stringify({
      Version: '2012-10-17',
      Statement: {
        Effect: 'Allow',
        Principal: {
          Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
        },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: { 'token.actions.githubusercontent.com:sub': repeated('${') } },
      },
    });
    const { policies } = await checkTrust([{ path: 'p.json', text }], []);
    expect(policies).toHaveLength(1);
  });

  it('as a template that substitutes variables without an end', async () => {
    const policy = `{Version: 2012-10-17, Statement: [{Effect: Allow, Action: 'sts:AssumeRoleWithWebIdentity', Principal: {Federated: !Sub '${repeated('${')}'}}]}`;
    const template = `Resources:\n  R:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: ${policy}\n`;
    expect((await findPolicies({ path: 'policy', text: template })).policies).toHaveLength(1);
  });

  it('as a shared file whose headers are full of blanks', () => {
    const text = `[a${' '.repeat(400_000)}b]\n${formatSection('ci', new Map([['region', 'us-east-1']]), '\n')}`;
    expect(findSections(text, 'ci')).toHaveLength(1);
  });
});
