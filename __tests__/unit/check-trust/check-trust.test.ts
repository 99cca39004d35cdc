import { mkdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCheck } from '../../../src/check-trust/action.js';
import { checkTrust, isFailure } from '../../../src/check-trust/check.js';
import { parseIssuer, readExpectations } from '../../../src/check-trust/expectations.js';
import { REACH_INPUTS } from '../../../src/check-trust/home.js';
import { failureText, reportLines } from '../../../src/check-trust/output/report-text.js';
import { summaryMarkdown } from '../../../src/check-trust/output/summary.js';
import { readPolicyFiles } from '../../../src/check-trust/sources/files.js';
import { toActionError } from '../../../src/core/errors.js';
import { directoryWith, runCheckCommand } from '../../support/check-trust.js';
import { temporaryDirectory } from '../../support/files.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';
import { rendered } from '../../support/secrets.js';

const GITHUB = 'token.actions.githubusercontent.com';
const policy = (subject: string, operator = 'StringEquals') =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${GITHUB}` },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${GITHUB}:aud`]: 'sts.amazonaws.com', [`${GITHUB}:repository_id`]: '74' },
            [`${operator}${operator === 'StringEquals' ? 'IgnoreCase' : ''}`]: { [`${GITHUB}:sub`]: subject },
          },
        },
      ],
    },
    null,
    2,
  );
const GOOD = policy('repo:octo-org@65/octo-repo@74:ref:refs/heads/main');
const WIDE = policy('repo:octo-org@65/octo-repo@74:*', 'StringLike');
const MAIN = '{ repository: octo-org/octo-repo, branch: main, owner-id: 65, repository-id: 74 }';
const TOPIC = '{ repository: octo-org/octo-repo, branch: topic, owner-id: 65, repository-id: 74 }';

async function check(inputs: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
  const directory = temporaryDirectory();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, 'workspace', path, '..'), { recursive: true });
    writeFileSync(join(directory, 'workspace', path), text);
  }
  const recorded = recordedRunner(inputVariables(inputs), directory);
  let code: string | undefined;
  let message: string | undefined;
  try {
    await runCheck(recorded.runner);
  } catch (thrown) {
    ({ code, message } = toActionError(thrown));
  }
  return { ...recorded, code, message };
}

describe('the action', () => {
  it.each(['a.json\nb.json', 'a.json, b.json', '- a.json\n- "b.json"', '["a.json", b.json]'])(
    'takes files as the list %j',
    async (policy) => {
      const { code, entries } = await check(
        { policy, 'must-allow': `- ${MAIN}` },
        { 'a.json': GOOD, 'b.json': GOOD },
      );
      expect(code).toBeUndefined();
      expect(JSON.parse(entries('output')['decisions'] ?? '')).toHaveLength(2);
    },
  );

  it.each([
    ['- {a: b}', 'policy: allowed: a list of texts.'],
    ['- "a', 'policy: not valid YAML: '],
    ['"a.json"', 'policy: allowed: items without quotes around them (not "a.json").'],
  ])('refuses the list %j', async (policy, problem) => {
    expect((await check({ policy })).message).toContain(problem);
  });

  it('passes a policy that does what it must', async () => {
    const { code, entries, log, commands } = await check(
      { policy: 'roles/**/*.json', 'must-allow': `- ${MAIN}`, 'must-deny': `- ${TOPIC}` },
      { 'roles/a/deploy.json': GOOD },
    );
    expect(code).toBeUndefined();
    expect(log()).toEqual([
      'roles/a/deploy.json: ok must-allow: "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" is allowed by statement 1.',
      'roles/a/deploy.json: ok must-deny: "repo:octo-org@65/octo-repo@74:ref:refs/heads/topic" is refused.',
      '1 trust policy, 0 errors, 0 warnings, 0 notes, 2 of 2 expectations met.',
    ]);
    expect(commands()).toEqual([]);
    expect(JSON.parse(entries('output')['findings'] ?? '')).toEqual([]);
    expect(JSON.parse(entries('output')['decisions'] ?? '')).toMatchObject([
      { file: 'roles/a/deploy.json', expected: 'allow', allowed: true, met: true, statement: 1 },
      { expected: 'deny', allowed: false, met: true, failing: [{ id: 'other-ref', part: 'condition' }] },
    ]);
  });

  it('fails one that lets in what it must not, at the line of the statement', async () => {
    const { code, commands } = await check(
      { policy: 'a.json', 'must-deny': `- ${TOPIC}` },
      { 'a.json': WIDE },
    );
    expect(code).toBe('TRUST_POLICY');
    expect(commands().map(({ command, properties }) => [command, properties])).toEqual([
      ['warning', { file: 'a.json', line: '16', col: '54', title: 'pull-request' }],
      ['warning', { file: 'a.json', line: '16', col: '54', title: 'any-branch' }],
      ['error', { file: 'a.json', line: '4', col: '5', title: 'must-deny' }],
    ]);
  });

  it.each([
    ['error', undefined],
    ['warning', 'TRUST_POLICY'],
    ['never', undefined],
  ])('with warnings and fail-on: %s', async (failOn, code) => {
    expect((await check({ policy: WIDE, 'fail-on': failOn })).code).toBe(code);
  });

  it('fails a file that is no policy, at the place', async () => {
    const { code, commands } = await check({ policy: '{"Statement": [{}]}' });
    expect(code).toBe('TRUST_POLICY');
    expect(commands()[0]).toMatchObject({ properties: { file: 'policy', line: '1', col: '16' } });
  });

  it('names every input that cannot be used', async () => {
    const { code, message } = await check({
      policy: 'none/*.json',
      'must-allow': '- x',
      'must-deny': '- { repository: a/b, colour: red }',
      'fail-on': 'note',
    });
    expect(code).toBe('INPUT_INVALID');
    expect(message).toContain('policy: no file matches none/*.json.');
    expect(message).toContain('must-allow: item 1 must be a mapping.');
    expect(message).toContain('must-deny: item 1 has no "colour"');
    expect(message).toContain('fail-on: got "note"');
    expect((await check({})).message).toBe('policy: it is required.');
  });
});

