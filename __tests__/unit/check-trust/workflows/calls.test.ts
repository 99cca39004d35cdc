import { askJobs, checkJobs, trusting } from '../../../support/own-workflows.js';

const REPO = 'repo:octo-org/octo-repo';
const ANY = trusting({ sub: `${REPO}:*` });
const MAIN = trusting({ sub: `${REPO}:ref:refs/heads/main` });
const PRODUCTION = trusting({ sub: `${REPO}:environment:production` });
const FOLDER = '.github/workflows';

const CALLED = `
on: { workflow_call: { inputs: { to: { type: string }, other: { type: string, default: dev } } } }
jobs:
  apply: { runs-on: x, environment: "\${{ inputs.to }}" }
  other: { runs-on: x, environment: "\${{ inputs.other }}" }
`;

async function answers(files: Readonly<Record<string, string>>, policy: string) {
  const workflows = Object.entries(files).map(([name, text]) => [`${FOLDER}/${name}`, text]);
  const { jobs, findings } = await askJobs({ ...Object.fromEntries(workflows), 'role.json': policy });
  return {
    jobs: Object.fromEntries(jobs.map(({ job, answer, when }) => [job, when.join('; ') || answer])),
    because: jobs.map(({ because }) => because),
    unread: findings.filter((one) => 'rule' in one && one.rule === 'unread').map(({ message }) => message),
  };
}

const calling = (uses: string, more = '', permissions = 'id-token: write'): string =>
  `on: push\npermissions: { ${permissions} }\njobs: { call: { uses: ${uses}${more} } }\n`;

