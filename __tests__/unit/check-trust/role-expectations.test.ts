import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseTrustPolicy } from '../../../src/trust/language/parse.js';
import { decide } from '../../../src/trust/reach/evaluator.js';
import { directoryWith, runCheckAction, runCheckCommand } from '../../support/check-trust.js';
import { temporaryDirectory } from '../../support/files.js';
import { rendered } from '../../support/secrets.js';
import { PROVIDER, variable } from '../../support/trust-policies.js';

const HOST = 'token.actions.githubusercontent.com';
const REPO = 'repo:octo-org@65/octo-repo@74';
const IDS = 'octo-org@65/octo-repo@74';

function policyFor(subs: readonly string[], more: object = {}): string {
  const Condition = {
    StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
    StringLike: { [`${HOST}:sub`]: subs, ...more },
  };
  const Principal = { Federated: PROVIDER };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRoleWithWebIdentity', Condition }];
  return JSON.stringify({ Version: '2012-10-17', Statement }, null, 2);
}

type Row = Readonly<Record<string, unknown>>;

async function hold(
  expectations: string,
  files: Readonly<Record<string, string>>,
  ...more: readonly string[]
) {
  const directory = directoryWith({ ...files, 'expect.yml': expectations });
  const args = [...Object.keys(files), '--expectations', 'expect.yml', '--json', 'out.json', ...more];
  const { code, lines, errors } = await runCheckCommand(directory, args, { now: () => performance.now() });
  expect(errors).toEqual([]);
  const report = code === 2 ? undefined : JSON.parse(readFileSync(join(directory, 'out.json'), 'utf8'));
  const rows: readonly Row[] = report?.expectations ?? [];
  return { code, lines, rows, report };
}

/** What one policy makes of one expectation: whether each part is met, and the subject that gets in. */
async function verdicts(expectation: string, policy: string): Promise<readonly string[]> {
  const { rows } = await hold(`- { roles: '*', ${expectation} }`, { 'deploy.json': policy });
  return rows.map(({ met, answer, witness }) => {
    const sub = typeof witness === 'object' && witness !== null && 'sub' in witness ? ` ${witness.sub}` : '';
    return `${met} ${answer}${sub}`;
  });
}

const MAIN = policyFor([`${REPO}:ref:refs/heads/main`]);
const PRODUCTION = policyFor([`${REPO}:environment:production`]);
const BOTH = policyFor([`${REPO}:environment:production`], { [`${HOST}:ref`]: 'refs/heads/main' });

