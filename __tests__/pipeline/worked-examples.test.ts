import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Cloud, RecordedRequest, Run } from '../../sandbox/cloud.js';
import type { Job, StepResult } from '../../sandbox/runner/job.js';
import { ACTION, startJob } from '../support/bundle.js';
import { startCloud } from '../support/cloud.js';
import { accountsWith, fences, PAGES, POLICIES, policiesOf, workflowsOf } from '../support/example-pages.js';
import { element, signed } from '../support/sts-client.js';
import { evaluated, jobsOf } from '../support/workflow-steps.js';

/*
 * The pages of docs/examples/: each workflow's step runs on the sandbox, whose roles have the very policies that stand in
 * the page, and the log says what the page says.
 */

const HUB = 'arn:aws:iam::222233334444:role/hub-deploy';
const VENDOR = 'arn:aws:iam::555555555555:role/vendor-deploy';
const ABAC = 'arn:aws:iam::111122223333:role/abac-deploy';
const OCTO_REPO = 'arn:aws:iam::444455556666:role/repository-octo-repo';
const IRSA = 'arn:aws:iam::111122223333:role/irsa-deploy';
const IRSA_SPOKE = 'arn:aws:iam::444455556666:role/irsa-spoke';
const MFA = 'arn:aws:iam::111122223333:role/mfa-deploy';
const DEVICE = 'arn:aws:iam::111122223333:mfa/legacy-deployer';
const KEYS = {
  'secrets.AWS_ACCESS_KEY_ID': 'AKIAIOSFODNN7EXAMPLE',
  'secrets.AWS_SECRET_ACCESS_KEY': 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
};

/** One run of a page's workflow. */
interface Case {
  readonly page: string;
  /** Which of the page's workflows, counted from 1; the first unless said. */
  readonly workflow?: number;
  readonly what: string;
  readonly run?: Run;
  /** What the workflow's expressions stand for. */
  readonly values?: (cloud: Cloud) => Readonly<Record<string, string>>;
  /** What exists on the example's machine only: made in the job, and given as inputs or as the step's environment. */
  readonly prepare?: (cloud: Cloud, job: Job) => Promise<{ readonly inputs?: Texts; readonly env?: Texts }>;
  /** Every request, in order, with who signed it. */
  readonly calls: readonly string[];
  /** How it fails; unless it says so, it succeeds. */
  readonly refusal?: RegExp;
}

type Texts = Readonly<Record<string, string>>;

const TOKEN = 'GET /token, unsigned';
const byToken = (role: string): string => `AssumeRoleWithWebIdentity ${role}, unsigned`;
const bySession = (role: string): string => `AssumeRole ${role}, by a session`;
const spokeOf = (account: string): string => `arn:aws:iam::${account}:role/spoke-deploy`;
const POOLED = [TOKEN, 'GetId, unsigned', 'GetOpenIdToken, unsigned', byToken(ABAC)];

async function tokenFile(cloud: Cloud, { directories }: Job): Promise<string> {
  const path = join(directories.workspace, 'token');
  writeFileSync(path, await cloud.serviceAccountToken(), { mode: 0o600 });
  return path;
}

const withCode = (cloud: Cloud): Texts => ({ ...KEYS, 'inputs.mfa-code': cloud.mfaCode(DEVICE) });