describe('of several policies', () => {
  const expectations = { 'must-allow': `- ${MAIN}`, 'must-deny': `- ${TOPIC}` };
  const ROLES: Readonly<Record<string, string>> = { 'a.json': GOOD, 'b.json': GOOD, 'c.json': GOOD };

  it.each(Object.keys(ROLES))(
    'one that does not meet an expectation fails the check: %s',
    async (failing) => {
      const files = { ...ROLES, [failing]: WIDE };
      const { code, log, entries } = await check({ policy: '*.json', ...expectations }, files);
      expect(code).toBe('TRUST_POLICY');
      expect(log()).toContain('3 trust policies, 1 error, 2 warnings, 0 notes, 5 of 6 expectations met.');
      const decisions: readonly Record<string, unknown>[] = JSON.parse(entries('output')['decisions'] ?? '');
      expect(decisions).toHaveLength(6);
      expect(decisions.filter(({ met }) => met !== true)).toEqual([
        expect.objectContaining({ file: failing, met: false }),
      ]);
    },
  );

  it.each(Object.keys(ROLES))(
    'one that is no policy fails the check, and the others are tested: %s',
    async (failing) => {
      const { code, log } = await check({ policy: '*.json', ...expectations }, { ...ROLES, [failing]: '{' });
      expect(code).toBe('TRUST_POLICY');
      expect(log()).toContain('2 trust policies, 1 error, 0 warnings, 0 notes, 4 of 4 expectations met.');
    },
  );

  it.each(Object.keys(ROLES))('one with an error of its own fails the check: %s', async (failing) => {
    const open = GOOD.replace(/"Condition"[\s\S]*/, '"Condition": {} }] }');
    const { code, entries } = await check({ policy: '*.json' }, { ...ROLES, [failing]: open });
    expect(code).toBe('TRUST_POLICY');
    const findings: readonly Record<string, unknown>[] = JSON.parse(entries('output')['findings'] ?? '');
    expect(new Set(findings.map(({ file }) => file))).toEqual(new Set([failing]));
  });
});