describe('called workflows', () => {
  it('are followed with the inputs that they are given', async () => {
    const ci = calling('./.github/workflows/called.yml', ', with: { to: production }');
    const { jobs, unread } = await answers({ 'ci.yml': ci, 'called.yml': CALLED }, PRODUCTION);
    expect(jobs).toEqual({ 'call / apply': 'yes', 'call / other': 'no' });
    expect(unread).toEqual([]);
  });

  it('have the defaults of what they are not given', async () => {
    const ci = calling('./.github/workflows/called.yml');
    const policy = trusting({ sub: [`${REPO}:ref:*`, `${REPO}:environment:dev`] });
    const { jobs } = await answers({ 'ci.yml': ci, 'called.yml': CALLED }, policy);
    expect(jobs).toEqual({ 'call / apply': 'yes', 'call / other': 'yes' });
  });

  it('take inputs from inputs and from a matrix', async () => {
    const middle = `
on: { workflow_call: { inputs: { stage: { type: string, default: "\${{ vars.X }}" }, n: { type: number } } } }
jobs: { inner: { uses: ./.github/workflows/called.yml, with: { to: "\${{ inputs.stage }}", other: "\${{ inputs.n }}" } } }
`;
    const ci = `on: push\npermissions: write-all\njobs:\n  call:\n    strategy: { matrix: { stage: [production] } }\n    uses: ./.github/workflows/middle.yml\n    with: { stage: "\${{ matrix.stage }}" }\n  open: { uses: ./.github/workflows/middle.yml }\n`;
    const { jobs } = await answers({ 'ci.yml': ci, 'called.yml': CALLED, 'middle.yml': middle }, PRODUCTION);
    expect(jobs).toEqual({
      'call / inner / apply': 'yes',
      'call / inner / other': 'in the environment production',
      'open / inner / apply': 'in the environment production',
      'open / inner / other': 'in the environment production',
    });
  });

  it('are named by job_workflow_ref at the ref of the run, and `workflow` is the one that started', async () => {
    const policy = trusting({
      sub: `${REPO}:*`,
      job_workflow_ref: 'octo-org/octo-repo/.github/workflows/called.yml@refs/heads/main',
      workflow: `${FOLDER}/ci.yml`,
    });
    const ci = calling('./.github/workflows/called.yml', ', with: { to: production }');
    const { jobs } = await answers({ 'ci.yml': ci, 'called.yml': CALLED }, policy);
    expect(jobs['call / apply']).toBe('from the branch main in the environment production');
  });

  it('get no token where the caller may not ask for one', async () => {
    const ci = calling('./.github/workflows/called.yml', '', 'contents: read');
    const own = 'on: workflow_call\njobs: { a: {}, b: { permissions: write-all } }';
    const { jobs, because } = await answers({ 'ci.yml': ci, 'called.yml': own }, ANY);
    expect(jobs).toEqual({ 'call / a': 'no', 'call / b': 'no' });
    expect(because).toEqual([
      'It gets no token: it has no permission id-token: write.',
      'It gets no token: the job that calls it has no permission id-token: write.',
    ]);
  });

  it('may ask for less than their caller', async () => {
    const ci = calling('./.github/workflows/called.yml');
    const called = `on: workflow_call\npermissions: {}\njobs: { a: { runs-on: x }, b: { permissions: write-all } }`;
    expect((await answers({ 'ci.yml': ci, 'called.yml': called }, ANY)).jobs).toEqual({
      'call / a': 'no',
      'call / b': 'yes',
    });
  });

  it('that nothing calls do nothing', async () => {
    const { jobs, because } = await answers({ 'called.yml': `permissions: write-all${CALLED}` }, ANY);
    expect(jobs).toEqual({ apply: 'no', other: 'no' });
    expect(because[0]).toBe('It gets no token: only other workflows call it, and none of these does.');
  });

  it('of others are known by their name only', async () => {
    const uses = 'other/shared/.github/workflows/deploy.yml@v1';
    const { jobs, because } = await answers({ 'ci.yml': calling(uses) }, PRODUCTION);
    expect(jobs).toEqual({ call: 'in the environment production' });
    expect(because).toEqual([
      `It gets in only in the environment production. Which jobs ${uses} has is not known.`,
    ]);
    const named = (ref: string) => trusting({ sub: `${REPO}:*`, job_workflow_ref: uses.replace('v1', ref) });
    expect((await answers({ 'ci.yml': calling(uses) }, named('refs/tags/v1'))).jobs).toEqual({ call: 'yes' });
    expect((await answers({ 'ci.yml': calling(uses) }, named('refs/tags/v2'))).jobs).toEqual({ call: 'no' });
    const sha = '0123456789abcdef0123456789abcdef01234567';
    expect((await answers({ 'ci.yml': calling(uses.replace('v1', sha)) }, named(sha))).jobs).toEqual({
      call: 'yes',
    });
  });

  it('that are not there may do anything, and are reported', async () => {
    const { jobs, unread } = await answers({ 'ci.yml': calling('./.github/workflows/none.yml') }, MAIN);
    expect(jobs).toEqual({ call: 'from the branch main without an environment' });
    expect(unread).toEqual([
      'the workflow ./.github/workflows/none.yml, which the job call calls, cannot be read',
    ]);
  });

  it('that call themselves come to an end', async () => {
    const jobs = Array.from({ length: 9 }, (_, index) => `  j${index}: { uses: ./.github/workflows/ci.yml }`);
    const ci = `on: [push, workflow_call]\npermissions: write-all\njobs:\n${jobs.join('\n')}\n`;
    const { unread } = await answers({ 'ci.yml': ci }, ANY);
    expect(unread).toContain('more than 10 workflows call each other');
    expect(unread).toContain('only the first 5000 jobs are considered');
  });
});

it.each([
  [9, 'yes', []],
  [10, undefined, ['more than 10 workflows call each other']],
])('workflows are followed %i calls deep: %s', async (depth, answer, problems) => {
  const calls = Array.from({ length: depth }, (_, index) => [
    `w${index}.yml`,
    `on: ${index === 0 ? 'push' : 'workflow_call'}\npermissions: write-all\njobs: { c: { uses: ./.github/workflows/w${index + 1}.yml } }`,
  ]);
  const last = [`w${depth}.yml`, 'on: workflow_call\npermissions: write-all\njobs: { a: {} }'];
  const { jobs, unread } = await answers(Object.fromEntries([...calls, last]), ANY);
  expect([jobs[`${'c / '.repeat(depth)}a`], unread]).toEqual([answer, problems]);
});

