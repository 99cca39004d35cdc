import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCheck } from '../../../src/check-trust/action.js';
import { runCommand } from '../../../src/check-trust/command.js';
import { readExpectations } from '../../../src/check-trust/expectations.js';
import { toActionError } from '../../../src/errors.js';
import { temporaryDirectory } from '../../support/files.js';
import { inputVariables, recordedRunner } from '../../support/recorded-runner.js';

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
    ['- { repository: a }', 'item 1 needs repository: OWNER/NAME'],
    ['- { repository: a/b }', 'item 1 needs one of ref, branch, tag'],
    ['- { repository: a/b, ref: x, tag: y }', 'item 1 can have only one of ref, branch, tag, pull_request'],
    ['- { repository: a/b, tag: [x] }', 'item 1 needs text for tag'],
    ['- { repository: a/b, branch: x, owner-id: me }', 'item 1 has an id of other than digits'],
    ['- { repository: a/b, pull_request: maybe }', 'item 1 needs true, false or a number for pull_request'],
    ['- [a]', 'item 1 must be a mapping'],
    ['a: b', 'a YAML list is expected'],
  ])('%s is refused', async (text, message) => {
    await expect(readExpectations(text, 'deny')).rejects.toThrow(message);
  });
});

it('does not pass where there is nothing to test', async () => {
  const { code, commands } = await check({ policy: 't.yaml' }, { 't.yaml': 'Resources: {}' });
  expect(code).toBe('TRUST_POLICY');
  expect(commands()[0]?.data).toBe('there is no role in it that trusts an identity provider');
});

describe('the command', () => {
  const run = async (args: readonly string[], files: Readonly<Record<string, string>>) => {
    const directory = temporaryDirectory();
    for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text);
    const lines: string[] = [];
    const code = await runCommand(args, directory, (line) => lines.push(line));
    return { code, lines };
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
  expect(names).toEqual(['policy', 'must-allow', 'must-deny', 'issuer', 'fail-on', 'decisions', 'findings']);
});