describe('only', () => {
  it.each([
    [`only: ['${IDS}']`, policyFor([`${REPO}:*`]), ['true no']],
    [`only: '${IDS}'`, MAIN, ['true no']],
    [`only: ['${IDS}'], branches: [main]`, MAIN, ['true no']],
    [`only: ['${IDS}'], branches: [main]`, policyFor([`${REPO}:*`]), [`false yes ${REPO}:ref:refs/tags/x`]],
    [`only: ['${IDS}'], branches: [main]`, PRODUCTION, [`false yes ${REPO}:environment:production`]],
    [`only: ['${IDS}'], environments: [production]`, PRODUCTION, ['true no']],
    [`only: [' ${IDS} '], environments: ' production '`, PRODUCTION, ['true no']],
    [`only: ['${IDS}'], environments: []`, PRODUCTION, [`false yes ${REPO}:environment:production`]],
    [`only: ['${IDS}'], environments: []`, MAIN, ['true no']],
    [`only: ['${IDS}'], environments: [production]`, MAIN, [`false yes ${REPO}:ref:refs/heads/main`]],
    [`only: ['${IDS}'], branches: [main], environments: [production]`, BOTH, ['true no']],
    [
      `only: ['${IDS}'], branches: [main], tags: [], environments: [production]`,
      PRODUCTION,
      [`false yes ${REPO}:environment:production`],
    ],
    [`only: ['${IDS}'], tags: ['v*']`, policyFor([`${REPO}:ref:refs/tags/v1.*`]), ['true no']],
    [`only: ['${IDS}'], tags: ['v*']`, MAIN, [`false yes ${REPO}:ref:refs/heads/main`]],
    [`only: ['${IDS}'], branches: [release]`, MAIN, [`false yes ${REPO}:ref:refs/heads/main`]],
    [
      `only: ['${IDS}'], workflows: ['octo-org/octo-repo/.github/workflows/deploy.yml@*']`,
      MAIN,
      [`false yes ${REPO}:ref:refs/heads/main`],
    ],
    [`only: ['octo-org@65/other@75']`, MAIN, [`false yes ${REPO}:ref:refs/heads/main`]],
    [`only: ['${IDS}', 'octo-org@65/other@75']`, MAIN, ['true no']],
    [
      `only: ['${IDS}', 'acme@9/tool@8'], branches: [main]`,
      policyFor([`${REPO}:ref:refs/heads/main`, 'repo:acme@9/tool@8:ref:refs/heads/main']),
      ['true no'],
    ],
    [
      `only: ['${IDS}', 'acme@9/tool@8'], branches: [main]`,
      policyFor([`${REPO}:ref:refs/heads/main`, 'repo:acme@9/tool@8:ref:refs/heads/dev']),
      ['false yes repo:acme@9/tool@8:ref:refs/heads/dev'],
    ],
    [
      `only: ['${IDS}', 'acme@9/tool@8']`,
      policyFor([`${REPO}:*`, 'repo:acme@9/too?@?:pull_request']),
      ['false yes repo:acme@9/toox@1:pull_request'],
    ],
    [`only: ['Octo-Org/Octo-Repo']`, policyFor(['repo:Octo-Org/Octo-Repo:pull_request']), ['true no']],
  ])('with { %s }', async (expectation, policy, expected) => {
    expect(await verdicts(expectation, policy)).toEqual(expected);
  });

  it('names who has taken over a name, where ids are given', async () => {
    const named = policyFor(['repo:octo-org/octo-repo:ref:refs/heads/main']);
    expect(await verdicts('only: [octo-org/octo-repo]', named)).toEqual(['true no']);
    expect(await verdicts(`only: ['${IDS}']`, named)).toEqual([
      'false yes repo:octo-org/octo-repo:ref:refs/heads/main',
    ]);
  });

  it('takes the ids of the repository that the roles are for', async () => {
    const id = policyFor(['*'], { [`${HOST}:repository_id`]: '74' });
    const expectation = "- { roles: '*', only: [octo-org/octo-repo] }";
    const without = await hold(expectation, { 'a.json': id });
    expect(without.rows).toMatchObject([
      { met: false, answer: 'unknown', because: expect.stringContaining('give the ids') },
    ]);
    const home = ['--repository', 'octo-org/octo-repo', '--owner-id', '65', '--repository-id', '74'];
    expect((await hold(expectation, { 'a.json': id }, ...home)).rows).toMatchObject([{ met: true }]);
  });

  it('is not met by what only AWS knows, which is named', async () => {
    const limited = MAIN.replace(
      '"StringLike"',
      '"IpAddress": { "aws:SourceIp": "10.0.0.0/8" }, "StringLike"',
    );
    const { rows, code } = await hold(`- { roles: '*', only: [octo-org@65/other@75] }`, {
      'a.json': limited,
    });
    expect(code).toBe(1);
    expect(rows).toMatchObject([
      { met: false, answer: 'depends', because: expect.stringContaining('only AWS knows "aws:SourceIp"') },
    ]);
  });
});

describe('never', () => {
  it('is held for each question and each repository', async () => {
    const wide = policyFor(['repo:octo-org*:pull_request']);
    const expectation = `only: [octo-org/octo-repo, octo-org/other], never: [pull-request, tag, other-owner, other-repository]`;
    const { rows } = await hold(`- { roles: '*', ${expectation} }`, { 'a.json': wide });
    expect(rows.map(({ expected, question, met }) => [expected, question, met])).toEqual([
      ['only', null, false],
      ['never', 'pull-request', false],
      ['never', 'tag', true],
      ['never', 'other-owner', false],
      ['never', 'other-repository', false],
    ]);
    expect(rows[2]?.['because']).toBe(
      'A tag of octo-org/octo-repo or a tag of octo-org/other cannot get in.',
    );
    for (const { witness } of rows.filter(({ met }) => met === false)) {
      const claims = Object.fromEntries(
        Object.entries(witness ?? {}).map(([key, value]) => [key, String(value)]),
      );
      expect(decide(parseTrustPolicy(wide), PROVIDER, claims).decision).toBe('allow');
    }
    const narrow = policyFor(['repo:octo-org/octo-repo:pull_request']);
    const { rows: fine } = await hold(`- { roles: '*', ${expectation} }`, { 'a.json': narrow });
    expect(fine.slice(3).map(({ because }) => because)).toEqual([
      'A repository of an owner that is not named cannot get in.',
      'Another repository of an owner that is named cannot get in.',
    ]);
  });

  it('is about the repository that the roles are for, where only is not given', async () => {
    const text = "- { roles: '*', never: [pull-request], branches: [main] }";
    const { rows } = await hold(text, { 'a.json': MAIN }, '--repository', 'octo-org/octo-repo');
    expect(rows).toMatchObject([{ expected: 'never', question: 'pull-request', met: true, item: 1 }]);
  });
});

