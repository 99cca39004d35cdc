import { parseTrustPolicy } from '../../../../src/trust/language/parse.js';
import { decide } from '../../../../src/trust/reach/evaluator.js';
import { answersFor, askJobs, trusting } from '../../../support/own-workflows.js';
import { PROVIDER } from '../../../support/trust-policies.js';

const REPO = 'repo:octo-org/octo-repo';
const ANY = trusting({ sub: `${REPO}:*` });
const MAIN = trusting({ sub: `${REPO}:ref:refs/heads/main` });
const PRODUCTION = trusting({ sub: `${REPO}:environment:production` });

const job = (more = ''): string => `jobs: { a: { runs-on: x${more} } }`;
const workflow = (on: string, jobs = job()): string =>
  `name: CI\non: ${on}\npermissions: { id-token: write }\n${jobs}\n`;
const answer = async (on: string, policy: string, jobs?: string): Promise<string | undefined> =>
  (await answersFor(workflow(on, jobs), policy))['a'];

describe('permissions', () => {
  it.each([
    ['permissions: { id-token: write }', '', 'yes'],
    ['permissions: write-all', '', 'yes'],
    ['permissions: read-all', '', 'no'],
    ['permissions: {}', '', 'no'],
    ['permissions:', '', 'no'],
    ['permissions: { id-token: read }', '', 'no'],
    ['', '', 'no'],
    ['permissions: { contents: read }', ', permissions: { id-token: write }', 'yes'],
    ['permissions: write-all', ', permissions: { contents: read }', 'no'],
  ])('counts %j and %j of the job as %s', async (own, ofJob, expected) => {
    const text = `on: push\n${own}\n${job(ofJob)}\n`;
    expect(await answersFor(text, ANY)).toEqual({ a: expected });
  });

  it('says why a job gets no token', async () => {
    const { jobs } = await askJobs({ '.github/workflows/a.yml': `on: push\n${job()}`, 'role.json': ANY });
    expect(jobs[0]?.because).toBe('It gets no token: it has no permission id-token: write.');
  });
});