describe('a report', () => {
  const ROLE =
    'Resources:\n  Deploy:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument: ';
  const reported = (text: string, inputs: Readonly<Record<string, string>> = {}) =>
    check({ policy: 'a.yml', ...inputs }, { 'a.yml': text });
  const allow = (more: object = {}) => ({ ...JSON.parse(GOOD).Statement[0], ...more });
  const document = (...statements: readonly object[]) =>
    JSON.stringify({ Version: '2012-10-17', Statement: statements });

  it('names the role of a template beside its file, in the log and in both outputs', async () => {
    const { log, entries } = await reported(ROLE + WIDE.replaceAll('\n', ' '), { 'must-allow': `- ${MAIN}` });
    expect(log()).toContain(
      'a.yml (Deploy): ok must-allow: "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" is allowed by statement 1.',
    );
    const { decisions, findings } = entries('output');
    expect(JSON.parse(decisions ?? '')).toMatchObject([{ file: 'a.yml', role: 'Deploy', met: true }]);
    expect(JSON.parse(findings ?? '')).toMatchObject([
      { file: 'a.yml', role: 'Deploy', rule: 'pull-request', statement: 1, line: 5 },
      { file: 'a.yml', role: 'Deploy', rule: 'any-branch', statement: 1, line: 5 },
    ]);
  });

  it('has a finding about the whole policy with no statement', async () => {
    const { entries } = await reported(JSON.stringify({ Statement: [allow()] }));
    expect(JSON.parse(entries('output')['findings'] ?? '')).toMatchObject([
      { rule: 'version-missing', statement: null },
    ]);
  });

  it('tells a token that a Deny keeps out from one that nothing lets in', async () => {
    const text = document(allow(), { ...allow(), Sid: 'Never', Effect: 'Deny', Condition: {} });
    const met = await reported(text, { 'must-deny': `- ${MAIN}` });
    expect(met.log().at(-2)).toBe(
      'a.yml: ok must-deny: "repo:octo-org@65/octo-repo@74:ref:refs/heads/main" is denied by statement 2 ("Never").',
    );
    const unmet = await reported(text, { 'must-allow': `- ${MAIN}` });
    expect(unmet.code).toBe('TRUST_POLICY');
    expect(unmet.commands()).toMatchObject([
      {
        command: 'error',
        properties: { file: 'a.yml', title: 'must-allow' },
        data: '"repo:octo-org@65/octo-repo@74:ref:refs/heads/main" is denied by statement 2 ("Never").',
      },
    ]);
  });

  it('of a policy that allows nothing is at its beginning', async () => {
    const { commands, entries } = await reported(`\n${document()}`, { 'must-allow': `- ${MAIN}` });
    expect(commands()).toMatchObject([
      { properties: { line: '2', col: '1', title: 'no-statement' } },
      {
        properties: { line: '2', col: '1', title: 'must-allow' },
        data: '"repo:octo-org@65/octo-repo@74:ref:refs/heads/main" is refused: no statement allows anything.',
      },
    ]);
    const [decision] = JSON.parse(entries('output')['decisions'] ?? '');
    expect(decision).toEqual({
      file: 'a.yml',
      item: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main',
      expected: 'allow',
      allowed: false,
      decision: 'none',
      met: false,
    });
  });

  it('has null for what the token does not have, and no advice where there is none', async () => {
    const text = document(allow({ Condition: { StringEquals: { [`${GITHUB}:actor`]: 'octocat' } } }));
    const { entries } = await reported(text, { 'must-deny': `- ${MAIN}` });
    expect(JSON.parse(entries('output')['decisions'] ?? '')[0].failing).toEqual([
      {
        id: 'absent',
        part: 'condition',
        operator: 'StringEquals',
        key: `${GITHUB}:actor`,
        wanted: ['octocat'],
        got: null,
        why: 'The token does not have the claim "actor", and an absent key matches nothing.',
      },
    ]);
  });

  it('of a policy for another provider than that of the tokens says so', async () => {
    const text = document(
      allow({
        Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/gitlab.com' },
        Condition: {},
      }),
    );
    const { commands } = await reported(text, { 'must-allow': `- ${MAIN}`, 'fail-on': 'never' });
    expect(commands().find(({ properties }) => properties['title'] === 'must-allow')?.data).toContain(
      `The token's issuer is "${GITHUB}", and the statement trusts the OIDC provider of "gitlab.com".`,
    );
  });

  it('takes a token without an issuer for nobody', async () => {
    const { code } = await reported(GOOD, { 'must-deny': '- { sub: x, iss: [x] }' });
    expect(code).toBeUndefined();
  });

  it('as a page has a row for each expectation and finding, or says that there is none', async () => {
    const one = (text: string, expectations: Parameters<typeof checkTrust>[1] = []) =>
      checkTrust([{ path: 'a.yml', text }], expectations).then(summaryMarkdown);
    expect(await one(GOOD)).toBe('### Trust policies\n\nNo findings.\n');
    const page = rendered(
      await one(ROLE + WIDE.replaceAll('\n', ' '), await readExpectations(`- ${TOPIC}`, 'deny')),
    );
    expect(page).not.toContain('No findings');
    expect(page).toContain('\n| ❌ | must deny | a.yml (Deploy) | ');
    expect(page).toContain('\n| warning | any-branch | a.yml:5 | ');
  });
});