const CASES: readonly Case[] = [
  ...['444455556666', '123456789012'].map((account) => ({
    page: 'hub-and-spoke.md',
    what: `deploys to ${account}`,
    values: () => ({ 'matrix.account': account }),
    calls: [TOKEN, byToken(HUB), bySession(spokeOf(account))],
  })),
  {
    page: 'hub-and-spoke.md',
    what: 'stops a feature branch before AWS is asked',
    run: { ref: 'refs/heads/feature' },
    values: () => ({ 'matrix.account': '444455556666' }),
    calls: [TOKEN],
    refusal: /allowed-refs: the token's ref is "refs\/heads\/feature"/,
  },
  {
    page: 'vendor-external-id.md',
    what: "opens the vendor's role",
    values: () => ({ 'vars.VENDOR_EXTERNAL_ID': 'octo-org-external-id' }),
    calls: [TOKEN, byToken(HUB), bySession(VENDOR)],
  },
  {
    page: 'vendor-external-id.md',
    what: "is refused with another customer's external id",
    values: () => ({ 'vars.VENDOR_EXTERNAL_ID': 'other-org-external-id' }),
    calls: [TOKEN, byToken(HUB), bySession(VENDOR)],
    refusal: /vendor-deploy \(hop 2 of 2\)\. AccessDenied.*The call had an external ID/s,
  },
  { page: 'verified-tags.md', what: 'has its tags from the pool', calls: POOLED },
  {
    page: 'verified-tags.md',
    what: "keeps another organisation's repository out",
    run: { repository: 'other-org/octo-repo' },
    calls: POOLED,
    refusal: /abac-deploy \(hop 1 of 1\)\. AccessDenied.*GitHub's sub: repo:other-org@/s,
  },
  {
    page: 'verified-tags.md',
    workflow: 2,
    what: "goes on to the repository's own role",
    calls: [...POOLED, bySession(OCTO_REPO)],
  },
  {
    page: 'verified-tags.md',
    workflow: 2,
    what: "keeps another repository out of that role, by the pool's tag",
    run: { repository: 'octo-org/other' },
    calls: [...POOLED, bySession(OCTO_REPO)],
    refusal: /repository-octo-repo \(hop 2 of 2\)\. AccessDenied/,
  },
  {
    page: 'irsa.md',
    what: "assumes the pod's role and the next with the token's file",
    prepare: async (cloud, job) => ({ inputs: { 'web-identity-token-file': await tokenFile(cloud, job) } }),
    calls: [byToken(IRSA), bySession(IRSA_SPOKE)],
  },
  {
    page: 'irsa.md',
    workflow: 2,
    what: "finds the pod's role in the environment and assumes the next",
    prepare: async (cloud, job) => ({
      env: { AWS_WEB_IDENTITY_TOKEN_FILE: await tokenFile(cloud, job), AWS_ROLE_ARN: IRSA },
    }),
    calls: [byToken(IRSA), bySession(IRSA_SPOKE)],
  },
  {
    page: 'mfa.md',
    what: 'opens the role with a code',
    values: withCode,
    calls: [`AssumeRole ${MFA}, by keys`],
  },
  {
    page: 'mfa.md',
    what: 'sends a wrong code once',
    values: (cloud) => ({
      ...KEYS,
      'inputs.mfa-code': cloud.mfaCode(DEVICE) === '000000' ? '000001' : '000000',
    }),
    calls: [`AssumeRole ${MFA}, by keys`],
    refusal: /mfa-deploy \(hop 1 of 1\)\. AccessDenied: MultiFactorAuthentication failed/,
  },
  {
    page: 'mfa.md',
    workflow: 2,
    what: 'exports a session of the user instead of the keys',
    values: withCode,
    calls: ['GetSessionToken, by keys', 'GetCallerIdentity, by a session'],
  },
];

const signerOf = ({ signer }: RecordedRequest): string =>
  signer === undefined ? 'unsigned' : signer.startsWith('AKIA') ? 'by keys' : 'by a session';

/** The requests of the action; STS and Cognito ask the issuer for its keys by themselves. */
function callsIn(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  return requests.filter(({ action }) => action !== 'discovery' && action !== 'jwks');
}

function told(call: RecordedRequest): string {
  const role = call.params['RoleArn'];
  return `${call.action}${role === undefined ? '' : ` ${role}`}, ${signerOf(call)}`;
}

/** Values that the step has masked and not exported: of the source, and of every role on the way. */
function secretsOnTheWay({ commands, exported }: StepResult): readonly string[] {
  const kept = Object.values(exported);
  const masked = commands.filter(({ command }) => command === 'add-mask').map(({ data }) => data);
  return masked.filter((value) => value.length >= 16 && !kept.includes(value));
}

/** Whose the credentials in the environment of a later step are; empty where there are none. */
async function arnSeenBy({ env }: Job, sandbox: Cloud): Promise<string> {
  const [accessKeyId, secretAccessKey, sessionToken] = KEY_VARIABLES.map((name) => env[name] ?? '');
  if (!accessKeyId || !secretAccessKey || !sessionToken) return '';
  const keys = { accessKeyId, secretAccessKey, sessionToken };
  return element(await signed(sandbox, keys, { Action: 'GetCallerIdentity' }), 'Arn') ?? '';
}

const KEY_VARIABLES = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** A later step: the AWS SDK, which finds the credentials by itself and asks whose they are. It takes long to load. */
const WHOSE = `
  const { GetCallerIdentityCommand, STSClient } = require(process.argv[1]);
  new STSClient({}).send(new GetCallerIdentityCommand({})).then(({ Arn }) => console.log(Arn));
`;
const SDK = createRequire(import.meta.url).resolve('@aws-sdk/client-sts');

async function arnSeenBySdk(job: Job): Promise<string> {
  const env = { AWS_REGION: 'us-east-1' };
  const { stdout } = await job.run(process.execPath, ['-e', WHOSE, SDK], { env, if: 'always()' });
  return stdout.trim();
}

const withoutTimes = (line: string): string => line.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/, 'TIME');