describe('the report', () => {
  const broken = policyFor([`${REPO}:environment:*`]);
  const text = `- roles: 'deploy*'
  only: ['${IDS}']
  environments: [production]
- roles: ['other', 'other.*']
  only: ['${IDS}']
`;

  it('says in words who gets in, then the claims, at the statement', async () => {
    const { lines, code } = await hold(text, { 'deploy.json': broken, 'other.json': broken });
    expect(code).toBe(1);
    expect(lines.filter((line) => /expectation|ok only/.test(line))).toEqual([
      expect.stringMatching(
        /^deploy\.json:4:5: error expectation: only \(item 1\): The branch main of octo-org\/octo-repo from an environment named x gets in by statement 1\. Its token: \{"iss":"https:.*"environment":"x"/,
      ),
      'other.json: ok only (item 2): A run that is not among those named cannot get in.',
      '2 trust policies, 1 error, 0 warnings, 2 notes, 1 of 2 expectations met.',
    ]);
  });

  it('is an error of a pattern that matches no role', async () => {
    const { lines, code, report } = await hold("- { roles: [deploy, nobody-*], only: ['a/b'] }", {
      'deploy.json': policyFor(['repo:a/b:pull_request']),
    });
    expect(code).toBe(1);
    expect(lines[0]).toBe(
      'expect.yml:1:1: error expectation-without-role: item 1: no role matches "nobody-*"',
    );
    expect(report.findings[0]).toMatchObject({ rule: 'expectation-without-role', file: 'expect.yml' });
  });

  it('takes a role that cannot be read for an expectation that is not met', async () => {
    const { rows, lines } = await hold("- { roles: 'x', only: ['a/b'], never: [pull-request] }", {
      'x.json': '{',
    });
    expect(rows.map(({ met, answer }) => [met, answer])).toEqual([
      [false, 'unknown'],
      [false, 'unknown'],
    ]);
    expect(lines.join('\n')).toContain('It is not known who can assume this role: ');
  });

  it.each([
    ['Deploy', true],
    ['Dep*', true],
    ['Deploy (Stage: *)', true],
    ['deploy', false],
    ['t.json', false],
  ])('finds the roles of a template by %s: %s', async (pattern, isFound) => {
    const template = {
      Parameters: { Stage: { Type: 'String', AllowedValues: ['dev', 'prod'] } },
      Resources: {
        Deploy: {
          Type: 'AWS::IAM::Role',
          Properties: {
            AssumeRolePolicyDocument: {
              'Fn::Sub': MAIN,
            },
          },
        },
      },
    };
    const stage = JSON.stringify(template).replace('heads/main', `heads/${variable('Stage')}`);
    const { code, lines } = await hold(`- { roles: '${pattern}', only: ['${IDS}'] }`, { 't.json': stage });
    expect([code, lines.some((line) => line.includes('no role matches'))]).toEqual(
      isFound ? [0, false] : [1, true],
    );
  });

  it.each([
    ['arn:aws:iam::111122223333:role/ci/deploy-a', 'deploy-*'],
    ['arn:aws:iam::111122223333:role/ci/deploy-a', 'arn:aws:iam::*:role/ci/*'],
  ])('finds the role %s by %s', async (Arn, pattern) => {
    const role = { Arn, RoleName: 'deploy-a', AssumeRolePolicyDocument: JSON.parse(MAIN) };
    const { rows } = await hold(`- { roles: '${pattern}', only: ['${IDS}'] }`, {
      'a.json': JSON.stringify({ Roles: [role] }),
    });
    expect(rows).toMatchObject([{ role: Arn, met: true }]);
  });
});

describe('wrong expectations', () => {
  it.each([
    ['a: b', 'a YAML list is expected'],
    ['- a', 'item 1 must be a mapping'],
    ['- {}', 'item 1 needs roles: names of roles, with * and ? as wildcards'],
    ['- { roles: [] }', 'item 1 needs at least one text for roles'],
    ['- { roles: { a: b } }', 'item 1 needs a list of texts for roles'],
    ['- { roles: x }', 'item 1 needs only or never'],
    [
      "- { roles: x, only: ['a/b'] }\n- { roles: x, ony: ['a/b'] }",
      'item 2 has no "ony": roles, only, branches,',
    ],
    ['- { roles: x, only: [a] }', 'item 1 needs OWNER/NAME or OWNER@ID/NAME@ID for only, not "a"'],
    ['- { roles: x, only: [] }', 'item 1 needs at least one text for only'],
    ['- { roles: x, only: [a/b], tags: }', 'item 1 needs a list of texts for tags'],
    ['- { roles: x, only: [a/b], branches: [[a]] }', 'item 1 needs a list of texts for branches'],
    [
      '- { roles: x, only: [a/b], branches: [refs/heads/x] }',
      'item 1 needs names of branches, without refs/heads/ for branches, not "refs/heads/x"',
    ],
    ['- { roles: x, only: [a/b], workflows: [x.yml] }', 'item 1 needs workflows as OWNER/NAME/'],
    ['- { roles: x, only: [a/b], never: [nobody] }', 'item 1 needs other-owner, other-repository, '],
    ['- { roles: x, never: [pull-request] }', 'item 1 needs only, unless the input repository is given'],
    [
      '- { roles: x, only: [a/b], never: [recycled-name] }',
      'item 1 has never: recycled-name, which needs the ids of a repository, as OWNER@ID/NAME@ID',
    ],
    [
      '- { roles: x, only: [a/b], never: [other-workflow] }',
      'item 1 has never: other-workflow, which needs workflows',
    ],
    ['- { roles: x, roles: y }', 'Map keys must be unique'],
    ['- a\n---\n- b', 'there are several YAML documents, and one is expected'],
  ])('%j are refused', async (text, problem) => {
    const { code, lines } = await hold(text, { 'x.json': MAIN });
    expect([code, lines]).toEqual([2, [expect.stringContaining(`--expectations: ${problem}`)]]);
  });
});

describe('the action', () => {
  const RUNNING = {
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_REPOSITORY_OWNER_ID: '65',
    GITHUB_REPOSITORY_ID: '74',
  };

  it('knows the ids of the repository that runs, and shows the verdicts', async () => {
    const page = join(temporaryDirectory(), 'summary.md');
    writeFileSync(page, '');
    process.env['GITHUB_STEP_SUMMARY'] = page;
    const policy = policyFor(['repo:octo-org/octo-repo:ref:refs/heads/main']);
    const expectations = "- { roles: '*', only: [octo-org/octo-repo], never: [pull-request] }";
    const env = { ...RUNNING, GITHUB_STEP_SUMMARY: page };
    const { message, entries, commands } = await runCheckAction({ policy, expectations }, env);
    delete process.env['GITHUB_STEP_SUMMARY'];
    expect(message).toBe('Trust policy check failed: 1 unmet expectation.');
    expect(JSON.parse(entries('output')['expectations'] ?? '')).toMatchObject([
      {
        file: 'policy',
        role: null,
        expected: 'only',
        met: false,
        witness: { repository: 'octo-org/octo-repo' },
      },
      { question: 'pull-request', met: true },
    ]);
    expect(commands()).toContainEqual(
      expect.objectContaining({
        command: 'error',
        properties: { file: 'policy', line: '4', col: '5', title: 'expectation' },
      }),
    );
    const text = rendered(readFileSync(page, 'utf8'));
    expect(text).toMatch(
      /\| ❌ \| only \| policy \| The branch main of octo-org\/octo-repo gets in by statement 1/,
    );
    expect(text).toContain(
      '| ✅ | never pull-request | policy | A pull request of octo-org/octo-repo cannot get in. |',
    );
  });

  it('refuses what is wrong by the name of the input', async () => {
    const { message } = await runCheckAction({ policy: MAIN, expectations: '- x' });
    expect(message).toBe('expectations: item 1 must be a mapping.');
    const { commands } = await runCheckAction({ policy: MAIN, expectations: '- { roles: none, only: a/b }' });
    expect(commands()).toContainEqual(
      expect.objectContaining({ properties: expect.objectContaining({ file: 'expectations' }) }),
    );
  });
});