describe('the files of a pattern', () => {
  const directory = temporaryDirectory();
  const names = [
    'a.json',
    'b1.json',
    'b22.json',
    'roles/x.json',
    'roles/deep/y.json',
    'node_modules/pkg/z.json',
    '.git/config.json',
  ];
  for (const name of names) {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), name);
  }
  symlinkSync('a.json', join(directory, 'link.json'));
  symlinkSync('nowhere', join(directory, 'broken.json'));
  symlinkSync('loop.json', join(directory, 'loop.json'));
  symlinkSync('roles', join(directory, 'folder.json'));

  it.each([
    ['*.json', ['a.json', 'b1.json', 'b22.json', 'link.json']],
    ['b?.json', ['b1.json']],
    ['roles/**', ['roles/deep/y.json', 'roles/x.json']],
    ['roles/*', ['roles/x.json']],
    ['./roles/**/y.json', ['roles/deep/y.json']],
    ['roles/../r*/x.json', ['roles/x.json']],
    ['nowhere/../*1.json', ['b1.json']],
    ['**/*.json', ['a.json', 'b1.json', 'b22.json', 'link.json', 'roles/deep/y.json', 'roles/x.json']],
  ])('%s is %j', (pattern, paths) => {
    expect(readPolicyFiles([pattern], directory).map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    ['roles\\**\\*.json', ['roles/deep/y.json', 'roles/x.json']],
    ['.\\roles/*\\y.json', ['roles/deep/y.json']],
    ['roles\\x.json', ['roles/x.json']],
  ])('%s is on Windows %j', (pattern, paths) => {
    expect(readPolicyFiles([pattern], directory, new Map(), '\\').map(({ path }) => path)).toEqual(paths);
  });

  it('have a backslash in a name elsewhere', () => {
    writeFileSync(join(directory, 'roles\\x.txt'), '');
    expect(readPolicyFiles(['roles\\*.txt'], directory, new Map(), '/').map(({ path }) => path)).toEqual([
      'roles\\x.txt',
    ]);
    rmSync(join(directory, 'roles\\x.txt'));
  });

  it('are each read once', () => {
    const once = [{ path: 'a.json', text: 'a.json' }];
    expect(readPolicyFiles(['a.json', '?.json'], directory)).toEqual(once);
    expect(readPolicyFiles(['?.json', './a.json', join(directory, 'a.json')], directory)).toEqual(once);
    expect(readPolicyFiles(['?.json', 'a*.json'], directory)).toEqual([{ ...once[0], fromPattern: true }]);
  });

  it('may be outside the directory', () => {
    const inside = join(directory, 'roles', 'deep');
    const paths = (pattern: string) => readPolicyFiles([pattern], inside).map(({ path }) => path);
    expect(paths('../*.json')).toEqual(['../x.json']);
    expect(paths(`${directory}/roles/**/*.json`)).toEqual([
      `${directory}/roles/deep/y.json`,
      `${directory}/roles/x.json`,
    ]);
    expect(() => paths('/nowhere-at-all/*.json')).toThrow('no file matches /nowhere-at-all/*.json');
  });

  it('have a dot that is just a dot', () => {
    expect(() => readPolicyFiles(['a?json*x'], directory)).toThrow('no file matches a?json*x');
    expect(() => readPolicyFiles(['*.jso.'], directory)).toThrow('no file matches *.jso.');
  });

  it('are refused where they are larger than any plan', () => {
    const other = temporaryDirectory();
    writeFileSync(join(other, 'plan.json'), '');
    truncateSync(join(other, 'plan.json'), 50_000_001);
    expect(() => readPolicyFiles(['plan.json'], other)).toThrow('plan.json has more than 50000000 bytes');
  });
});

