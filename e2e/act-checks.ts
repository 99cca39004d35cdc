import { type ActRun, runWorkflow } from './act.js';
import { type Check, expectEqual, expectThat } from './check.js';
import type { Tool } from './tools.js';

const STAGING = 'arn:aws:sts::444455556666:assumed-role/staging-deploy/GitHubActions';
const PRODUCTION = 'arn:aws:sts::111122223333:assumed-role/production-deploy/GitHubActions';
const SPOKE = 'arn:aws:sts::444455556666:assumed-role/spoke-deploy/spoke';
const ASSUME = ['GET /token', 'AssumeRoleWithWebIdentity'];

/** Real workflow files, run by act, with the AWS CLI as the user of the credentials. */
export function actChecks(root: string, tools: { readonly act: Tool; readonly aws: Tool }): readonly Check[] {
  const check = (title: string, workflow: string, verify: (run: ActRun) => void, branch?: string): Check => ({
    name: `act: ${title}`,
    tools: [tools.act, tools.aws],
    run: async () => {
      const run = await runWorkflow(root, tools, workflow, branch);
      verify(run);
      expectNothingLeft(run);
      expectNoSecretShown(run);
    },
  });
  return [
    check('a job assumes a role and the AWS CLI is that role', 'plain', (run) => {
      expectJob(run, 0, [...ASSUME, 'GetCallerIdentity']);
      expectEqual(output(run, 'caller'), PRODUCTION, 'the caller');
      expectEqual(output(run, 'outputs'), `111122223333 ${PRODUCTION} key= region=eu-central-1`, 'outputs');
      expectEqual(postResult(run, './'), 'success', 'the post step');
    }),
    check('a branch that the role does not trust is refused', 'plain', verifyRefusal, 'feature'),
    check('two of these steps for two roles', 'two-roles', (run) => {
      expectJob(run, 0, [...ASSUME, 'GetCallerIdentity', ...ASSUME, 'GetCallerIdentity']);
      expectEqual(output(run, 'caller in staging'), STAGING, 'the first caller');
      expectEqual(output(run, 'caller in production'), PRODUCTION, 'the second caller');
      expectEqual(postResult(run, 'staging'), 'success', 'the first post step');
      expectEqual(postResult(run, 'production'), 'success', 'the second post step');
    }),
    check('a chain of roles in one step', 'chain', (run) => {
      expectJob(run, 0, [...ASSUME, 'AssumeRole', 'GetCallerIdentity']);
      expectEqual(output(run, 'caller'), SPOKE, 'the caller');
      expectEqual(postResult(run, 'spoke'), 'success', 'the post step');
    }),
    check('post runs when a later step fails', 'failing', (run) => {
      expectJob(run, 1, ASSUME);
      expectEqual(postResult(run, './'), 'success', 'the post step');
    }),
    check('the step inside a composite action', 'composite', (run) => {
      expectJob(run, 0, [...ASSUME, 'GetCallerIdentity']);
      expectEqual(output(run, 'caller'), PRODUCTION, 'the caller');
      expectEqual(output(run, 'outputs'), PRODUCTION, "the composite action's output");
    }),
    check('credentials are dropped in the middle of a job', 'drop', (run) => {
      expectJob(run, 0, [...ASSUME, ...ASSUME, 'GetCallerIdentity']);
      expectEqual(output(run, 'caller'), PRODUCTION, 'the caller before');
      expectEqual(output(run, 'witness'), '0\nno credentials', 'what the next step has');
    }),
    check('a trust policy is tested by the second action', 'check-trust', (run) => {
      expectJob(run, 0, []);
      expectEqual(output(run, 'results'), '[] failure pull-request true', 'the outputs');
    }),
    check('uses: octo-org/assume-aws-role@v1', 'released', (run) => {
      expectJob(run, 0, [...ASSUME, 'GetCallerIdentity']);
      expectEqual(output(run, 'caller'), PRODUCTION, 'the caller');
      expectEqual(postResult(run, 'octo-org/assume-aws-role@v1'), 'success', 'the post step');
    }),
  ];
}

function verifyRefusal(run: ActRun): void {
  expectJob(run, 1, ASSUME);
  expectEqual(run.requests.at(-1)?.status, 403, "STS's answer");
  expectThat(!run.entries.some(({ step }) => step === 'caller'), 'the next step ran');
  const said = run.entries.map(({ msg }) => msg).join('\n');
  expectThat(said.includes('AccessDenied'), 'the log does not name AccessDenied');
}

function expectJob(run: ActRun, exitCode: number, requests: readonly string[]): void {
  const failures = run.entries.filter(({ stepResult }) => stepResult === 'failure');
  const what = `act's exit code (failed: ${failures.map(({ step }) => step).join(', ') || 'nothing'})`;
  expectEqual(run.exitCode, exitCode, what);
  const asked = run.requests.map(({ action }) => action);
  expectEqual(asked, requests, 'the requests');
  for (const { action, signer, headers } of run.requests) {
    if (action !== 'GetCallerIdentity') continue;
    expectThat(signer?.startsWith('ASIA') ?? false, 'the request was not signed with temporary credentials');
    expectThat(headers['user-agent']?.startsWith('aws-cli/') ?? false, 'it was not the AWS CLI that asked');
  }
}

/** What a step wrote, without the line breaks of the terminal that act gives it. */
function output(run: ActRun, step: string): string {
  const lines = run.entries.filter((entry) => entry.step === step && entry.isOutput);
  return lines
    .map(({ msg }) => msg.replaceAll('\r', ''))
    .join('')
    .trim();
}

function postResult(run: ActRun, step: string): string | undefined {
  return run.entries.find((entry) => entry.step === step && entry.stage === 'Post' && entry.stepResult)
    ?.stepResult;
}

function expectNothingLeft(run: ActRun): void {
  expectEqual(output(run, './e2e/witness'), 'credentials left: none', 'the end of the job');
}

function expectNoSecretShown(run: ActRun): void {
  const secrets = run.entries
    .filter(({ command, name }) => command === 'set-env' && /KEY|TOKEN/.test(name ?? ''))
    .map(({ arg }) => arg ?? '')
    .filter((value) => value !== '');
  const wereGiven = run.requests.some(({ action, status }) => action === ASSUME[1] && status === 200);
  expectEqual(secrets.length > 0, wereGiven, "whether act's log has credentials to look for");
  for (const { msg, step } of run.entries) {
    expectThat(!secrets.some((secret) => msg.includes(secret)), `the log of ${step} shows a credential`);
  }
}
