import { actJobs } from '../../sandbox/workflows/act-environment.js';
import { overridden, readOverrides } from '../../sandbox/workflows/overrides.js';
import { jobsOf } from '../../sandbox/workflows/own-jobs.js';

const jobsIn = (files: Readonly<Record<string, string>>) =>
  jobsOf(Object.entries(files).map(([path, text]) => ({ path: `.github/workflows/${path}`, text })));

const WORKFLOWS = {
  'deploy.yml': `
name: Deploy
on: push
permissions: { id-token: write }
jobs:
  build:
    permissions: {}
    steps: []
  staging:
    environment: staging
    steps: []
  production:
    uses: ./.github/workflows/called.yml
  locked:
    permissions: { contents: read }
    uses: ./.github/workflows/called.yml
  elsewhere:
    uses: octo-org/shared/.github/workflows/deploy.yml@v2
`,
  'called.yml': `
on: { workflow_call: { inputs: { environment: { type: string } } } }
jobs:
  apply:
    environment: { name: 'a-\${{ inputs.environment }}' }
    steps: []
`,
};

describe('the jobs of workflows', () => {
  const { jobs, elsewhere } = jobsIn(WORKFLOWS);

  it('have what the files say, called ones what their callers allow', () => {
    const rows = jobs.map(({ job, workflowName, location, started, environment, whyNoToken }) =>
      [job, workflowName, location, started.name, environment, whyNoToken].join(' | '),
    );
    expect(rows).toEqual([
      'build | Deploy | .github/workflows/deploy.yml | Deploy |  | the job has no permission id-token: write',
      'staging | Deploy | .github/workflows/deploy.yml | Deploy | staging | ',
      'apply | called.yml | .github/workflows/called.yml | Deploy | a-$' + '{{ inputs.environment }} | ',
      'apply | called.yml | .github/workflows/called.yml | Deploy | a-$' +
        '{{ inputs.environment }} | the job has no permission id-token: write',
    ]);
    expect(elsewhere.map(({ job, location }) => `${job} ${location}`)).toEqual([
      'elsewhere octo-org/shared/.github/workflows/deploy.yml@v2',
    ]);
  });

  it('have the name of a workflow without one as GitHub and as act give it', () => {
    const [job] = jobsIn({ 'a.yml': 'on: push\njobs: { b: { steps: [] } }' }).jobs;
    expect([job?.workflowName, job?.started.name]).toEqual(['a.yml', '.github/workflows/a.yml']);
  });

  it('end where workflows may not call each other any further, and a file that is none is reported', () => {
    const circle =
      'on: [push, workflow_call]\npermissions: write-all\njobs: { a: { uses: ./.github/workflows/a.yml } }';
    expect(jobsIn({ 'a.yml': circle }).jobs).toEqual([]);
    expect(jobsIn({ 'a.yml': 'on: push' }).problems).toEqual([
      '.github/workflows/a.yml:1: this workflow cannot be read: it has no `jobs`',
    ]);
  });
});

describe("the bearer of one of act's jobs", () => {
  const act = actJobs(jobsIn(WORKFLOWS), 'SECRET');
  // What act makes of the expression; e2e/sandbox-checks.ts has act itself do it.
  const facts = 'push^refs/heads/main^abc^octocat^^^1^2^3^octo-org/octo-repo';

  it('says which job asks', () => {
    expect(act.read(`SECRET^0^${facts}^staging^staging`)).toEqual({
      event: 'push',
      ref: 'refs/heads/main',
      sha: 'abc',
      actor: 'octocat',
      runId: '1',
      runNumber: '2',
      runAttempt: '3',
      repository: 'octo-org/octo-repo',
      job: 'staging',
      environment: 'staging',
      workflow: 'Deploy',
      workflowRef: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      calledWorkflow: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
    });
  });

  it('says which workflow was called, and of an environment every character', () => {
    expect(act.read(`SECRET^1^${facts}^apply^a^b;c d`)).toMatchObject({
      environment: 'a^b;c d',
      workflowRef: 'octo-org/octo-repo/.github/workflows/deploy.yml@refs/heads/main',
      calledWorkflow: 'octo-org/octo-repo/.github/workflows/called.yml@refs/heads/main',
    });
    const remote = act.read(`SECRET^2^${facts}^x^`);
    expect(remote).toMatchObject({
      calledWorkflow: 'octo-org/shared/.github/workflows/deploy.yml@refs/tags/v2',
    });
    expect(remote).not.toHaveProperty('environment');
  });

  it.each(['SECRET', 'SECRET^9^push', 'OTHER^0^push', '', 'SECRET^x^push'])(
    'is not valid as %j',
    (bearer) => {
      expect(act.read(bearer)).toBeUndefined();
    },
  );

  it('is made by expressions of those that may ask', () => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: token } =
      act.variables('http://x');
    expect(url).toContain("&& 'http://x' || '' }}");
    expect(token).toContain("github.workflow == 'Deploy' && github.job == 'staging'");
    expect(token).toContain("{9}^{10}^a-{11}', github.event_name");
    expect(token).toContain(', (inputs.environment))');
    expect(actJobs({ jobs: [], elsewhere: [], problems: [] }).variables('http://x')).toEqual({
      ACTIONS_ID_TOKEN_REQUEST_URL: expect.stringContaining("&& (false) && 'http://x' || '' }}"),
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: expect.stringContaining("&& ('') || '' }}"),
    });
  });
});

describe('an override', () => {
  it('changes what follows from it, adds a claim, or takes one away, in one job or all', () => {
    const overrides = readOverrides([
      'environment=prod',
      'deploy:actor=hubot',
      'other:ref=x',
      'enterprise=a=b',
      'sha=',
    ]);
    expect(overridden({ job: 'deploy', sha: 'abc' }, overrides)).toEqual({
      job: 'deploy',
      environment: 'prod',
      actor: 'hubot',
      sha: undefined,
      claims: { enterprise: 'a=b' },
    });
  });

  it.each(['environment', '=x', 'a b=c', ''])('is not %j', (line) => {
    expect(() => readOverrides([line])).toThrow('allowed: NAME=VALUE or JOB:NAME=VALUE');
  });
});