describe('a token in short form', () => {
  it.each([
    ['repository: a/b, branch: main', 'repo:a/b:ref:refs/heads/main'],
    ['repository: a/b, ref: refs/heads/main', 'repo:a/b:ref:refs/heads/main'],
    ['repository: a/b, tag: v1', 'repo:a/b:ref:refs/tags/v1'],
    ['repository: a/b, environment: "x:y", ref: main', 'repo:a/b:environment:x%3Ay'],
    ['repository: a/b, pull_request: true', 'repo:a/b:pull_request'],
    ['repository: a/b, pull_request: 12', 'repo:a/b:pull_request'],
    ['repository: a/b, pull_request: false, tag: 1.10', 'repo:a/b:ref:refs/tags/1.10'],
    ['repository: a/b, branch: x, owner-id: 1, repository-id: 2', 'repo:a@1/b@2:ref:refs/heads/x'],
    ['sub: anything', 'anything'],
  ])('%s', async (item, sub) => {
    const [read] = await readExpectations(`- { ${item} }`, 'allow');
    expect(read?.claims).toMatchObject({
      sub,
      aud: 'sts.amazonaws.com',
    });
  });

  it.each([
    ['- { branch: main }', 'item 1 needs repository: OWNER/NAME, or raw claims with sub'],
    ['- { repository: a }', 'item 1 needs repository: OWNER/NAME'],
    ['- { repository: a/b }', 'item 1 needs one of ref, branch, tag'],
    ['- { repository: a/b, ref: x, tag: y }', 'item 1 can have only one of ref, branch, tag, pull_request'],
    ['- { repository: a/b, tag: [x] }', 'item 1 needs text for tag'],
    ['- { repository: a/b, branch: x, owner-id: me }', 'item 1 has an id of other than digits'],
    ['- { repository: a/b, pull_request: maybe }', 'item 1 needs true, false or a number for pull_request'],
    ['- sub:', 'item 1 needs text for sub'],
    ["- { sub: '' }", 'item 1 needs text for sub'],
    ['- { sub: [a] }', 'item 1 needs text for sub'],
    ['- {', /^[^\n]+[^\n.:]$/],
    ['- [a]', 'item 1 must be a mapping'],
    ['a: b', 'a YAML list is expected'],
  ])('%s is refused', async (text, message) => {
    await expect(readExpectations(text, 'deny')).rejects.toThrow(message);
  });
});

it.each([
  ['Allow', { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
  ['Deny', { NotIpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }],
])(
  'what depends on something that only AWS knows is neither let in nor kept out (%s)',
  async (effect, condition) => {
    const document = JSON.parse(GOOD);
    const [allow] = document.Statement;
    const statements =
      effect === 'Allow'
        ? [{ ...allow, Condition: { ...allow.Condition, ...condition } }]
        : [allow, { Effect: 'Deny', Principal: '*', Action: 'sts:*', Condition: condition }];
    const { code, entries, log } = await check({
      policy: JSON.stringify({ ...document, Statement: statements }),
      'must-allow': `- ${MAIN}`,
      'must-deny': `- ${MAIN}\n- ${TOPIC}`,
    });
    expect(code).toBe('TRUST_POLICY');
    expect(JSON.parse(entries('output')['decisions'] ?? '')).toMatchObject([
      { expected: 'allow', decision: 'unknown', allowed: false, met: false },
      { expected: 'deny', decision: 'unknown', allowed: false, met: false },
      { expected: 'deny', decision: 'none', allowed: false, met: true },
    ]);
    expect(log().join('\n')).toContain('Only AWS knows "aws:SourceIp"');
  },
);

describe('a subject of which only the deployment knows a part', () => {
  /** A template whose role's policy ends in such a subject. */
  const template = (subject: string, effect = 'Allow') => {
    const [allow] = JSON.parse(WIDE).Statement;
    const sub = { [`${GITHUB}:sub`]: { 'Fn::Sub': subject } };
    const statements =
      effect === 'Allow'
        ? [{ ...allow, Condition: { ...allow.Condition, StringLike: sub } }]
        : [allow, { Effect: 'Deny', Principal: '*', Action: '*', Condition: { StringNotLike: sub } }];
    return JSON.stringify({
      Resources: {
        Deploy: {
          Type: 'AWS::IAM::Role',
          Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: statements } },
        },
      },
    });
  };
  const BRANCH = `repo:octo-org@65/octo-repo@74:ref:refs/heads/${'$'}{Branch}`;
  const PULL = TOPIC.replace('branch: topic', 'pull_request: true');

  it.each(['Allow', 'Deny'])(
    'in a condition of %s is undecided, where what is known fits',
    async (effect) => {
      const { entries, log } = await check({
        policy: template(BRANCH, effect),
        'must-allow': `- ${MAIN}`,
        'must-deny': `- ${MAIN}\n- ${PULL}`,
      });
      expect(JSON.parse(entries('output')['decisions'] ?? '')).toMatchObject([
        { expected: 'allow', decision: 'unknown', met: false },
        { expected: 'deny', decision: 'unknown', met: false },
        { expected: 'deny', decision: effect === 'Allow' ? 'none' : 'deny', met: true },
      ]);
      expect(log().join('\n')).toContain(`Only the deployment knows "${BRANCH}"`);
    },
  );

  it('is not what a plain policy has with the same words', async () => {
    const { entries } = await check({ policy: policy('environment:UNKNOWN'), 'must-deny': `- ${MAIN}` });
    expect(JSON.parse(entries('output')['decisions'] ?? '')).toMatchObject([{ decision: 'none', met: true }]);
  });
});

