import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountsFile, Run } from '../sandbox/cloud.js';
import { objectAt } from '../sandbox/core/json.js';
import { type ActRun, runWorkflow } from './act.js';
import { type Check, expectEqual, expectThat } from './check.js';
import { slugOf } from './repository.js';
import type { Tool } from './tools.js';

const HOST = 'token.actions.githubusercontent.com';
const ASSUMED = ['GET /token', 'AssumeRoleWithWebIdentity', 'GetCallerIdentity'];
const FEATURE = 'refs/heads/feature';

/** Runs that must not reach production, and what stops them with the guard on the ref and without it. */
const OUTSIDERS: readonly (readonly [title: string, run: Run, guarded: Layer, unguarded: Layer])[] = [
  ['a feature branch', { ref: FEATURE }, 'guard', 'trust'],
  ['a pull request', { event: 'pull_request' }, 'guard', 'trust'],
  [
    'a pull request from a fork',
    { event: 'pull_request', headRepository: 'octocat/octo-repo' },
    'token',
    'token',
  ],
  ['workflow_dispatch from a branch', { event: 'workflow_dispatch', ref: FEATURE }, 'guard', 'trust'],
  ['a tag', { ref: 'refs/tags/v2' }, 'guard', 'trust'],
  ['another repository', { repository: 'octo-org/octo-shop' }, 'trust', 'trust'],
  [
    'another called workflow',
    { calledWorkflow: 'octo-org/octo-repo/.github/workflows/own.yml@refs/heads/main' },
    'trust',
    'trust',
  ],
];

/** Where a run is stopped: it gets no token, by the step before any request to AWS, or by STS. */
type Layer = 'token' | 'guard' | 'trust';

/** What docs/only-main.md says: its trust policy, the deploy workflow, and who gets in at which layer. */
export function deployChecks(
  root: string,
  tools: { readonly act: Tool; readonly aws: Tool },
): readonly Check[] {
  const check = (title: string, workflow: string, run: Run, verify: (result: ActRun) => void): Check => ({
    name: `act: only main reaches production: ${title}`,
    tools: [tools.act, tools.aws],
    run: async () => {
      const options = { run: { ...calledRun(root), ...run }, accounts: accountsOf(root) };
      verify(await runWorkflow(root, tools, workflow, 'main', options));
    },
  });
  return [
    check('main gets in', 'call-deploy', {}, (result) => {
      expectEqual([result.exitCode, actions(result)], [0, ASSUMED], "act's exit code and the requests");
    }),
    ...OUTSIDERS.flatMap(([title, run, guarded, unguarded]) => {
      const stopped = (workflow: string, layer: Layer): Check =>
        check(`${title} is stopped by ${LAYERS[layer]}`, workflow, run, (result) =>
          expectStopped(result, layer),
        );
      const one = stopped('call-deploy', guarded);
      return guarded === unguarded ? [one] : [one, stopped('call-deploy-unguarded', unguarded)];
    }),
  ];
}

const LAYERS = {
  token: 'the lack of a token',
  guard: 'allowed-refs',
  trust: 'the trust policy',
} as const;

const STOPPED = {
  token: { code: 'ID_TOKEN_FORK', requests: [] },
  guard: { code: 'REF_NOT_ALLOWED', requests: ASSUMED.slice(0, 1) },
  trust: { code: 'ACCESS_DENIED', requests: ASSUMED.slice(0, 2) },
} as const;

function expectStopped(result: ActRun, layer: Layer): void {
  const { code, requests } = STOPPED[layer];
  expectEqual(actions(result), requests, 'the requests');
  expectEqual(result.exitCode, 1, "act's exit code");
  const said = result.entries.map(({ msg }) => msg).join('\n');
  expectThat(said.includes(code), `the log does not name ${code}`);
  expectThat(!result.entries.some(({ step, isOutput }) => step === 'Deploy' && isOutput), 'the command ran');
}

function actions({ requests }: ActRun): readonly string[] {
  return requests.map(({ action }) => action);
}

/** As GitHub's token of a job in the called workflow has it. */
function calledRun(root: string): Run {
  return {
    environment: 'production',
    calledWorkflow: `${slugOf(root)}/.github/workflows/deploy.yml@refs/tags/v1`,
  };
}

function accountsOf(root: string): AccountsFile {
  const page = readFileSync(join(root, 'docs', 'only-main.md'), 'utf8');
  const policy = /^```json\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const trust = objectAt(JSON.parse(policy.replaceAll(HOST, 'ISSUER')), 'the trust policy');
  return {
    github: {
      owners: { 'octo-org': 65 },
      repositories: { 'octo-org/octo-repo': 74, 'octo-org/octo-shop': 75 },
    },
    accounts: {
      '111122223333': {
        providers: [{ url: 'ISSUER', clientIds: ['sts.amazonaws.com'] }],
        roles: { 'github-deploy': { trust } },
      },
    },
  };
}
