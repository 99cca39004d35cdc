import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { parseTrustPolicy } from '../../../src/trust/language/parse.js';
import { decide } from '../../../src/trust/reach/evaluator.js';
import { directoryWith, runCheckAction, runCheckCommand } from '../../support/check-trust.js';
import { temporaryDirectory } from '../../support/files.js';

import { rendered } from '../../support/secrets.js';
import { PROVIDER } from '../../support/trust-policies.js';

/** The schema of SARIF 2.1.0 as OASIS publishes it, in its fifth edition. */
const SCHEMA = 'node_modules/@microsoft/sarif-matcher-utils/lib/schemas/sarif-2.1.0-rtm.5.json';

const HOST = 'token.actions.githubusercontent.com';

function policyFor(sub: string, operator = 'StringEquals', more: object = {}): string {
  const Condition = {
    StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com' },
    ...(operator === 'StringEquals'
      ? { StringEquals: { [`${HOST}:aud`]: 'sts.amazonaws.com', [`${HOST}:sub`]: sub } }
      : { [operator]: { [`${HOST}:sub`]: sub } }),
    ...more,
  };
  const statement = {
    Effect: 'Allow',
    Principal: { Federated: PROVIDER },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition,
  };
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement] }, null, 2);
}

const NARROW = policyFor('repo:octo-org/octo-repo:ref:refs/heads/main');
const WIDE = policyFor('repo:octo-org/octo-repo:*', 'StringLike');
const FILES = { 'narrow.json': NARROW, 'wide.json': WIDE };
const REPOSITORY = ['--repository', 'octo-org/octo-repo'];

async function command(args: readonly string[], files: Readonly<Record<string, string>> = FILES) {
  const directory = directoryWith(files);
  const ran = await runCheckCommand(directory, args, { now: () => performance.now() });
  return { ...ran, directory };
}

