import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { AccountsFile, Cloud, Run } from '../../sandbox/cloud.js';
import { runCommand } from '../../src/check-trust/command.js';
import { formatList } from '../../src/core/text.js';
import { startCloud } from '../support/cloud.js';
import { temporaryDirectory } from '../support/files.js';
import { listAt, mappingAt } from '../support/mapping.js';
import { page, ROOT, tableRows } from '../support/pages.js';
import { usesOf } from '../support/repository.js';
import { actionsOf, runAction } from '../support/run-action.js';
import { jobsOf } from '../support/workflow-steps.js';

/* docs/plan-apply.md and examples/plan-apply.yml: who gets which of the two roles. */

const HOST = 'token.actions.githubusercontent.com';
const planApply = page('docs/plan-apply.md');
const [planTrust = '', statePolicy = '', applyTrust = ''] = planApply.fences
  .filter(({ language }) => language === 'json')
  .map(({ text }) => text);
const trusts = { 'terraform-plan': planTrust, 'terraform-apply': applyTrust } as const;
type Role = keyof typeof trusts;
const ROLES: readonly Role[] = ['terraform-plan', 'terraform-apply'];

const example = readFileSync(join(ROOT, 'examples', 'plan-apply.yml'), 'utf8');
const workflow = (name: string) =>
  mappingAt(parse(readFileSync(join(ROOT, 'e2e', 'workflows', `${name}.yml`), 'utf8')));

const forSandbox = (trust: string): object => JSON.parse(trust.replaceAll(HOST, 'ISSUER'));

const ACCOUNTS: AccountsFile = {
  github: { owners: { 'octo-org': 65 }, repositories: { 'octo-org/octo-repo': 74, 'octo-org/other': 75 } },
  accounts: {
    '111122223333': {
      providers: [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }],
      roles: Object.fromEntries(ROLES.map((role) => [role, { trust: forSandbox(trusts[role]) }])),
    },
  },
};

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ accounts: ACCOUNTS });
});
afterAll(() => cloud.close());

const PULL: Run = { event: 'pull_request' };
const FEATURE: Run = { ref: 'refs/heads/feature' };
const RUNS: Readonly<Record<string, Run>> = {
  'A pull request': PULL,
  'A pull request from a fork': { ...PULL, headRepository: 'octocat/octo-repo' },
  'A pull request in the environment `production`': { ...PULL, environment: 'production' },
  '`main` in the environment `production`': { environment: 'production' },
  '`main` without an environment': {},
  'A feature branch': FEATURE,
  'A feature branch in the environment `production`': { ...FEATURE, environment: 'production' },
  'A pull request of another repository': { ...PULL, repository: 'octo-org/other' },
};

const rows = tableRows(planApply, 'Who gets which role');
const cells = rows.flatMap(([run = '', ...outcomes]) =>
  ROLES.map((role, index) => ({ run, role, outcome: outcomes[index] ?? '' })),
);

test('every run of the table is tried', () => {
  expect(rows.map(([run]) => run)).toEqual(Object.keys(RUNS));
});

/** The claims that keep a run out, by the explanation of the refusal. */
function refusingClaims(summary: string): readonly string[] {
  const text = summary.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
  const failed = [...text.matchAll(/^\| Line \d+ \| StringEquals \S+:(\w+) \|$/gm)];
  return failed.map(([, claim = '']) => `\`${claim}\``);
}

test.each(cells)('$run: $role: $outcome', async ({ run, role, outcome }) => {
  for (const legacySubject of [false, true]) {
    const inputs = {
      'role-to-assume': `arn:aws:iam::111122223333:role/${role}`,
      'trust-policy': trusts[role].replaceAll(HOST, cloud.issuer.replace(/^https?:\/\//, '')),
    };
    const result = await runAction(inputs, { cloud, run: { ...RUNS[run], legacySubject } });
    const [where, why = ''] = outcome.split(/(?<=^out)(?:, |: )/);
    if (where === 'in') {
      expect(result.error).toBeUndefined();
    } else if (why === 'it has no token') {
      expect([result.error?.code, actionsOf(result)]).toEqual(['ID_TOKEN_FORK', []]);
    } else {
      expect([result.error?.code, actionsOf(result)]).toEqual([
        'ACCESS_DENIED',
        ['GET /token', 'AssumeRoleWithWebIdentity'],
      ]);
      expect(why).toBe(`by ${formatList(refusingClaims(result.summary))}`);
    }
  }
});

test.each([
  ['plan', 'A pull request', 'terraform-plan'],
  ['apply', '`main` in the environment `production`', 'terraform-apply'],
])(
  'the job %s of the example gets its role, and no other run gets past its guards',
  async (id, own, role) => {
    const jobs = jobsOf(example);
    const ids = Object.keys(mappingAt(mappingAt(parse(example))['jobs']));
    const [step] = jobs[ids.indexOf(id)]?.steps ?? [];
    const reached: string[] = [];
    for (const [run, of] of Object.entries(RUNS)) {
      const { error, requests } = await runAction(step?.inputs ?? {}, { cloud, run: of });
      if (error === undefined) reached.push(run);
      expect(requests.every(({ params }) => (params['RoleArn'] ?? role).endsWith(role))).toBe(true);
    }
    expect(reached).toEqual([own]);
  },
);

test('who reaches which role is proved as the page says', async () => {
  const [expectations] = planApply.fences.filter(({ language }) => language === 'yaml');
  const [command] = planApply.fences.filter(({ language }) => language === 'sh');
  const [output] = planApply.fences.filter(({ language }) => language === 'text');
  const directory = temporaryDirectory();
  for (const role of ROLES) writeFileSync(join(directory, `${role}.json`), trusts[role]);
  writeFileSync(join(directory, 'expectations.yml'), expectations?.text ?? '');
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const [, , , , ...args] = command?.text.split(' ') ?? [];
  expect(await runCommand(args, directory, { print, printError: print, now: () => 0 })).toBe(0);
  expect(lines.join('\n')).toBe(output?.text);
});

test('the plan role reads one object of the state, and writes nothing', () => {
  const statements = listAt(mappingAt(JSON.parse(statePolicy))['Statement']).map(mappingAt);
  expect(statements.map(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:ListBucket']);
  expect(statements.map(({ Resource }) => String(Resource).includes('*'))).toEqual([false, false]);
});

test('act runs the jobs of the example, with another command', () => {
  const withoutCommands = (text: unknown): unknown => {
    const { jobs, on } = mappingAt(text);
    const shown = Object.entries(mappingAt(jobs)).map(([id, job]) => {
      const { steps, ...others } = mappingAt(job);
      const own = listAt(steps)
        .map(mappingAt)
        .filter(({ uses }) => uses === usesOf() || uses === 'octo-org/assume-aws-role@v1');
      return [id, { ...others, step: own.map((one) => one['with']) }];
    });
    return { on, jobs: Object.fromEntries(shown) };
  };
  expect(withoutCommands(workflow('plan-apply'))).toEqual(withoutCommands(parse(example)));
});
