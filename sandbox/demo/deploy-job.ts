import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Cloud, Run } from '../cloud.js';
import { Job, type StepResult } from '../runner/job.js';
import { trustPolicy } from './roles.js';
import type { Screen } from './screen.js';

/** What became of a deploy job. */
export interface DeployOutcome {
  /** The action got credentials. */
  readonly isAllowed: boolean;
  /** It was refused by STS, and the error says so. */
  readonly isRefused: boolean;
  /** An AWS client was, with them, who the action said. */
  readonly isUsable: boolean;
  /** Nothing of them was left when the job had ended: not in its environment, and not for an AWS client. */
  readonly isGone: boolean;
  /** No credential was visible in any log. */
  readonly isSecret: boolean;
  /** What the token issuer and STS were asked by the action, one after the other. */
  readonly requests: readonly string[];
}

/** The step that the job has. */
export interface DeployStep {
  /** But for the Region. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Which of them are secrets of the repository. */
  readonly secrets?: readonly string[];
  /** The role that the job ends up with, whose trust policy is in the repository. */
  readonly role: string;
}

const here = dirname(fileURLToPath(import.meta.url));
// From build/sandbox/demo/, where this runs once it is compiled.
const ACTION = join(here, '..', '..', '..');
const CALLER = join(here, 'caller.js');
const POLICY = 'role.trust.json';
const CREDENTIALS = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];

/** Runs and shows a job with the committed action, a step that uses the credentials, and the job's end. */
export async function runDeployJob(
  cloud: Cloud,
  run: Run,
  { inputs: wanted, secrets = [], role }: DeployStep,
  screen: Screen,
): Promise<DeployOutcome> {
  const kept = Object.fromEntries(secrets.map((name) => [name, wanted[name] ?? '']));
  const job = new Job({ env: cloud.environment(run), event: cloud.event(run), secrets: kept });
  try {
    const before = cloud.requests.length;
    const policy = trustPolicy(role, cloud.issuer);
    // As in a repository that has the policy of its role. It is read only for a refusal, to say why.
    if (policy !== undefined) writeFileSync(join(job.directories.workspace, POLICY), policy);
    const inputs = {
      'aws-region': 'eu-central-1',
      ...wanted,
      ...(policy !== undefined && { 'trust-policy': POLICY }),
    };
    const assume = show(screen, await job.uses(ACTION, inputs));
    const requests = requestsSince(cloud, before);
    const use = show(screen, await callAws(job, 'A deploy step: who am I?', 'success()'));
    const posts = await job.end({ keepFiles: true });
    for (const post of posts) show(screen, post);
    // A job that never had credentials has none to lose.
    const after = assume.conclusion === 'success' ? await callAfterwards(job, screen) : undefined;
    const secrets = CREDENTIALS.map((name) => assume.exported[name] ?? '').filter((value) => value !== '');
    const logs = [assume, use, ...posts, ...(after === undefined ? [] : [after])].flatMap(({ log }) => log);
    return {
      isAllowed: assume.conclusion === 'success',
      isRefused: assume.conclusion === 'failure' && errorOf(assume).includes('AccessDenied'),
      isUsable: use.conclusion === 'success' && use.stdout.trim() === assume.outputs['authenticated-arn'],
      isGone: after?.conclusion !== 'success' && CREDENTIALS.every((name) => (job.env[name] ?? '') === ''),
      isSecret: !logs.some((line) => secrets.some((secret) => line.includes(secret))),
      requests,
    };
  } finally {
    job.dispose();
  }
}

async function callAfterwards(job: Job, screen: Screen): Promise<StepResult> {
  return show(screen, await callAws(job, 'The same step, after the end of the job', 'always()'));
}

function show(screen: Screen, result: StepResult): StepResult {
  screen.step(result);
  return result;
}

function errorOf({ commands }: StepResult): string {
  return commands.find(({ command }) => command === 'error')?.data ?? '';
}

/** Runs the AWS SDK as a program of its own. */
function callAws(job: Job, name: string, condition: string): Promise<StepResult> {
  return job.run(process.execPath, ['--no-warnings', CALLER], {
    name,
    if: condition,
    // A machine in the cloud has credentials of its own, which are not the job's.
    env: { AWS_EC2_METADATA_DISABLED: 'true' },
  });
}

function requestsSince(cloud: Cloud, count: number): readonly string[] {
  const asked = cloud.requests.slice(count).map(({ action }) => action);
  // STS's own visits to the issuer, to check the token's signature.
  return asked.filter((action) => action !== 'discovery' && action !== 'jwks');
}