describe('the command', () => {
  it('prints the questions in columns, words first and then the token', async () => {
    const { code, lines } = await command(['wide.json', ...REPOSITORY]);
    expect(code).toBe(0);
    const start = lines.findIndex((line) => line.includes('who can assume'));
    expect(lines.slice(start)).toEqual([
      'wide.json:1: who can assume this role, which is for octo-org/octo-repo',
      '  ✔ other-owner        no   A repository of an owner other than octo-org cannot get in.',
      '  ✔ other-repository   no   A repository of octo-org other than octo-org/octo-repo cannot get in.',
      '  ✘ pull-request       yes  A pull request of octo-org/octo-repo gets in by statement 1.',
      `${' '.repeat(28)}sub: repo:octo-org/octo-repo:pull_request`,
      expect.stringMatching(/^ {2}✘ other-branch {7}yes {2}The branch \S+ of octo-org\/octo-repo gets in/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:ref:refs/heads/'),
      expect.stringMatching(/^ {2}✘ tag {16}yes {2}The tag \S+ of octo-org\/octo-repo gets in/),
      expect.stringContaining('sub: repo:octo-org/octo-repo:ref:refs/tags/'),
      expect.stringMatching(/^ {2}✘ other-environment {2}yes {2}The branch /),
      expect.stringContaining('sub: repo:octo-org/octo-repo:environment:'),
      '  ✔ intended           yes  The branch main of octo-org/octo-repo gets in by statement 1.',
      expect.stringMatching(/^1 trust policy, 0 errors/),
    ]);
  });

  it('writes one JSON object, whose witnesses are tokens that get in', async () => {
    const { code, lines, errors } = await command(['narrow.json', 'wide.json', ...REPOSITORY, '--json', '-']);
    expect([code, errors, lines.length]).toEqual([0, [], 1]);
    const report = JSON.parse(lines[0] ?? '');
    const names = ['version', 'roles', 'findings', 'decisions', 'expectations', 'changes', 'jobs'];
    expect(Object.keys(report)).toEqual(names);
    expect(report).toMatchObject({
      version: 1,
      roles: [
        { file: 'narrow.json', role: null, line: 1 },
        { file: 'wide.json', role: null, line: 1 },
      ],
      decisions: [],
      expectations: [],
      changes: null,
    });
    const [narrow, wide] = report.roles;
    expect(narrow.reach[0]).toEqual({
      question: 'other-owner',
      answer: 'no',
      because: 'A repository of an owner other than octo-org cannot get in.',
      witness: null,
    });
    const pull = wide.reach.find(({ question }: { question: string }) => question === 'pull-request');
    expect(pull).toMatchObject({ answer: 'yes', witness: { sub: 'repo:octo-org/octo-repo:pull_request' } });
    expect(decide(parseTrustPolicy(WIDE), PROVIDER, pull.witness).decision).toBe('allow');
  });

  it('writes the same to a file beside the text', async () => {
    const { code, lines, directory } = await command(['wide.json', ...REPOSITORY, '--json', 'out.json']);
    expect(code).toBe(0);
    expect(lines.at(-1)).toMatch(/^1 trust policy/);
    const [only] = (await command(['wide.json', ...REPOSITORY, '--json=-'])).lines;
    expect(readFileSync(join(directory, 'out.json'), 'utf8')).toBe(`${only}\n`);
  });

  it.each([
    [['narrow.json'], 'pull-request,other-owner', 0],
    [['wide.json'], 'other-owner', 0],
    [['wide.json'], 'pull-request,other-owner', 1],
  ])('with %j and --never %s exits with %i', async (paths, never, expected) => {
    const args = [...paths, ...REPOSITORY, '--never', never];
    const { code, lines } = await command(args);
    expect(code).toBe(expected);
    const broken = lines.filter((line) => line.includes('error never'));
    expect(broken).toEqual(
      expected === 0
        ? []
        : [
            expect.stringMatching(
              /^wide\.json:4:5: error never: pull-request: A pull request of octo-org\/octo-repo gets in by statement 1\. Its token: \{"iss":/,
            ),
          ],
    );
    const report = JSON.parse((await command([...args, '--json', '-'])).lines[0] ?? '');
    expect(report.expectations).toHaveLength(never.split(',').length);
    expect(report.expectations.every(({ met }: { met: boolean }) => met)).toBe(expected === 0);
  });

  it('takes an answer that is not certain for an expectation that is not met', async () => {
    const limited = policyFor('repo:octo-org/octo-repo:*', 'StringLike', {
      IpAddress: { 'aws:SourceIp': '10.0.0.0/8' },
    });
    const args = ['a.json', ...REPOSITORY, '--never', 'pull-request'];
    const { code, lines } = await command(args, { 'a.json': limited });
    expect(code).toBe(1);
    expect(lines).toContainEqual(
      expect.stringMatching(/^ {2}\? pull-request {7}depends {2}A pull request of/),
    );
  });

  it('asks about what is named', async () => {
    const environment = policyFor('repo:octo-org@65/octo-repo@74:environment:production');
    const ids = ['--owner-id', '65', '--repository-id', '74'];
    const args = [
      'a.json',
      ...REPOSITORY,
      ...ids,
      '--environments',
      'production',
      '--branches',
      '*',
      '--tags',
      '*',
    ];
    const answersTo = async (more: readonly string[]): Promise<unknown> => {
      const { lines } = await command([...args, ...more, '--json', '-'], { 'a.json': environment });
      const [role] = JSON.parse(lines[0] ?? '').roles;
      return Object.fromEntries(
        role.reach.map((one: Record<string, string>) => [one['question'], one['answer']]),
      );
    };
    expect(await answersTo([])).toEqual({
      'other-owner': 'no',
      'other-repository': 'no',
      'recycled-name': 'no',
      'pull-request': 'no',
      'other-branch': 'no',
      tag: 'no',
      'other-environment': 'no',
      'any-ref-in-environment': 'yes',
      intended: 'yes',
    });
    const workflow = 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main';
    expect(await answersTo(['--workflows', workflow])).toMatchObject({ 'other-workflow': 'yes' });
    expect(await answersTo(['--subject-template', 'default'])).toMatchObject({ intended: 'no' });
  });

  it.each([
    [['--repository', 'octo-org'], '--repository: got "octo-org"; allowed: OWNER/NAME'],
    [['--repository', ''], '--repository: it is empty'],
    [['--branches', 'main'], '--repository: OWNER/NAME is required to say who can assume a role'],
    [[...REPOSITORY, '--owner-id', 'x'], '--owner-id: got "x"; allowed: an id, which is a number'],
    [
      [...REPOSITORY, '--branches', 'refs/heads/main'],
      '--branches: got "refs/heads/main"; allowed: names of branches, without refs/heads/',
    ],
    [[...REPOSITORY, '--tags', ','], '--tags: got ","; allowed: at least one item'],
    [
      [...REPOSITORY, '--workflows', 'ci.yml'],
      '--workflows: "ci.yml" is not a file or folder here; allowed: a folder of workflows such as .github/workflows, or workflows as OWNER/NAME/.github/workflows/FILE@REF',
    ],
    [
      [...REPOSITORY, '--subject-template', 'repo:context'],
      '--subject-template: got "repo:context"; allowed: default, immutable, or the keys of the template such as repo,context',
    ],
    [[...REPOSITORY, '--never', 'recycled-name'], '--never: recycled-name needs owner-id or repository-id'],
    [[...REPOSITORY, '--json', 'none/out.json'], '--json: "none/out.json" cannot be written'],
  ])('refuses %j', async (args, problem) => {
    const { code, lines } = await command(['narrow.json', ...args]);
    expect([code, lines.at(-1)]).toEqual([2, problem]);
  });

  it('names the questions that can be forbidden', async () => {
    const { code, lines } = await command(['narrow.json', ...REPOSITORY, '--never', 'intended']);
    expect(code).toBe(2);
    expect(lines[0]).toMatch(
      /^--never: got "intended"; allowed: other-owner, .*other-environment, any-ref-in-environment or other-workflow$/,
    );
  });

  it('says what is wrong on standard error where standard output is for JSON', async () => {
    const { code, lines, errors } = await command(['none.json', '--json', '-']);
    expect([code, lines, errors]).toEqual([2, [], ['none.json cannot be read']]);
  });
});

describe('SARIF', () => {
  const lines = async (args: readonly string[], files?: Readonly<Record<string, string>>) => {
    const { directory, code } = await command([...args, '--sarif', 'out.sarif'], files);
    return { code, log: JSON.parse(readFileSync(join(directory, 'out.sarif'), 'utf8')) };
  };

  it('has the findings and the answers at their places, each with its rule', async () => {
    const { log } = await lines(['wide.json', ...REPOSITORY, '--never', 'tag']);
    expect(log).toMatchObject({ $schema: expect.stringContaining('sarif-2.1.0'), version: '2.1.0' });
    const [run, ...others] = log.runs;
    expect(others).toEqual([]);
    const ids = run.tool.driver.rules.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([...ids].sort());
    expect(ids).toEqual(expect.arrayContaining(['any-branch', 'never', 'reach/pull-request']));
    expect(ids).not.toContain('reach/tag');
    expect(ids).not.toContain('reach/intended');
    for (const result of run.results) expect(ids[result.ruleIndex]).toBe(result.ruleId);
    const pull = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'reach/pull-request');
    expect(pull).toEqual({
      ruleId: 'reach/pull-request',
      ruleIndex: ids.indexOf('reach/pull-request'),
      level: 'warning',
      message: {
        text: expect.stringMatching(
          /^A pull request of octo-org\/octo-repo gets in .* Its token: \{\{"iss":.*\}\}$/,
        ),
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: 'wide.json' },
            region: { startLine: 1, startColumn: 1 },
          },
        },
      ],
    });
    const never = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === 'never');
    expect([never.level, never.locations[0].physicalLocation.region]).toEqual([
      'error',
      { startLine: 4, startColumn: 5 },
    ]);
  });

  it('keeps to the schema, and has the token in the message', async () => {
    const { log } = await lines(
      [...REPOSITORY, '--never', 'pull-request', 'wide.json', 'narrow.json', 'bad.json'],
      {
        ...FILES,
        'bad.json': '{',
      },
    );
    const isValid = new Ajv({ schemaId: 'auto' })
      .addMetaSchema(JSON.parse(readFileSync('node_modules/ajv/lib/refs/json-schema-draft-04.json', 'utf8')))
      .compile(JSON.parse(readFileSync(SCHEMA, 'utf8')));
    expect([isValid(log), isValid.errors]).toEqual([true, null]);
    expect(isValid({ ...log, version: '1' })).toBe(false);
    const texts = log.runs[0].results.map(({ message }: { message: { text: string } }) => message.text);
    expect(
      texts.filter((text: string) => text.includes('"sub":"repo:octo-org/octo-repo:pull_request"')),
    ).not.toEqual([]);
  });

  it('has paths as URIs, and text that is no link', async () => {
    const text = policyFor('[a](https://example.com)*');
    const { log } = await lines(['a b%.json'], { 'a b%.json': text });
    const [result] = log.runs[0].results;
    expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe('a%20b%25.json');
    expect(JSON.stringify(log)).not.toContain('](');
  });

  it('has no results where there is nothing to say', async () => {
    const { code, log } = await lines(['a.json'], {
      'a.json': policyFor('repo:octo-org@65/octo-repo@74:ref:refs/heads/main'),
    });
    expect([code, log.runs[0].results, log.runs[0].tool.driver.rules]).toEqual([0, [], []]);
  });
});

