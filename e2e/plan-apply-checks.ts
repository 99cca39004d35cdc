import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountsFile, RecordedRequest, Run } from '../sandbox/cloud.js';
import { objectAt } from '../sandbox/core/json.js';
import { type ActRun, runWorkflow } from './act.js';
import { type Check, expectEqual } from './check.js';
import type { Tool } from './tools.js';

const HOST = 'token.actions.githubusercontent.com';
const ACCOUNT = '111122223333';
const PULL: Run = { event: 'pull_request' };
const FEATURE: Run = { ref: 'refs/heads/feature' };
const MAIN: Run = { environment: 'production' };
const FORK: Run = { ...PULL, headRepository: 'octocat/octo-repo' };

/** A run, the workflow it runs, and what STS answers for each role that is asked for. */
const CASES: readonly (readonly [
  title: string,
  workflow: 'plan-apply' | 'plan-apply-anywhere',
  run: Run,
  answers: readonly string[],
  exitCode: 0 | 1,
])[] = [
  ['a pull request plans', 'plan-apply', PULL, ['terraform-plan 200'], 0],
  ['main applies', 'plan-apply', MAIN, ['terraform-apply 200'], 0],
  ['a pull request from a fork gets nothing', 'plan-apply', FORK, [], 1],
  ...(
    [
      ['a pull request that asks for both roles gets one', PULL, 200, 403],
      ['main that asks for both roles gets the other', MAIN, 403, 200],
      ['a feature branch that asks for both roles gets none', FEATURE, 403, 403],
    ] as const
  ).map(
    ([title, run, plan, apply]) =>
      [title, 'plan-apply-anywhere', run, [`terraform-apply ${apply}`, `terraform-plan ${plan}`], 1] as const,
  ),
];

/** What docs/plan-apply.md says: its trust policies, and who gets which role. */
export function planApplyChecks(
  root: string,
  tools: { readonly act: Tool; readonly aws: Tool },
): readonly Check[] {
  return CASES.map(([title, workflow, run, answers, exitCode]) => ({
    name: `act: plan and apply: ${title}`,
    tools: [tools.act, tools.aws],
    run: async () => {
      const result = await runWorkflow(root, tools, workflow, 'main', { run, accounts: accountsOf(root) });
      expectEqual(answersOf(result), answers, "STS's answers");
      expectEqual(callersOf(result), answers.filter((one) => one.endsWith(' 200')).length, 'the callers');
      expectEqual(result.exitCode, exitCode, "act's exit code");
    },
  }));
}

/** By role, since two jobs run at the same time. */
function answersOf({ requests }: ActRun): readonly string[] {
  const nameOf = ({ params }: RecordedRequest): string => params['RoleArn']?.split('/').at(-1) ?? '';
  return requests
    .filter(({ action }) => action === 'AssumeRoleWithWebIdentity')
    .map((request) => `${nameOf(request)} ${request.status}`)
    .sort();
}

function callersOf({ requests }: ActRun): number {
  return requests.filter(({ action, status }) => action === 'GetCallerIdentity' && status === 200).length;
}

function accountsOf(root: string): AccountsFile {
  const page = readFileSync(join(root, 'docs', 'plan-apply.md'), 'utf8');
  const [plan = '', , apply = ''] = [...page.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(
    ([, text = '']) => text,
  );
  const trust = (text: string): object =>
    objectAt(JSON.parse(text.replaceAll(HOST, 'ISSUER')), 'the trust policy');
  return {
    github: { owners: { 'octo-org': 65 }, repositories: { 'octo-org/octo-repo': 74 } },
    accounts: {
      [ACCOUNT]: {
        providers: [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }],
        roles: { 'terraform-plan': { trust: trust(plan) }, 'terraform-apply': { trust: trust(apply) } },
      },
    },
  };
}
