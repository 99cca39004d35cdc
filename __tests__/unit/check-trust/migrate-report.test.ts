import { migrate, parseStage } from '../../../src/check-trust/migrate/migrate.js';
import { unifiedDiff } from '../../../src/check-trust/migrate/unified-diff.js';
import { PROVIDER } from '../../support/trust-policies.js';

const HOST = 'token.actions.githubusercontent.com';
const MAIN = 'repo:octo-org/octo-repo:ref:refs/heads/main';
const IDS = { 'octo-org/octo-repo': { owner_id: 65, repository_id: 74 } };

function policyWith(condition: unknown, provider = PROVIDER): string {
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: provider },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition: condition,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
}

const subject = (sub: unknown, host = HOST): unknown => ({ StringEquals: { [`${host}:sub`]: sub } });
const PLAIN = policyWith(subject(MAIN));

const report = (text: string, ids: unknown = IDS, path = 'deploy.json') =>
  migrate([{ path, text }], typeof ids === 'string' ? ids : JSON.stringify(ids), 'transitional', () => 0);

const gh = (name: string, id: number, owner: number) => ({
  id,
  full_name: name,
  owner: { login: 'x', id: owner },
});

describe('the file with the ids', () => {
  it.each<[string, unknown]>([
    ['a mapping', IDS],
    [
      'ids as text, and names in another case',
      { 'Octo-Org/Octo-Repo': { owner_id: '65', repository_id: '74' } },
    ],
    ['what gh api repos/O/R prints', gh('octo-org/octo-repo', 74, 65)],
    ['a list of that', [gh('octo-org/x', 75, 65), gh('octo-org/octo-repo', 74, 65)]],
    ['pages', [[gh('octo-org/x', 75, 65)], [gh('octo-org/octo-repo', 74, 65)]]],
    [
      'several answers in a row',
      `${JSON.stringify(gh('octo-org/octo-repo', 74, 65))}\n${JSON.stringify(gh('a/b', 1, 2))}`,
    ],
  ])('is %s', async (_, ids) => {
    const { lines, isSafe } = await report(PLAIN, ids);
    expect(isSafe).toBe(true);
    expect(lines.join('\n')).toContain('repo:octo-org@65/octo-repo@74:ref:refs/heads/main');
  });

  it.each<[string, unknown, RegExp]>([
    ['not JSON', '{', /^--migrate: line 1, column 2: .*; expected \{"OWNER\/NAME"/],
    ['empty', {}, /^--migrate: no repository is in it; expected/],
    ['a text', '"x"', /^--migrate: line 1, column 1: |^--migrate: line 1 is not a repository; expected/],
    ['a list of numbers', [1], /^--migrate: line 1 is not a repository; expected/],
    [
      'of no repository',
      { x: { owner_id: 1, repository_id: 2 } },
      /^--migrate: line 1: "x" is not OWNER\/NAME; expected/,
    ],
    ['without the name', [{ full_name: 7, id: 1 }], /^--migrate: line 1: "7" is not OWNER\/NAME/],
    [
      'without an id',
      { 'a/b': { owner_id: 1 } },
      /^--migrate: line 1: the ids of "a\/b" are not two whole numbers/,
    ],
    [
      'with a name for an id',
      { 'a/b': { owner_id: 'a', repository_id: 1 } },
      /the ids of "a\/b" are not two whole numbers/,
    ],
    [
      'in two minds about a repository',
      [gh('a/b', 1, 2), gh('A/b', 3, 2)],
      /^--migrate: "A\/b" or its owner has two different ids/,
    ],
    [
      'in two minds about an owner',
      [gh('a/b', 1, 2), gh('a/c', 3, 4)],
      /^--migrate: "a\/c" or its owner has two different ids/,
    ],
    [
      'of other repositories',
      { 'octo-org/x': { owner_id: 65, repository_id: 75 } },
      /^--migrate: the file has no ids of octo-org\/octo-repo; gh api repos\/OWNER\/NAME prints/,
    ],
  ])('is refused where it is %s', async (_, ids, message) => {
    await expect(report(PLAIN, ids)).rejects.toThrow(message);
  });

  it('must have the owner of a pattern, and a long list of missing names is cut', async () => {
    const like = { StringLike: { [`${HOST}:sub`]: 'repo:evil/*:ref:refs/heads/main' } };
    await expect(report(policyWith(like))).rejects.toThrow('no ids of evil/*;');
    const many = Array.from({ length: 25 }, (_, index) => `repo:o/r${index}:pull_request`);
    await expect(report(policyWith(subject(many)))).rejects.toThrow(/ and 5 more; /);
  });
});

it('gives the condition to put in where the file is not a policy in JSON', async () => {
  const template = `Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: ${PLAIN}
`;
  const { lines, isSafe } = await report(template, IDS, 'template.yaml');
  expect(isSafe).toBe(true);
  expect(lines[0]).toBe(
    '# template.yaml (Deploy): who of octo-org/octo-repo (owner 65, repository 74) gets in',
  );
  const start = lines.indexOf('# Statement 1, at line 5, gets this condition:') + 1;
  expect(JSON.parse(lines.slice(start).join('\n'))).toEqual({
    Condition: {
      StringEquals: {
        [`${HOST}:sub`]: [MAIN, 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main'],
        [`${HOST}:repository_id`]: '74',
      },
    },
  });
});

it.each(['/etc/deploy.json', '../deploy.json', 'C:\\deploy.json'])(
  'makes no patch for %s, which git would not take',
  async (path) => {
    const { lines } = await report(PLAIN, IDS, path);
    expect(lines).toContain('# Statement 1, at line 1, gets this condition:');
  },
);

it('asks about each repository of an owner that a pattern lets in, and about other owners', async () => {
  const like = { StringLike: { [`${HOST}:sub`]: 'repo:octo-org/*:ref:refs/heads/main' } };
  const ids = {
    ...IDS,
    'octo-org/x': { owner_id: 65, repository_id: 75 },
    'a/b': { owner_id: 1, repository_id: 2 },
  };
  const { lines, isSafe } = await report(policyWith(like), ids);
  expect(isSafe).toBe(true);
  expect(lines.filter((line) => line.includes('who of'))).toEqual([
    '# deploy.json: who of octo-org/octo-repo (owner 65, repository 74) gets in',
    '# deploy.json: who of octo-org/x (owner 65, repository 75) gets in',
  ]);
  expect(lines).toContain('#   a stranger who has taken over the name  yes           no            no');
});

it('asks about no other repository of an owner whose repositories are named one by one', async () => {
  const named = subject([MAIN, 'repo:octo-org@65/octo-repo@74:ref:refs/heads/next']);
  const { lines } = await report(policyWith(named), {
    ...IDS,
    'octo-org/x': { owner_id: 65, repository_id: 75 },
  });
  expect(lines.filter((line) => line.includes('who of'))).toEqual([
    '# deploy.json: who of octo-org/octo-repo (owner 65, repository 74) gets in',
  ]);
});

it('says that a name is enough until the final stage where AWS does not see the ids', async () => {
  const host = 'token.actions.octocorp.ghe.com';
  const { lines, isSafe } = await report(
    policyWith(subject(MAIN, host), `arn:aws:iam::111122223333:oidc-provider/${host}`),
  );
  expect(isSafe).toBe(true);
  expect(lines).toContain('#   a stranger who has taken over the name  yes           yes           no');
  expect(lines).toContain(
    '#   Until the final stage, whoever takes over the name gets in with the older subject: AWS does not see the ids.',
  );
});

it.each<[string, unknown, string]>([
  [
    'the new tokens stay out',
    { StringEquals: { [`${HOST}:sub`]: MAIN }, StringNotLike: { [`${HOST}:sub`]: 'repo:*@*' } },
    'Its tokens with the immutable subject would not get in: another condition keeps them out.',
  ],
  [
    'a recycled name gets in all the same',
    { StringLike: { [`${HOST}:sub`]: [MAIN, 'repo:*'] } },
    'Whoever takes over the name is not kept out for certain: see check-trust --repository for the statement.',
  ],
])('fails where %s', async (_, condition, problem) => {
  const { lines, isSafe } = await report(policyWith(condition));
  expect(isSafe).toBe(false);
  expect(lines.filter((line) => line.startsWith('#   ! '))).toEqual(
    problem === '' ? [] : [`#   ! ${problem}`],
  );
});

it.each([
  [
    'GitHub Enterprise Server has no immutable subjects',
    policyWith(subject(MAIN, 'ghes.example.com/_services/token')),
  ],
  ['another issuer has no such subjects', policyWith(subject(MAIN, 'gitlab.com'))],
  ['a value known only at the deployment stays', policyWith(subject(`repo:\${Repo}:ref:refs/heads/main`))],
])('changes nothing where %s', async (_, text) => {
  expect(await report(text)).toEqual({
    lines: ['# deploy.json: no subject names a repository without its ids, so nothing changes'],
    isSafe: true,
  });
});

it.each([
  ['{', /^deploy\.json: line 1, column 2: /],
  [
    '{"Resources":{"Deploy":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":{"Statement":1}}}}}',
    /^deploy\.json: line \d+, column \d+: /,
  ],
])('refuses a file that cannot be read: %s', async (text, message) => {
  await expect(report(text)).rejects.toThrow(message);
});

it('has two stages', () => {
  expect([parseStage(), parseStage('final')]).toEqual(['transitional', 'final']);
  expect(() => parseStage('x')).toThrow('--stage: got "x"; allowed: transitional or final');
});

describe('a unified diff', () => {
  const numbers = (count: number): string =>
    Array.from({ length: count }, (_, index) => `${index}\n`).join('');

  it('has nothing for what is the same', () => {
    expect(unifiedDiff('a', 'x\n', 'x\n')).toBe('');
  });

  it('has hunks of their own for changes that are far apart', () => {
    const before = numbers(30);
    const after = before.replace('\n3\n', '\nthree\n').replace('\n7\n', '\n').replace('\n25\n', '\n25\nx\n');
    expect(unifiedDiff('a', before, after).match(/^@@.*$/gm)).toEqual([
      '@@ -1,11 +1,10 @@',
      '@@ -24,6 +23,7 @@',
    ]);
  });

  it('takes no line for the same as two', () => {
    expect(unifiedDiff('a', 'x\nx\n', 'x\n')).toBe('--- a/a\n+++ b/a\n@@ -1,2 +1,1 @@\n x\n-x\n');
    expect(unifiedDiff('a', 'x\n', 'x\nx\n')).toBe('--- a/a\n+++ b/a\n@@ -1,1 +1,2 @@\n x\n+x\n');
  });

  it('shows a line end that is missing', () => {
    expect(unifiedDiff('a', 'x', 'x\n')).toBe(
      '--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-x\n\\ No newline at end of file\n+x\n',
    );
    expect(unifiedDiff('a', '', 'x\n')).toContain('@@ -0,0 +1,1 @@\n');
  });

  it('replaces all of a file that is too long to be compared', () => {
    const [before, after] = [numbers(3000), numbers(3000).replace(/^/gm, 'x')];
    expect(unifiedDiff('a', before, after).match(/^@@.*$/gm)).toEqual(['@@ -1,3000 +1,3001 @@']);
  });

  it('quotes names as git does', () => {
    const name = (path: string): string | undefined => unifiedDiff(path, '', 'x\n').split('\n')[0];
    expect(['a/b', 'a b', 'ü', 'a"b'].map(name)).toEqual([
      '--- a/a/b',
      '--- a/a b\t',
      '--- "a/\\303\\274"',
      '--- "a/a\\"b"',
    ]);
  });
});