it('says in one sentence why the check failed', async () => {
  const { message } = await check({
    policy: WIDE,
    'must-deny': `- ${TOPIC}`,
    'fail-on': 'warning',
  });
  expect(message).toBe('Trust policy check failed: 2 warnings, 1 unmet expectation.');
});

it('does not pass where there is nothing to test', async () => {
  const { code, commands } = await check({ policy: 't.yaml' }, { 't.yaml': 'Resources: {}' });
  expect(code).toBe('TRUST_POLICY');
  expect(commands()[0]?.data).toBe('no role in this file trusts an identity provider');
});

it("has an issuer's scheme and host in lower case", () => {
  expect(parseIssuer('HTTPS://Token.Actions.GithubUserContent.com/Octo/')).toBe(
    'https://token.actions.githubusercontent.com/Octo',
  );
  for (const text of ['gitlab.com', 'https://a.example/?b', 'https://a.example/#b', 'https://me@a.example'])
    expect(() => parseIssuer(text)).toThrow('is expected');
});

it('the action names an issuer that is none', async () => {
  const { code, message } = await check({ policy: GOOD, issuer: 'gitlab.com' });
  expect(code).toBe('INPUT_INVALID');
  expect(message).toMatch(/^issuer: got "gitlab.com"/);
});

describe('a file that holds nothing to test, beside one that does', () => {
  const files = { 'a.json': GOOD, 't.yaml': 'Resources: {}' };

  it('is an error where it was named, and none where a pattern led to it', async () => {
    const named = await check({ policy: 'a.json, t.yaml' }, files);
    expect(named.code).toBe('TRUST_POLICY');
    expect(named.commands()).toMatchObject([{ properties: { file: 't.yaml', title: 'nothing-to-test' } }]);
    expect((await check({ policy: 'a.json, *.yaml' }, files)).code).toBeUndefined();
  });

  it('is an error where there is nothing else', async () => {
    expect((await check({ policy: '*.yaml' }, files)).code).toBe('TRUST_POLICY');
  });

  it('as a role of a plan that only the apply will tell is a warning', async () => {
    const plan = (roles: readonly object[]) =>
      JSON.stringify({
        planned_values: { root_module: { resources: roles } },
        resource_changes: [
          {
            type: 'aws_iam_role',
            address: 'a.later',
            change: { after_unknown: { assume_role_policy: true } },
          },
        ],
      });
    const role = { type: 'aws_iam_role', address: 'a.now', values: { assume_role_policy: GOOD } };
    const beside = await check({ policy: 'p.json' }, { 'p.json': plan([role]) });
    expect(beside.code).toBeUndefined();
    expect(beside.commands()).toMatchObject([
      {
        command: 'warning',
        properties: { title: 'unknown-until-apply' },
        data: expect.stringMatching(/^a\.later: its trust policy is known only after the apply/),
      },
    ]);
    const strict = await check({ policy: 'p.json', 'fail-on': 'warning' }, { 'p.json': plan([role]) });
    expect(strict.code).toBe('TRUST_POLICY');
    const alone = await check({ policy: 'p.json' }, { 'p.json': plan([]) });
    expect(alone.code).toBe('TRUST_POLICY');
    expect(JSON.parse(alone.entries('output')['findings'] ?? '')).toMatchObject([
      { rule: 'unknown-until-apply', severity: 'warning', role: 'a.later' },
      { rule: 'nothing-to-test', severity: 'error' },
    ]);
  });
});

