import { checkTrust } from '../../../../src/check-trust/check.js';
import { findIn, HOST } from '../../../support/found-policies.js';

const policy = (branch: string): string => `Version: 2012-10-17
Statement:
  - Effect: Allow
    Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/${HOST}' }
    Action: sts:AssumeRoleWithWebIdentity
    Condition: { StringEquals: { '${HOST}:sub': 'repo:octo-org/octo-repo:ref:refs/heads/${branch}' } }
`;

const template = (name: string): string => `Resources:
  ${name}:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
${policy(name).replace(/^/gm, '        ')}
`;

describe('several YAML documents in one file', () => {
  it('are all read, at their lines and by their names', async () => {
    const text = `---\n${policy('a')}---\n${template('Deploy')}---\n# nothing\n---\n${policy('b')}...\n`;
    const { policies, problems } = await findIn({ 'a.yml': text }, 'a.yml');
    const lines = text.split('\n').map((line, index) => [line, index + 1] as const);
    const starts = lines.filter(([line]) => /^ *Version/.test(line)).map(([, number]) => number);
    expect(policies.map(({ role, policy: { at } }) => [role, at.line])).toEqual([
      ['document 1', starts[0]],
      ['Deploy', starts[1]],
      ['document 3', starts[2]],
    ]);
    expect(problems).toEqual([]);
  });

  it('are tested also where one of them is wrong, or is something else', async () => {
    const text = `${policy('a')}---\na: [\n---\nkind: ConfigMap\n---\nStatement: 1\n`;
    const { policies, problems } = await findIn({ 'a.yml': text }, 'a.yml');
    expect(policies.map(({ role }) => role)).toEqual(['document 1']);
    expect(problems).toEqual([
      expect.objectContaining({ rule: 'syntax', severity: 'error', role: 'document 2' }),
      expect.objectContaining({ rule: 'unread', severity: 'note', role: undefined }),
      expect.objectContaining({
        rule: 'syntax',
        severity: 'error',
        role: 'document 4',
        at: { line: 12, column: 12 },
      }),
    ]);
  });

  it('are one where the others are empty', async () => {
    const { policies } = await findIn({ 'a.yml': `---\n---\n${policy('a')}---\n` }, 'a.yml');
    expect(policies.map(({ role }) => role)).toEqual([undefined]);
  });

  it('have something to test, or are an error', async () => {
    const file = { path: 'a.yml', text: 'kind: A\n---\nkind: B\n' };
    const { problems } = await checkTrust([file], []);
    expect(problems.map(({ rule, severity }) => [rule, severity])).toEqual([['nothing-to-test', 'error']]);
    const { problems: found } = await findIn({ 'a.yml': file.text }, '*.yml');
    expect(found.map(({ severity }) => severity)).toEqual(['note', 'note']);
  });

  it('have anchors and a size of their own and together', async () => {
    const anchors = 'a: &x 1\n---\nb: *x\n';
    const { problems } = await findIn({ 'a.yml': anchors }, 'a.yml');
    expect(problems).toContainEqual(
      expect.objectContaining({ message: 'there is no anchor for the alias "x"', role: 'document 2' }),
    );
    const list = `- &a [${'x, '.repeat(1000)}]\n${'- *a\n'.repeat(60)}---\n`;
    const { problems: large } = await findIn({ 'a.yml': list + list }, 'a.yml');
    expect(large.map(({ message }) => message)).toContainEqual(expect.stringContaining('too large'));
  });

  it.each(['---\n', '--- a\n', '...\na\n'])('are counted before 1 MB of %j is parsed', async (text) => {
    const before = performance.now();
    const file = { path: 'a.yml', text: text.repeat(150_000) };
    const { problems } = await checkTrust([file], []);
    expect(problems[0]?.message).toBe('more than 1000 YAML documents are not read');
    expect(performance.now() - before).toBeLessThan(2000);
  });
});
