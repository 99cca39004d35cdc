/** `npm run demo`: what a user of the action would see, on a local GitHub and AWS that really check. */
import { type Cloud, type Run, startCloud } from './cloud.js';
import { type DeployOutcome, type DeployStep, runDeployJob } from './demo/deploy-job.js';
import { type DemoOptions, parseOptions, USAGE } from './demo/options.js';
import { roleArn } from './demo/roles.js';
import { Screen } from './demo/screen.js';

const REPOSITORY = 'octo-org/octo-repo';

async function main(args: readonly string[], screen: Screen): Promise<number> {
  let choice: { readonly options: DemoOptions; readonly role: string };
  try {
    const options = parseOptions(args);
    if (options.help) {
      screen.line(USAGE);
      return 0;
    }
    choice = { options, role: roleArn(options.role) };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    console.error(`${reason}. See npm run demo -- --help`);
    return 2;
  }
  const { options, role } = choice;
  const started = performance.now();
  const cloud = await startCloud();
  try {
    const isGood = options.isTour
      ? await tour(cloud, role, screen)
      : judgeAllowed(await deploy(cloud, options, await stepOf(cloud, options, role), screen), screen);
    screen.line(`\n${((performance.now() - started) / 1000).toFixed(1)} s`);
    return isGood ? 0 : 1;
  } finally {
    await cloud.close();
  }
}

async function tour(cloud: Cloud, role: string, screen: Screen): Promise<boolean> {
  const environment = undefined;
  const step = { inputs: { 'role-to-assume': role }, role };
  const main = await deploy(cloud, { branch: 'main', environment }, step, screen);
  const isMainGood = judgeAllowed(main, screen);
  const feature = await deploy(cloud, { branch: 'feature', environment }, step, screen);
  const isRefused = feature.isRefused && feature.isGone && feature.isSecret;
  const wrong = feature.isAllowed ? 'Let in, and should not have been,' : 'Failed, but not as it should,';
  const what = isRefused ? 'Refused with the reason, as it should be,' : wrong;
  screen.line();
  screen.verdict(`${what} after ${count(feature.requests)}: ${feature.requests.join(', ')}`, isRefused);
  return isMainGood && isRefused;
}

async function stepOf(cloud: Cloud, { scene }: DemoOptions, role: string): Promise<DeployStep> {
  if (scene === undefined) return { inputs: { 'role-to-assume': role }, role };
  const { secrets = [] } = scene;
  return { inputs: await scene.inputs(cloud), secrets, role: scene.role };
}

function deploy(
  cloud: Cloud,
  { branch, environment }: Pick<DemoOptions, 'branch' | 'environment'>,
  step: DeployStep,
  screen: Screen,
): Promise<DeployOutcome> {
  const run: Run = {
    repository: REPOSITORY,
    ref: `refs/heads/${branch}`,
    ...(environment === undefined ? {} : { environment }),
  };
  const where = environment === undefined ? '' : ` to the environment ${environment}`;
  screen.title(`Deploy ${REPOSITORY} from ${branch}${where}`, `wants to be ${step.role}`);
  return runDeployJob(cloud, run, step, screen);
}

function judgeAllowed(outcome: DeployOutcome, screen: Screen): boolean {
  const { isAllowed, isUsable, isGone, isSecret, requests } = outcome;
  const asked = `${count(requests)}: ${requests.join(', ')}`;
  screen.line();
  const failure = outcome.isRefused ? `Refused after ${asked}` : `Failed after ${asked}`;
  screen.verdict(isAllowed ? `The role was assumed with ${asked}` : failure, isAllowed);
  if (isAllowed) {
    screen.verdict(isUsable ? "AWS's own client is that role" : "AWS's client could not use it", isUsable);
  }
  screen.verdict(
    isGone ? 'No credentials are left after the job' : 'Credentials are left after the job',
    isGone,
  );
  screen.verdict(isSecret ? 'No log shows a credential' : 'A log shows a credential', isSecret);
  return isAllowed && isUsable && isGone && isSecret;
}

function count(requests: readonly string[]): string {
  return requests.length === 1 ? '1 request' : `${requests.length} requests`;
}

process.exitCode = await main(process.argv.slice(2), new Screen(process.stdout, process.env));