it.each([
  [5000, []],
  [5001, ['only the first 5000 jobs are considered']],
])('of %i jobs 5000 are considered', async (count, problems) => {
  const names = Array.from({ length: count }, (_, index) => `j${index}: {}`);
  const ci = `on: push\npermissions: write-all\njobs: { ${names.join(', ')} }\n`;
  const { jobs, unread } = await answers({ 'ci.yml': ci }, ANY);
  expect([Object.keys(jobs).length, unread]).toEqual([5000, problems]);
});

describe('what cannot be read', () => {
  it.each([
    [
      'a: [',
      'this workflow cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a: [\n---\n',
      'this workflow cannot be read: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    ['on: push\n---\na: [\n', 'this workflow cannot be read: it has more than one document'],
    ['on: push\n---\non: push', 'this workflow cannot be read: it has more than one document'],
    ['', 'this workflow cannot be read: it has no `on`'],
    ['on:\njobs: { a: {} }', 'this workflow cannot be read: it has no `on`'],
    ['jobs: { a: {} }', 'this workflow cannot be read: it has no `on`'],
    ['on: push', 'this workflow cannot be read: it has no `jobs`'],
    ['on: push\njobs: []', 'this workflow cannot be read: it has no `jobs`'],
  ])('is reported: %j', async (text, message) => {
    const { unread, jobs } = await answers({ 'ci.yml': text }, ANY);
    expect([unread, jobs]).toEqual([[message], {}]);
  });

  it.each([
    ['on: pusch\npermissions: write-all\njobs: { a: {} }', 'the event pusch is not known'],
    [
      "on: { push: { branches: ['[a'] } }\npermissions: write-all\njobs: { a: {} }",
      'a filter of push: its brackets have no end, or nothing in them',
    ],
    [
      "on: { push: { branches: ['[z-a]'] } }\npermissions: write-all\njobs: { a: {} }",
      'a filter of push: z-a is not a range of letters or digits',
    ],
    [
      "on: { push: { branches: ['a\\'] } }\npermissions: write-all\njobs: { a: {} }",
      'a filter of push: it ends in a backslash',
    ],
    [
      'on: { push: { branches: [[a]] } }\npermissions: write-all\njobs: { a: {} }',
      'a filter of push: branches is not a list of texts',
    ],
    ['on: push\npermissions: write\njobs: { a: {} }', 'the permissions of the job a cannot be read'],
    ['on: push\npermissions: write-all\njobs: { a: x }', 'the definition of the job a cannot be read'],
    [
      'on: push\npermissions: write-all\njobs: { a: { environment: [x] } }',
      'the environment of the job a cannot be read',
    ],
  ])('may do anything, and is reported: %j', async (text, message) => {
    const { unread, jobs } = await answers({ 'ci.yml': text }, MAIN);
    expect(unread).toEqual([message]);
    expect(jobs['a']).toMatch(/from the branch main/);
  });
});

describe('the input', () => {
  const CI = 'on: push\npermissions: write-all\njobs: { a: {} }';
  const FILES = { [`${FOLDER}/ci.yml`]: CI, 'flows/b.yaml': CI, 'flows/readme.md': '#', 'role.json': ANY };

  it.each([
    [FOLDER, [`${FOLDER}/ci.yml`]],
    ['./.github/workflows/', [`${FOLDER}/ci.yml`]],
    [`${FOLDER}/*.yml`, [`${FOLDER}/ci.yml`]],
    [`flows,${FOLDER}/ci.yml`, ['flows/b.yaml', `${FOLDER}/ci.yml`]],
  ])('takes %s for one’s own workflows', async (items, expected) => {
    const { jobs } = await askJobs(FILES, ['--workflows', items]);
    expect(jobs.map(({ workflow }) => workflow)).toEqual(expected);
  });

  it('reads a called workflow that is not among those that are named, but beside them', async () => {
    const files = {
      [`${FOLDER}/ci.yml`]: calling('./.github/workflows/called.yml', ', with: { to: production }'),
      [`${FOLDER}/called.yml`]: CALLED,
      'role.json': PRODUCTION,
    };
    const { jobs } = await askJobs(files, ['--workflows', `${FOLDER}/ci.yml`]);
    expect(jobs.map(({ job, answer }) => [job, answer])).toEqual([
      ['call / apply', 'yes'],
      ['call / other', 'no'],
    ]);
  });

  it('asks for called workflows as well, and for them alone', async () => {
    const pattern = 'octo-org/octo-repo/.github/workflows/*@refs/heads/main';
    const { lines } = await checkJobs(FILES, ['--workflows', `${FOLDER},${pattern}`]);
    expect(lines.join('\n')).toMatch(/other-workflow.*jobs of octo-org\/octo-repo that can assume/s);
    const { lines: alone } = await checkJobs(FILES, ['--workflows', pattern]);
    expect(alone.join('\n')).not.toContain('jobs of octo-org');
  });

  it.each([
    [
      'ci.yml',
      '--workflows: "ci.yml" is not a file or folder here; allowed: a folder of workflows such as .github/workflows, or workflows as OWNER/NAME/.github/workflows/FILE@REF',
    ],
    ['workflows/ci.yml', '--workflows: "workflows/ci.yml" is not a file'],
    ['.github/flows', '--workflows: .github/flows cannot be read'],
    ['.github', '--workflows: .github has no workflow'],
  ])('refuses %s', async (items, message) => {
    const { code, lines } = await checkJobs(FILES, ['--workflows', items]);
    expect(code).toBe(2);
    expect(lines.at(-1)).toContain(message);
  });
});

describe('the text', () => {
  it('says what nothing and what any pull request can do, and lists the jobs that can in columns', async () => {
    const { lines } = await checkJobs({
      [`${FOLDER}/ci.yml`]: 'on: [push, pull_request]\npermissions: write-all\njobs: { test: {}, a: {} }',
      [`${FOLDER}/deploy.yml`]:
        'on: { push: { branches: [main] } }\npermissions: write-all\njobs: { deploy: {} }',
      'any.json': ANY,
      'main.json': MAIN,
      'other.json': trusting({ sub: 'repo:other/repo:*' }),
    });
    const start = lines.findIndex((line) => line.includes(': jobs of'));
    expect(lines.slice(start, -1)).toEqual([
      'any.json:1: jobs of octo-org/octo-repo that can assume this role: any pull request can assume this role, except from forks',
      '  yes  .github/workflows/ci.yml      test    All of its runs get in, such as the branch x of octo-org/octo-repo.',
      '  yes  .github/workflows/ci.yml      a       All of its runs get in, such as the branch x of octo-org/octo-repo.',
      '  yes  .github/workflows/deploy.yml  deploy  All of its runs get in, such as the branch main of octo-org/octo-repo.',
      'main.json:1: jobs of octo-org/octo-repo that can assume this role',
      '  only-if  .github/workflows/ci.yml      test    It gets in only from the branch main.',
      '  only-if  .github/workflows/ci.yml      a       It gets in only from the branch main.',
      '  yes      .github/workflows/deploy.yml  deploy  All of its runs get in, such as the branch main of octo-org/octo-repo.',
      'other.json:1: nothing in this repository can assume this role',
    ]);
  });

  it('leaves out what cannot where the list would be too long', async () => {
    const many = Array.from({ length: 51 }, (_, index) => `  j${index}: {}`).join('\n');
    const text = `on: push\npermissions: write-all\njobs:\n${many}\n`;
    const roles = Array.from({ length: 99 }, (_, index) => [
      `r${index}.json`,
      trusting({ sub: 'repo:x/y:*' }),
    ]);
    const files = { [`${FOLDER}/ci.yml`]: text, ...Object.fromEntries(roles), 'main.json': MAIN };
    const { jobs } = await askJobs(files);
    expect(new Set(jobs.map(({ file }) => file))).toEqual(new Set(['main.json']));
    expect(jobs).toHaveLength(51);
  });
});