describe('the action', () => {
  it('writes SARIF into the workspace', async () => {
    const { directory, message } = await runCheckAction({ policy: WIDE, sarif: 'trust.sarif' });
    expect(message).toBeUndefined();
    const log = JSON.parse(readFileSync(join(directory, 'workspace', 'trust.sarif'), 'utf8'));
    expect(log.runs[0].results.length).toBeGreaterThan(0);
  });

  it('names the file that it cannot write', async () => {
    const { message } = await runCheckAction({ policy: WIDE, sarif: 'none/trust.sarif' });
    expect(message).toBe('sarif: "none/trust.sarif" cannot be written.');
  });

  const running = {
    GITHUB_REPOSITORY: 'octo-org/octo-repo',
    GITHUB_REPOSITORY_OWNER_ID: '65',
    GITHUB_REPOSITORY_ID: '74',
  };

  it('changes nothing where nobody asks', async () => {
    const { log, entries } = await runCheckAction({ policy: WIDE }, running);
    expect(log().join('\n')).not.toContain('who can assume');
    expect(JSON.parse(entries('output')['reach'] ?? '')).toEqual([
      { file: 'policy', role: null, line: 1, reach: [] },
    ]);
  });

  it('asks about the repository that runs, with its ids', async () => {
    const { entries } = await runCheckAction({ policy: WIDE, branches: 'main' }, running);
    const [role] = JSON.parse(entries('output')['reach'] ?? '');
    const recycled = role.reach.find(({ question }: { question: string }) => question === 'recycled-name');
    expect(recycled).toMatchObject({ answer: 'yes', witness: { repository: 'octo-org/octo-repo' } });
    expect(recycled.witness.repository_id).not.toBe('74');
  });

  it('asks about another repository without the ids of the one that runs', async () => {
    const { entries } = await runCheckAction({ policy: WIDE, repository: 'octo-org/other' }, running);
    const [role] = JSON.parse(entries('output')['reach'] ?? '');
    const questions = role.reach.map(({ question }: { question: string }) => question);
    expect(questions).not.toContain('recycled-name');
    expect(questions).toContain('intended');
  });

  it('shows a matrix in the summary, and annotates what must never be', async () => {
    const page = join(temporaryDirectory(), 'summary.md');
    writeFileSync(page, '');
    process.env['GITHUB_STEP_SUMMARY'] = page;
    const inputs = { policy: WIDE, never: '- pull-request\n- other-owner' };
    const { message, commands } = await runCheckAction(inputs, { ...running, GITHUB_STEP_SUMMARY: page });
    delete process.env['GITHUB_STEP_SUMMARY'];
    expect(message).toBe('Trust policy check failed: 1 unmet expectation.');
    expect(commands()).toContainEqual(
      expect.objectContaining({
        command: 'error',
        properties: { file: 'policy', line: '4', col: '5', title: 'never' },
      }),
    );
    const text = rendered(readFileSync(page, 'utf8'));
    expect(text).toContain('#### Who can assume a role for octo-org/octo-repo');
    expect(text).toContain('| Role | other-owner | other-repository | recycled-name | pull-request |');
    expect(text).toMatch(/\n\| policy \| ✔ \| ✔ \| ✘ \| ✘ \|/);
    expect(text).toMatch(
      /\n\| policy \| ✘ \| pull-request \| A pull request of octo-org\/octo-repo gets in by statement 1\. \| repo:octo-org\S*\/octo-repo\S*:pull_request \|/,
    );
  });

  it('names every input that is wrong', async () => {
    const { message } = await runCheckAction(
      { policy: WIDE, repository: 'x', never: 'nobody', 'fail-on': 'x' },
      running,
    );
    expect(message).toContain('- repository: got "x"; allowed: OWNER/NAME.');
    expect(message).toContain('- fail-on: ');
  });
});