it('a token is held against each provider of its issuer that the policy names', async () => {
  const document = JSON.parse(GOOD);
  const [one] = document.Statement;
  const other = { Federated: `arn:aws:iam::444455556666:oidc-provider/${GITHUB}` };
  const closed = { ...one, Condition: { StringEquals: { [`${GITHUB}:actor`]: 'octocat' } } };
  const met = async (statements: readonly object[]) => {
    const report = await checkTrust(
      [{ path: 'a.json', text: JSON.stringify({ ...document, Statement: statements }) }],
      [...(await readExpectations(`- ${MAIN}`, 'allow')), ...(await readExpectations(`- ${MAIN}`, 'deny'))],
    );
    return report.policies.flatMap(({ verdicts }) => verdicts.map(({ isMet }) => isMet));
  };
  expect(await met([closed, { ...one, Principal: other }])).toEqual([true, false]);
  expect(await met([{ ...one, Principal: other }, closed])).toEqual([true, false]);
  expect(await met([closed, { ...closed, Principal: other }])).toEqual([false, true]);
  const later = { ...one, Condition: { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } } };
  const Statement = [closed, later, { ...later, Principal: other }];
  const text = JSON.stringify({ ...document, Statement });
  const report = await checkTrust([{ path: 'a.json', text }], await readExpectations(`- ${MAIN}`, 'deny'));
  expect(report.policies[0]?.verdicts).toMatchObject([
    { isMet: false, explanation: { decision: 'unknown', statement: { number: 2 } } },
  ]);
});

it('expectations count for a role whose provider only a deployment knows', async () => {
  const [one] = JSON.parse(GOOD).Statement;
  const template = {
    Resources: {
      Deploy: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ ...one, Principal: { Federated: { 'Fn::ImportValue': 'x' } } }],
          },
        },
      },
    },
  };
  const { log, code } = await check({
    policy: JSON.stringify(template),
    'must-allow': `- ${MAIN}`,
    'must-deny': `- ${MAIN}`,
  });
  expect(code).toBe('TRUST_POLICY');
  expect(log().join('\n')).toMatch(/policy \(Deploy\): ok must-allow/);
  expect(log().join('\n')).toMatch(/error must-deny: Deploy: "repo/);
});

describe('the command', () => {
  const run = async (args: readonly string[], files: Readonly<Record<string, string>>) => {
    const directory = directoryWith(files);
    return { ...(await runCheckCommand(directory, args)), directory };
  };

  it('prints what the action prints, and exits by it', async () => {
    const files = { 'a.json': WIDE, 'deny.yml': `- ${TOPIC}` };
    const action = await check({ policy: 'a.json', 'must-deny': files['deny.yml'] }, files);
    const { code, lines } = await run(['a.json', '--must-deny', 'deny.yml'], files);
    expect(code).toBe(1);
    expect(
      action
        .stdout()
        .split('\n')
        .filter((line) => !line.startsWith('::'))
        .join('\n'),
    ).toBe(`${lines.join('\n')}\n`);
    expect((await run(['a.json'], files)).code).toBe(0);
    expect((await run(['a.json', '--fail-on', 'warning'], files)).code).toBe(1);
  });

  it.each([[[]], [['--unknown']], [['none.json']], [['a.json', '--fail-on', 'x']]])(
    '%j is misuse',
    async (args) => {
      expect((await run(args, { 'a.json': GOOD })).code).toBe(2);
    },
  );

  it('names the option that is at fault, in one line', async () => {
    const files = { 'a.json': GOOD, 'bad.yml': '- {', 'sub.yml': '- sub:' };
    const said = async (...args: readonly string[]) => (await run(['a.json', ...args], files)).lines;
    expect(await said('--must-allow', 'bad.yml')).toEqual([expect.stringMatching(/^--must-allow: [^\n]+$/)]);
    expect(await said('--must-deny', 'sub.yml')).toEqual(['--must-deny: item 1 needs text for sub']);
    expect(await said('--must-deny', 'none.yml')).toEqual(['--must-deny: none.yml cannot be read']);
    expect(await said('--issuer', 'http://gitlab.com')).toEqual([
      '--issuer: got "http://gitlab.com"; an address such as https://token.actions.githubusercontent.com is expected',
    ]);
  });

  it('takes tokens of another issuer', async () => {
    const files = { 'a.json': GOOD, 'allow.yml': `- ${MAIN}` };
    expect((await run(['a.json', '--must-allow', 'allow.yml'], files)).code).toBe(0);
    const args = ['a.json', '--must-allow', 'allow.yml', '--issuer', 'https://gitlab.com'];
    expect((await run(args, files)).code).toBe(1);
  });

  it('explains itself', async () => {
    expect(await run(['--help'], {})).toMatchObject({
      code: 0,
      lines: [expect.stringContaining('--must-allow FILE')],
    });
  });
});