async function runCase(cloud: Cloud, { page, workflow = 1, run, values, prepare }: Case) {
  const [workflowJob, ...others] = jobsOf(workflowsOf(page)[workflow - 1] ?? '');
  const { environment, idToken, steps = [] } = workflowJob ?? {};
  expect([others, steps.length]).toEqual([[], 1]);
  const job = startJob(cloud, {
    run: { ...run, idToken: idToken ?? false, ...(environment !== undefined && { environment }) },
    secrets: KEYS,
  });
  const { inputs = {}, env = {} } = (await prepare?.(cloud, job)) ?? {};
  const stated = values?.(cloud) ?? {};
  const given = Object.entries(steps[0]?.inputs ?? {}).map(([name, value]) => [
    name,
    evaluated(value, stated),
  ]);
  const step = await job.uses(ACTION, { ...Object.fromEntries(given), ...inputs }, { env });
  return { job, step, calls: callsIn(cloud.requests) };
}

let cloud: Cloud | undefined;
afterEach(() => cloud?.close());

test('every page is run, with each of its workflows and policies', () => {
  const names = [...PAGES].sort();
  expect(Object.keys(POLICIES)).toEqual(names);
  expect(Object.entries(POLICIES).map(([, places]) => places.length)).toEqual(
    names.map((page) => fences(page, 'json').length),
  );
  const workflows = names.flatMap((page) => workflowsOf(page).map((_, index) => `${page} ${index + 1}`));
  expect([...new Set(CASES.map(({ page, workflow = 1 }) => `${page} ${workflow}`))].sort()).toEqual(
    workflows,
  );
});

test.each(PAGES)('every policy of %s is a policy document in JSON', (page) => {
  for (const policy of policiesOf(page)) {
    expect(policy).toEqual({ Version: '2012-10-17', Statement: expect.any(Array) });
  }
});

test.each(CASES.filter(({ refusal }) => refusal === undefined))('$page: it $what', async (example) => {
  cloud = await startCloud({ accounts: accountsWith(example.page) });
  const { job, step, calls } = await runCase(cloud, example);
  expect({ conclusion: step.conclusion, log: step.log }).toEqual({
    conclusion: 'success',
    log: expect.anything(),
  });
  expect(calls.map(told)).toEqual(example.calls);

  // Each signer's key was masked when it came, and none but the last one's credentials are anywhere else.
  const exportedKey = step.exported['AWS_ACCESS_KEY_ID'];
  const signers = calls.flatMap(({ action, signer }) => (action === 'AssumeRole' && signer ? [signer] : []));
  const secrets = secretsOnTheWay(step);
  expect(secrets).toEqual(expect.arrayContaining(signers));
  expect(exportedKey).toMatch(/^ASIA/);
  const { files, exported, outputs, state, stdout, stderr } = step;
  const printed = stdout.split('\n').filter((line) => !line.startsWith('::add-mask::'));
  const left = JSON.stringify({ files, exported, outputs, state, printed, stderr });
  expect(secrets.filter((secret) => left.includes(secret))).toEqual([]);

  expect(await arnSeenBy(job, cloud)).toBe(outputs['authenticated-arn']);
  if (example === CASES[0]) expect(await arnSeenBySdk(job)).toBe(outputs['authenticated-arn']);
  const [post] = await job.end({ keepFiles: true });
  expect(post?.conclusion).toBe('success');
  expect(await arnSeenBy(job, cloud)).toBe('');
  if (example === CASES[0]) expect(await arnSeenBySdk(job)).toBe('');
});

test.each(CASES.filter(({ refusal }) => refusal !== undefined))('$page: it $what', async (example) => {
  cloud = await startCloud({ accounts: accountsWith(example.page) });
  const { step, calls } = await runCase(cloud, example);
  expect(step.conclusion).toBe('failure');
  expect(step.log.join('\n')).toMatch(example.refusal ?? '');
  expect(calls.map(told)).toEqual(example.calls);
  expect([step.exported, step.outputs]).toEqual([{}, {}]);
});

/** The first run that succeeds of each workflow, and what the page says its log shows. */
const LOGGED = PAGES.flatMap((page) =>
  fences(page, 'text').map((text, index) => {
    const isFirst = ({ page: of, workflow = 1, refusal }: Case) =>
      of === page && workflow === index + 1 && refusal === undefined;
    return { page, index, lines: text.trim().split('\n'), example: CASES.find(isFirst) };
  }),
);

test.each(LOGGED)('$page shows what the log says, block $index', async ({ lines, example }) => {
  if (example === undefined) throw new Error('No workflow belongs to this text');
  cloud = await startCloud({ accounts: accountsWith(example.page) });
  const { step } = await runCase(cloud, example);
  expect(step.log.map(withoutTimes)).toEqual(expect.arrayContaining(lines.map(withoutTimes)));
});
