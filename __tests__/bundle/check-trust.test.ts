import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { ACTION, NODE, startJob } from '../support/bundle.js';
import { sharedCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { usesOf } from '../support/repository.js';
import { mappingAt } from '../support/workflow-steps.js';

const sandbox = sharedCloud();
const CHECK = join(ACTION, 'check-trust');
const HOST = 'token.actions.githubusercontent.com';
const ROLE = 'iam/deploy.trust.json';

/** The policy that SECURITY.md offers to start from. */
const [, GOOD = ''] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(ACTION, 'SECURITY.md'), 'utf8')) ?? [];
const WIDE = GOOD.replace('"StringEquals"', '"StringLike"').replace('@74:ref:refs/heads/main', '@*:*');

/** The inputs of the only step of check-trust in a workflow. */
function inputsIn(workflow: string): Record<string, string> {
  const text = readFileSync(join(ACTION, workflow), 'utf8');
  const yaml = workflow.endsWith('.md') ? (/```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '') : text;
  const document = mappingAt(parse(yaml));
  const [job = document] = Object.values(mappingAt(document['jobs'])).map(mappingAt);
  const steps = (Array.isArray(job['steps']) ? job['steps'] : []).map(mappingAt);
  const [step, ...others] = steps.filter(({ uses }) => uses === usesOf('check-trust'));
  expect(others).toEqual([]);
  return Object.fromEntries(
    Object.entries(mappingAt(step?.['with'])).map(([name, value]) => [name, String(value)]),
  );
}

async function check(inputs: Readonly<Record<string, string>>, files: Readonly<Record<string, string>>) {
  const job = startJob(sandbox.cloud, { run: { idToken: false } });
  for (const [path, text] of Object.entries(files)) {
    const file = join(job.directories.workspace, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const requests = sandbox.cloud.requests.length;
  const step = await job.uses(CHECK, inputs);
  expect(sandbox.cloud.requests).toHaveLength(requests);
  return { step, decisions: listIn(step.outputs['decisions']), findings: listIn(step.outputs['findings']) };
}

function listIn(output: string | undefined): readonly Record<string, unknown>[] {
  return JSON.parse(output ?? '[]');
}

const TEMPLATE = `Resources:
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: ${JSON.stringify(JSON.parse(GOOD))}
`;

test('the jobs of the repository’s own workflows, and what they can assume', async () => {
  const workflow =
    'on: [push, pull_request]\npermissions: { id-token: write }\njobs: { deploy: { steps: [] } }';
  const files = { [ROLE]: GOOD, '.github/workflows/ci.yml': workflow };
  const inputs = { policy: ROLE, repository: 'octo-org/octo-repo', workflows: '.github/workflows' };
  const { step } = await check(inputs, files);
  expect(listIn(step.outputs['jobs'])).toMatchObject([
    {
      workflow: '.github/workflows/ci.yml',
      job: 'deploy',
      answer: 'only-if',
      when: ['from the branch main'],
    },
  ]);
  expect(step.log.join('\n')).toContain('only-if  .github/workflows/ci.yml  deploy');
});

describe('the workflow of the documentation', () => {
  it.each([
    ['examples/check-trust.yml', { [ROLE]: GOOD }, 1],
    ['docs/check-trust.md', { [ROLE]: GOOD, 'template.yaml': TEMPLATE }, 2],
  ])('in %s passes the policy that SECURITY.md offers', async (workflow, files, policies) => {
    const inputs = inputsIn(workflow);
    const { step, decisions, findings } = await check(inputs, files);
    expect([step.conclusion, step.log.at(-1), findings]).toEqual([
      'success',
      expect.stringContaining('0 errors'),
      [],
    ]);
    const tokens = [inputs['must-allow'], inputs['must-deny']].flatMap((list) => parse(list ?? ''));
    expect(decisions).toHaveLength(tokens.length * policies);
    expect(decisions.every(({ met }) => met === true)).toBe(true);
  });

  it.each(['examples/check-trust.yml', 'docs/check-trust.md'])(
    'in %s fails a wide one, at its lines',
    async (workflow) => {
      const { step, decisions, findings } = await check(inputsIn(workflow), {
        [ROLE]: WIDE,
        'template.yaml': TEMPLATE,
      });
      expect(step.conclusion).toBe('failure');
      const line = WIDE.split('\n').findIndex((text) => text.includes(':sub"')) + 1;
      expect(step.commands).toContainEqual(
        expect.objectContaining({
          command: 'warning',
          properties: expect.objectContaining({ file: ROLE, line: String(line), title: 'any-branch' }),
        }),
      );
      expect(step.commands.at(-1)?.properties).toEqual({ title: 'assume-aws-role: TRUST_POLICY' });
      expect(decisions.filter(({ file, met }) => file === ROLE && met === false)).not.toEqual([]);
      expect(findings.map(({ rule }) => rule)).toContain('any-branch');
    },
  );
});

describe('fail-on', () => {
  const must = '- { repository: octo-org/octo-repo, ref: main, owner-id: 65, repository-id: 74 }';

  it.each([
    ['error', GOOD, '', 'success'],
    ['error', WIDE, '', 'success'],
    ['warning', WIDE, '', 'failure'],
    ['never', WIDE, must, 'success'],
    ['error', WIDE, must, 'failure'],
    ['never', '{', '', 'success'],
    ['error', '{', '', 'failure'],
  ])('%s', async (failOn, policy, mustDeny, conclusion) => {
    const inputs = { policy: ROLE, 'fail-on': failOn, 'must-deny': mustDeny };
    expect((await check(inputs, { [ROLE]: policy })).step.conclusion).toBe(conclusion);
  });

  it('takes the policy itself, too', async () => {
    const { step, decisions } = await check({ policy: GOOD, 'must-allow': must }, {});
    expect([step.conclusion, decisions]).toEqual([
      'success',
      [
        expect.objectContaining({
          file: 'policy',
          item: expect.stringContaining(':ref:refs/heads/main'),
          allowed: true,
          statement: 1,
        }),
      ],
    ]);
  });
});

describe('the command', () => {
  const run = (...args: readonly string[]) => {
    const cwd = temporaryDirectory();
    writeFileSync(join(cwd, 'good.json'), GOOD);
    writeFileSync(join(cwd, 'wide.json'), WIDE);
    writeFileSync(
      join(cwd, 'deny.yml'),
      '- { repository: octo-org/octo-repo, pull_request: true, owner-id: 65, repository-id: 74 }',
    );
    const script = join(ACTION, 'dist', 'check-trust', 'index.js');
    const { status, stdout, stderr } = spawnSync(
      NODE,
      [script, ...args.map((arg) => arg.replace('CWD', cwd))],
      { cwd, encoding: 'utf8' },
    );
    return { status, stdout, stderr };
  };

  it.each([
    [['good.json'], 0, '1 trust policy, 0 errors, 0 warnings, 0 notes, 0 of 0 expectations met.\n'],
    [
      ['CWD/good.json', '--must-deny', 'CWD/deny.yml'],
      0,
      /good\.json: ok must-deny: .* is refused\.\n1 trust policy/,
    ],
    [
      ['wide.json', '--must-deny', 'deny.yml'],
      1,
      /^wide\.json:\d+:\d+: error must-deny: .* is allowed by statement 1\.$/m,
    ],
    [['*.json', '--fail-on', 'warning'], 1, /^wide\.json:\d+:\d+: warning any-branch: /m],
    [['none.json'], 2, 'none.json cannot be read\n'],
    [['good.json', '--repository', 'octo-org/octo-repo', '--json', '-'], 0, /^\{\n {2}"version": 1,/],
    [['*.json', '--repository', 'octo-org/octo-repo', '--never', 'pull-request'], 1, /^ {2}✘ pull-request/m],
    [['--help'], 0, /^check-trust \[options\] FILE/],
  ])('with %j exits with %i', (args, code, text) => {
    const { status, stdout, stderr } = run(...args);
    expect([status, stderr]).toEqual([code, '']);
    if (typeof text === 'string') expect(stdout).toBe(text);
    else expect(stdout).toMatch(text);
  });
});

it('the step gives the reason for a refusal where it has the policy', async () => {
  const job = startJob(sandbox.cloud, { run: { ref: 'refs/heads/topic' } });
  const issuer = new URL(sandbox.cloud.issuer).host;
  writeFileSync(join(job.directories.workspace, 'role.trust.json'), GOOD.replaceAll(HOST, issuer));
  const step = await job.uses(ACTION, {
    'role-to-assume': 'arn:aws:iam::111122223333:role/production-deploy',
    'trust-policy': 'role.trust.json',
  });
  expect(step.commands.at(-1)?.data).toMatch(
    /^Could not assume .*AccessDenied.*\ntrust-policy does not allow sts:AssumeRoleWithWebIdentity\. Closest match: statement 1, line 4:\n- line 13: StringEquals .*:sub wants ".*:ref:refs\/heads\/main", got ".*:ref:refs\/heads\/topic"\./,
  );
});

it('the command reads Terraform, and the modules that it calls', () => {
  const cwd = temporaryDirectory();
  mkdirSync(join(cwd, 'role'));
  writeFileSync(
    join(cwd, 'main.tf'),
    'module "deploy" {\n  source = "./role"\n  repo   = "octo-org/octo-repo"\n}\nmodule "x" {\n  source = "far/away-iam/aws"\n}\n',
  );
  writeFileSync(
    join(cwd, 'role', 'main.tf'),
    `variable "repo" {}
resource "aws_iam_role" "this" {
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = "arn:aws:iam::111122223333:oidc-provider/${HOST}" }
      Condition = {
        StringEquals = { "${HOST}:aud" = "sts.amazonaws.com" }
        StringLike   = { "${HOST}:sub" = "repo:\${var.repo}:*" }
      }
    }]
  })
}
`,
  );
  writeFileSync(join(cwd, 'deny.yml'), '- { repository: octo-org/octo-repo, pull_request: true }');
  const script = join(ACTION, 'dist', 'check-trust', 'index.js');
  const { status, stdout, stderr } = spawnSync(NODE, [script, 'main.tf', '--must-deny', 'deny.yml'], {
    cwd,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([1, '']);
  expect(stdout).toMatch(
    /^main\.tf:5:1: warning unread: module\.x: the module far\/away-iam\/aws is not at hand/m,
  );
  expect(stdout).toMatch(
    /^role\/main\.tf:11:\d+: warning any-branch: module\.deploy\.aws_iam_role\.this: "repo:octo-org\/octo-repo:\*"/m,
  );
  expect(stdout).toMatch(
    /error must-deny: module\.deploy\.aws_iam_role\.this: .* is allowed by statement 1\.$/m,
  );
});