describe('events', () => {
  it.each([
    ['push', 'from the branch main'],
    ['{ push: { branches: [main] } }', 'yes'],
    ['{ push: { branches: main } }', 'yes'],
    ['{ push: { branches: [dev] } }', 'no'],
    ['{ push: { branches: [dev, main] } }', 'from the branch main'],
    ['{ push: { branches-ignore: [main] } }', 'no'],
    ['{ push: { branches-ignore: [dev] } }', 'from the branch main'],
    ["{ push: { branches: ['m*', '!main'] } }", 'no'],
    ["{ push: { branches: ['**', '!main', 'ma[i]n'] } }", 'from the branch main'],
    ['{ push: { tags: [v1] } }', 'no'],
    ['{ push: { branches: [main], tags: [v1] } }', 'from the branch main'],
    ["{ push: { tags-ignore: ['x'] } }", 'no'],
    ['{ push: { branches: } }', 'from the branch main'],
    ['pull_request', 'no'],
    ['pull_request_target', 'yes'],
    ['{ pull_request_target: { branches: [dev] } }', 'yes'],
    ['[pull_request, schedule]', 'from the branch main'],
    ['workflow_run', 'yes'],
    ['issue_comment', 'yes'],
    ['workflow_dispatch', 'from the branch main'],
    ['merge_group', 'no'],
    ['release', 'no'],
    ['deployment', 'from the branch main'],
    ['pull_request_review', 'no'],
    ['workflow_call', 'no'],
  ])('says of %s whether it gets in as main', async (on, expected) => {
    expect(await answer(on, MAIN)).toBe(expected);
  });

  it.each([
    ['pull_request', `${REPO}:pull_request`, 'yes'],
    ['{ pull_request: { types: [closed], branches: [main] } }', `${REPO}:pull_request`, 'yes'],
    ['[push, pull_request]', `${REPO}:pull_request`, 'in a pull request'],
    ['pull_request_review', `${REPO}:pull_request`, 'in a pull request'],
    ['release', `${REPO}:ref:refs/tags/v*`, 'from a tag that matches v*'],
    ["{ push: { tags: ['v[0-9]+.[0-9]+'] } }", `${REPO}:ref:refs/tags/v*`, 'yes'],
    ["{ push: { tags: ['v[0-9]+.[0-9]+'] } }", `${REPO}:ref:refs/tags/v1.*`, 'from a tag that matches v1.*'],
    ["{ push: { tags: ['v[0-9]+.[0-9]+'] } }", `${REPO}:ref:refs/tags/va`, 'no'],
    ['merge_group', `${REPO}:ref:refs/heads/gh-readonly-queue/*`, 'yes'],
    ["{ push: { branches: ['releases/**'] } }", `${REPO}:ref:refs/heads/releases/*`, 'yes'],
    ["{ push: { branches: ['releases/*'] } }", `${REPO}:ref:refs/heads/releases/a/b`, 'no'],
    ["{ push: { branches: ['**/x'] } }", `${REPO}:ref:refs/heads/x`, 'from the branch x'],
    ["{ push: { branches: ['[a-]'] } }", `${REPO}:ref:refs/heads/-`, 'from the branch -'],
    ["{ push: { branches: ['[-a]'] } }", `${REPO}:ref:refs/heads/-`, 'from the branch -'],
    ["{ push: { branches: ['[a-c]'] } }", `${REPO}:ref:refs/heads/-`, 'no'],
    ["{ push: { branches: ['[a-c]'] } }", `${REPO}:ref:refs/heads/c`, 'from the branch c'],
    ["{ push: { branches: ['[a-cx]'] } }", `${REPO}:ref:refs/heads/x`, 'from the branch x'],
    ["{ push: { branches: ['ab?c+'] } }", `${REPO}:ref:refs/heads/acc`, 'from the branch acc'],
    ["{ push: { branches: ['a\\*?'] } }".replace('\\', '\\'), `${REPO}:ref:refs/heads/ab`, 'no'],
  ])('lets %s in as %s: %s', async (on, sub, expected) => {
    expect(await answer(on, trusting({ sub }))).toBe(expected);
  });

  it('knows of a merged pull request that its ref is the branch it went into', async () => {
    const policy = trusting({ sub: `${REPO}:pull_request`, ref: 'refs/heads/main' });
    expect(await answer('{ pull_request: { types: [closed] } }', policy)).toBe(
      'in a pull request merged into the branch main',
    );
    expect(await answer('pull_request', policy)).toBe('no');
    const merging = '{ push: , pull_request: { types: [closed], branches: [main] } }';
    expect(await answer(merging, policy)).toBe('in a pull request merged into the branch main');
  });

  // docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows, by GITHUB_REF
  const EVENTS: readonly (readonly [string, readonly string[]])[] = [
    [
      `branch_protection_rule check_run check_suite delete discussion discussion_comment fork gollum image_version
        issue_comment issues label milestone page_build project project_card project_column public
        pull_request_target repository_dispatch schedule status watch workflow_run`,
      ['yes', 'no', 'no'],
    ],
    [
      'create deployment deployment_status push registry_package workflow_dispatch',
      ['from the branch main', 'from any tag that starts it', 'no'],
    ],
    ['pull_request_review pull_request_review_comment', ['no', 'no', 'in a pull request']],
    ['pull_request', ['no', 'no', 'yes']],
    ['release', ['no', 'yes', 'no']],
    ['merge_group', ['no', 'no', 'no']],
  ];
  it.each(EVENTS.flatMap(([names, refs]) => names.split(/\s+/).map((event) => ({ event, refs }))))(
    'knows of $event whether it runs on the default branch, on tags and on pull requests',
    async ({ event, refs }) => {
      const { jobs, findings } = await askJobs({
        '.github/workflows/ci.yml': workflow(event),
        'main.json': MAIN,
        'tags.json': trusting({ sub: `${REPO}:ref:refs/tags/*` }),
        'pulls.json': trusting({ sub: `${REPO}:pull_request` }),
      });
      expect(jobs.map(({ answer, when }) => when.join('; ') || answer)).toEqual(refs);
      expect(findings.filter(({ message }) => message.startsWith('the event'))).toEqual([]);
    },
  );

  it('takes the first of the branches for the default branch', async () => {
    const args = ['--workflows', '.github/workflows', '--branches', 'release/*,trunk'];
    expect(await answersFor(workflow('schedule'), MAIN, args)).toEqual({ a: 'no' });
    const trunk = trusting({ sub: `${REPO}:ref:refs/heads/trunk` });
    expect(await answersFor(workflow('schedule'), trunk, args)).toEqual({ a: 'yes' });
  });

  it('names the event where the subject does', async () => {
    const template = ['--workflows', '.github/workflows', '--subject-template', 'repo,event_name'];
    const policy = trusting({ sub: `${REPO}:event_name:schedule` });
    expect(await answersFor(workflow('schedule'), policy, template)).toEqual({ a: 'yes' });
    expect(await answersFor(workflow('push'), policy, template)).toEqual({ a: 'no' });
  });
});