it("action.yml's inputs and outputs are those of the code", () => {
  const manifest = readFileSync('check-trust/action.yml', 'utf8');
  const names = [...manifest.matchAll(/^ {2}([a-z-]+):$/gm)].map(([, name]) => name);
  expect(names).toEqual([
    'policy',
    'must-allow',
    'must-deny',
    'expectations',
    'base',
    'issuer',
    ...REACH_INPUTS,
    'sarif',
    'fail-on',
    'decisions',
    'findings',
    'reach',
    'expectations',
    'changes',
    'jobs',
  ]);
});

describe('many roles and tokens', () => {
  const inventory = (count: number) => {
    const roles = Array.from({ length: count }, (_, index) => ({
      RoleName: `r${index}`,
      Arn: `arn:aws:iam::111122223333:role/r${index}`,
      AssumeRolePolicyDocument: JSON.parse(GOOD),
    }));
    return { path: 'roles.json', text: JSON.stringify({ RoleDetailList: roles }) };
  };
  const tokens = (count: number) =>
    Array.from({ length: count }, (_, index) => `- ${MAIN.replace('branch: main', `branch: b${index}`)}`);

  it('are all tested, but only so many verdicts are listed', async () => {
    const denied = await readExpectations(tokens(110).join('\n'), 'deny');
    const [allowed] = await readExpectations(`- ${TOPIC}`, 'allow');
    const report = await checkTrust([inventory(100)], allowed === undefined ? denied : [...denied, allowed]);
    const lines = reportLines(report);
    expect(lines.filter((line) => line.includes(': ok must-deny'))).toHaveLength(10_000);
    expect(lines.filter((line) => line.includes(' error must-allow'))).toHaveLength(100);
    expect(lines.slice(-2)).toEqual([
      '1000 more verdicts, not listed.',
      '100 trust policies, 100 errors, 0 warnings, 0 notes, 11000 of 11100 expectations met.',
    ]);
    expect(summaryMarkdown(report)).toContain('1000 more verdicts are not listed.');
    expect(isFailure(report, 'error')).toBe(true);
  });

  it('fail the check where what is not met is not even listed', async () => {
    const report = await checkTrust(
      [inventory(101)],
      await readExpectations(tokens(101).join('\n'), 'allow'),
    );
    expect(failureText(report, 'error')).toBe('Trust policy check failed: 10201 unmet expectations.');
    const unlisted = report.policies.map((one) => one.unlisted.unmet).reduce((sum, one) => sum + one, 0);
    expect(unlisted).toBe(201);
  });
});

it('roles without an identity provider are linted, and nothing is expected of them', async () => {
  const roles = { Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:TagSession' }] };
  const service = {
    Statement: { Effect: 'Allow', Principal: { AWS: '444455556666' }, Action: 'sts:AssumeRole' },
  };
  const text = JSON.stringify({
    Roles: [
      { RoleName: 'a', Arn: 'arn:aws:iam::111122223333:role/a', AssumeRolePolicyDocument: service },
      { RoleName: 'b', Arn: 'arn:aws:iam::111122223333:role/b', AssumeRolePolicyDocument: roles },
    ],
  });
  const deny = await readExpectations(`- ${TOPIC}`, 'deny');
  const report = await checkTrust([{ path: 'r.json', text }], deny);
  expect(
    report.policies.map(({ role, verdicts, findings }) => [role, verdicts.length, findings[0]?.rule]),
  ).toEqual([
    ['arn:aws:iam::111122223333:role/a', 0, 'version-missing'],
    ['arn:aws:iam::111122223333:role/b', 1, 'version-missing'],
  ]);
  expect(report.policies[0]?.findings.map(({ rule }) => rule)).toContain('external-account');
  const only = await checkTrust([{ path: 'r.json', text: text.replace('"*"', '"111122223333"') }], deny);
  expect(only.problems).toMatchObject([{ rule: 'nothing-to-test' }]);
});

it('a finding in another file than the role has that file in every output', async () => {
  const { commands, entries } = await check(
    { policy: 'role.tf', 'fail-on': 'never' },
    {
      'role.tf': 'resource "aws_iam_role" "a" { assume_role_policy = data.aws_iam_policy_document.a.json }\n',
      'data.tf': `data "aws_iam_policy_document" "a" {\n  statement {\n    actions = ["sts:AssumeRole"]\n    principals {\n      type = "AWS"\n      identifiers = ["*"]\n    }\n  }\n}\n`,
    },
  );
  expect(commands()[0]?.properties).toMatchObject({
    file: 'data.tf',
    line: '6',
    title: 'principal-everyone',
  });
  expect(JSON.parse(entries('output')['findings'] ?? '')[0]).toMatchObject({ file: 'data.tf', line: 6 });
});