describe('environments', () => {
  it.each([
    ['production', 'yes'],
    ['{ name: production, url: https://example.com }', 'yes'],
    ['staging', 'no'],
    ["''", 'no'],
    [`\${{ vars.ENVIRONMENT }}`, 'in the environment production'],
    [`prod\${{ vars.REST }}`, 'in the environment production'],
    [`test-\${{ vars.REST }}`, 'no'],
    [`\${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}`, 'in the environment production'],
    [`\${{ (vars.A || vars.B) && 'staging' || 'dev' }}`, 'no'],
    [`\${{ (inputs.environment) || 'staging' }}`, 'no'],
    [`\${{ vars.A && 'staging' }}`, 'in the environment production'],
    [`\${{ 'it''s' }}`, 'no'],
  ])('reads %s', async (environment, expected) => {
    const jobs = `jobs: { a: { runs-on: x, environment: ${/^['{]/.test(environment) ? environment : JSON.stringify(environment)} } }`;
    expect(await answer('push', PRODUCTION, jobs)).toBe(
      environment.includes('inputs.') ? 'in the environment production' : expected,
    );
  });

  it.each([
    ['{ env: [staging, production] }', 'matrix.env', 'in the environment production'],
    ['{ env: [staging, dev] }', 'matrix.env', 'no'],
    ['{ include: [{ env: production }] }', 'matrix.env', 'in the environment production'],
    ['{ env: [{ name: production }] }', 'matrix.env.name', 'yes'],
    ['{ env: [{ name: [x] }] }', 'matrix.env.name', 'in the environment production'],
    ['{ env: [{ other: x }] }', 'matrix.env.name', 'no'],
    [`{ env: "\${{ fromJSON(vars.ALL) }}" }`, 'matrix.env', 'in the environment production'],
    [`{ env: ["\${{ vars.ONE }}"] }`, 'matrix.env', 'in the environment production'],
    [`"\${{ fromJSON(vars.ALL) }}"`, 'matrix.env', 'in the environment production'],
  ])('expands the matrix %s', async (matrix, path, expected) => {
    const jobs = `jobs: { a: { strategy: { matrix: ${matrix} }, environment: "\${{ ${path} }}" } }`;
    expect(await answer('push', PRODUCTION, jobs)).toBe(expected);
  });

  it('says without an environment where a job may also have one', async () => {
    const jobs = `jobs: { a: { environment: "\${{ vars.ENVIRONMENT }}" } }`;
    expect(await answer('push', MAIN, jobs)).toBe('from the branch main without an environment');
    expect(await answer('push', trusting({ sub: `${REPO}:environment:prod*` }), jobs)).toBe(
      'in an environment that matches prod*',
    );
    const both = trusting({ sub: `${REPO}:environment:prod*`, ref: 'refs/heads/main' });
    expect(await answer('push', both, jobs)).toBe(
      'from the branch main in an environment that matches prod*',
    );
  });

  it.each([
    ['{ type: choice, options: [staging, dev] }', 'no'],
    ['{ type: choice, options: [production, dev] }', 'in the environment production'],
    ['{ type: choice, options: [[x]] }', 'in the environment production'],
    ['{ type: boolean }', 'no'],
    ['{ type: environment }', 'in the environment production'],
  ])('knows the inputs of a dispatch: %s', async (input, expected) => {
    const jobs = `jobs: { a: { environment: "\${{ inputs.to }}" } }`;
    expect(await answer(`{ workflow_dispatch: { inputs: { to: ${input} } } }`, PRODUCTION, jobs)).toBe(
      expected,
    );
    expect(
      await answer(`{ push: , workflow_dispatch: { inputs: { to: ${input} } } }`, PRODUCTION, jobs),
    ).toBe(expected);
  });
});

describe('what else a policy asks for', () => {
  it('knows the workflow of a job, at the ref of the run', async () => {
    const file = 'octo-org/octo-repo/.github/workflows/ci.yml';
    const policy = (ref: string, name = 'CI') =>
      trusting({ sub: `${REPO}:*`, job_workflow_ref: `${file}@${ref}`, workflow: name });
    expect(await answer('push', policy('refs/heads/main'))).toBe('from the branch main');
    expect(await answer('pull_request', policy('refs/pull/*/merge'))).toBe('yes');
    expect(await answer('push', policy('refs/heads/main', 'Deploy'))).toBe('no');
    expect(await answer('pull_request', policy('refs/heads/main'))).toBe('no');
  });

  it('knows it in a customised subject, too', async () => {
    const template = [
      '--workflows',
      '.github/workflows',
      '--subject-template',
      'repo,context,job_workflow_ref',
    ];
    const file = 'octo-org/octo-repo/.github/workflows/ci.yml';
    const sub = `${REPO}:ref:refs/heads/main:job_workflow_ref:${file}@refs/heads/*`;
    expect(await answersFor(workflow('push'), trusting({ sub }), template)).toEqual({
      a: 'from the branch main',
    });
    const other = sub.replace('ci.yml', 'deploy.yml');
    expect(await answersFor(workflow('push'), trusting({ sub: other }), template)).toEqual({ a: 'no' });
    const first = ['--workflows', '.github/workflows', '--subject-template', 'job_workflow_ref,repo'];
    const early = trusting({ sub: `job_workflow_ref:${file}@refs/heads/main:${REPO}` });
    expect(await answersFor(workflow('push'), early, first)).toEqual({ a: 'from the branch main' });
  });

  it('says which claim or key has to fit beside', async () => {
    expect(await answer('push', trusting({ sub: `${REPO}:*`, actor: 'octocat' }))).toBe(
      'if an actor that the policy names starts it, such as octocat',
    );
    const office = trusting({ sub: `${REPO}:*` }, { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } });
    expect(await answer('push', office)).toBe('if aws:SourceIp fits');
    const both = trusting({ sub: `${REPO}:ref:refs/heads/main`, actor: 'octocat' });
    expect(await answer('push', both)).toBe(
      'from the branch main if an actor that the policy names starts it, such as octocat',
    );
    expect(await answer('push', trusting({ sub: `${REPO}:*`, actor_id: '1*' }))).toMatch(
      /if other claims of the token fit as well/,
    );
  });

  it('says several in one sentence', async () => {
    const sub = ['main', 'dev', 'x'].map((name) => `${REPO}:ref:refs/heads/${name}`);
    const files = { '.github/workflows/ci.yml': workflow('push'), 'role.json': trusting({ sub }) };
    const { jobs } = await askJobs(files);
    expect(jobs.map(({ because }) => because)).toEqual([
      'It gets in only from the branch x, from the branch dev or from the branch main.',
    ]);
  });

  it('lists several branches, and says where there are more', async () => {
    const on = (names: readonly string[]) =>
      trusting({ sub: names.map((name) => `${REPO}:ref:refs/heads/${name}`) });
    expect(await answer('push', on(['main', 'dev', 'release/*']))).toMatch(
      /^(?=.*the branch main)(?=.*the branch dev)(?=.*matches release\/\*)/,
    );
    expect(await answer('push', on(['a', 'b', 'c', 'd', 'e', 'f', 'g']))).toMatch(/in other cases as well$/);
  });

  it('says why no token gets in', async () => {
    const files = { '.github/workflows/ci.yml': workflow('push') };
    const because = async (policy: string) =>
      (await askJobs({ ...files, 'role.json': policy })).jobs.map((one) => one.because);
    const reason = ['None of its tokens gets in.'];
    expect(await because(trusting({ sub: 'repo:other/repo:*' }))).toEqual(reason);
    expect(await because(trusting({ sub: `${REPO}:pull_request` }))).toEqual(reason);
  });

  it('does not know it of a policy that only a deployment completes', async () => {
    expect(await answer('push', trusting({ sub: 'repo:octo-org/<NAME>:*' }))).toBe('unknown');
  });
});

describe('every witness', () => {
  it('is let in by the evaluator, and is a token of the job', async () => {
    const policies = { 'any.json': ANY, 'main.json': MAIN, 'production.json': PRODUCTION };
    const text = workflow(
      "{ push: { branches: ['**', '!dev'], tags: ['v*'] }, pull_request: , schedule: }",
      `jobs: { a: {}, b: { environment: "\${{ vars.E }}" } }`,
    );
    const { jobs } = await askJobs({ '.github/workflows/ci.yml': text, ...policies });
    const open = jobs.filter(({ answer }) => answer !== 'no');
    expect(open.map(({ file, job, answer }) => [file, job, answer])).toEqual([
      ['any.json', 'a', 'yes'],
      ['any.json', 'b', 'yes'],
      ['main.json', 'a', 'only-if'],
      ['main.json', 'b', 'only-if'],
      ['production.json', 'b', 'only-if'],
    ]);
    for (const { file, witness } of open) {
      const { policy } = {
        policy: parseTrustPolicy(Object.entries(policies).find(([path]) => path === file)?.[1] ?? ''),
      };
      const claims = witness ?? {};
      expect(decide(policy, PROVIDER, claims).decision).toBe('allow');
      expect(claims['workflow']).toBe('CI');
      expect(claims['job_workflow_ref']).toBe(`octo-org/octo-repo/.github/workflows/ci.yml@${claims['ref']}`);
    }
  });
});
