import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { dirname, join } from 'node:path';
import { expectEqual, expectThat } from '../check.js';
import { expectCallers, expectSessions, REFRESH_ROLE, REFRESH_SECONDS } from '../refresh-checks.js';
import { ACCESS_KEY_ID, assume, endAndLookForKeys, inJob, ROOT, run, type Scene, textOf } from './job.js';

const DEPLOY = {
  'aws-region': 'eu-central-1',
  'role-to-assume': 'arn:aws:iam::111122223333:role/production-deploy',
};
const RENEWED = { ...DEPLOY, 'role-to-assume': REFRESH_ROLE, 'refresh-credentials': 'true' };
const SECONDS = String(REFRESH_SECONDS);
type Command = readonly [program: string, ...args: string[]];
const JAVASCRIPT: Command = [process.execPath, join(ROOT, 'e2e', 'clients', 'javascript.mjs'), SECONDS];
const GO: Command = [join(ROOT, '.tools', 'bin', 'client-go-v2.exe'), SECONDS];

/** What is tried on Windows, each in a process of its own; the last argument of e2e/windows/main.js. */
export const SCENARIOS: Readonly<Record<string, () => Promise<void>>> = {
  'keys for later steps, and none when the job ends': () => inJob(keys),
  'a profile beside those of others, in a home with blanks and umlauts': () =>
    inJob((scene) => profile(scene)),
  'a file that another process has open when the job ends': () => inJob(heldForAMoment),
  'a file that another process keeps open': () => inJob(heldForGood),
  'a renewing profile read by the AWS SDK for Go, through cmd.exe': () => inJob(withoutQuotes),
  'a renewing profile of an action in a directory with blanks, read by the AWS SDK for JavaScript': () =>
    inJob(withQuotes),
  'a credential endpoint, read by the AWS SDK for Go': () => inJob(endpoint),
  'a token file, read by the AWS SDK for Go': () => inJob(tokenFile),
  'run, in each shell that is here': () => inJob(shells),
  'check-trust with backslashes in its pattern': () => inJob(checkTrust),
};

async function keys(scene: Scene): Promise<void> {
  await assume(scene, DEPLOY);
  const { job } = scene;
  expectThat(ACCESS_KEY_ID.test(job.env.AWS_ACCESS_KEY_ID ?? ''), 'a later step has no keys');
  const seen = await run(scene, process.execPath, ['-p', 'process.env.AWS_SECRET_ACCESS_KEY']);
  expectEqual(seen.stdout.trim(), job.env.AWS_SECRET_ACCESS_KEY, 'what a later step sees');
  expectEqual(seen.log.at(-1), '***', 'what its log shows');
  await endAndLookForKeys(scene);
  expectEqual(job.env.AWS_SESSION_TOKEN, '', 'the variable after the job');
}

async function profile(scene: Scene): Promise<void> {
  const home = join(scene.job.directories.root, 'Jörg Müller');
  scene.job.env.USERPROFILE = home;
  const [config, credentials] = ['config', 'credentials'].map((name) => join(home, '.aws', name));
  if (config === undefined || credentials === undefined) throw new Error('no names');
  const before = '[profile other]\r\nregion = us-west-2\r\n';
  mkdirSync(dirname(config), { recursive: true });
  writeFileSync(config, before);
  await assume(scene, { ...DEPLOY, 'aws-profile': 'ci' });
  expectThat(/\[ci\]/.test(textOf(credentials) ?? ''), 'the credentials file has no profile');
  expectThat((textOf(config) ?? '').startsWith(before), "another's profile has changed");
  await endAndLookForKeys(scene);
  expectEqual([textOf(config), textOf(credentials)], [before, undefined], 'the files after the job');
}

async function heldForAMoment(scene: Scene): Promise<void> {
  await assume(scene, { ...DEPLOY, 'aws-profile': 'ci' });
  const holder = await holdOpen([scene.shared('config'), scene.shared('credentials')], 700);
  await endAndLookForKeys(scene);
  await letGo(holder);
  expectEqual(textOf(scene.shared('credentials')), undefined, 'the credentials file after the job');
}

/** Nothing can remove or replace the files then, but they need not keep what they hold. */
async function heldForGood(scene: Scene): Promise<void> {
  mkdirSync(dirname(scene.shared('credentials')), { recursive: true });
  writeFileSync(scene.shared('credentials'), '[other]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n');
  await assume(scene, { ...DEPLOY, 'aws-profile': 'ci' });
  const holder = await holdOpen([scene.shared('config'), scene.shared('credentials')], 60_000);
  await endAndLookForKeys(scene);
  expectThat((textOf(scene.shared('credentials')) ?? '').startsWith('[other]'), "another's keys are gone");
  await letGo(holder);
}

/** While a process has a file open, no other file can take its place, and its name stays taken when it is removed. */
async function holdOpen(files: readonly string[], milliseconds: number): Promise<ChildProcess> {
  const script = `
    const { openSync } = require('node:fs');
    for (const file of process.argv.slice(2)) openSync(file, 'r');
    console.log('open');
    setTimeout(() => {}, Number(process.argv[1]));
  `;
  const child = spawn(process.execPath, ['-e', script, String(milliseconds), ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}

async function letGo(holder: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  if (holder.kill()) await ended;
}

/** The SDK for Go on Windows escapes quotes in a way that cmd.exe does not undo. */
async function withoutQuotes(scene: Scene): Promise<void> {
  const step = await assume(scene, RENEWED);
  expectThat(!/credential_process.*"/.test(textOf(scene.shared('config')) ?? ''), `quotes: ${step.log}`);
  await renewed(scene, GO);
}

async function withQuotes(scene: Scene): Promise<void> {
  const folder = join(scene.job.directories.root, 'actions of ours');
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'action.yml'), join(folder, 'action.yml'));
  await assume(scene, RENEWED, folder);
  expectThat(/credential_process.*"/.test(textOf(scene.shared('config')) ?? ''), 'there are no quotes');
  await renewed(scene, JAVASCRIPT);
}

async function renewed(scene: Scene, [program, ...args]: Command): Promise<void> {
  await useFor(scene, program, args);
  await endAndLookForKeys(scene);
  expectEqual(scene.job.env.AWS_PROFILE, '', 'the profile after the job');
}

async function useFor(scene: Scene, program: string, args: readonly string[]): Promise<void> {
  expectCallers(await run(scene, program, args));
  expectSessions(scene.cloud);
}

async function endpoint(scene: Scene): Promise<void> {
  await assume(scene, { ...RENEWED, 'credential-endpoint': 'true' });
  const [program, ...args] = GO;
  await useFor(scene, program, args);
  const url = scene.job.env.AWS_CONTAINER_CREDENTIALS_FULL_URI ?? '';
  expectThat(await answers(url), 'the endpoint does not answer in the job');
  await endAndLookForKeys(scene);
  expectThat(!(await answers(url)), 'the endpoint answers after the job');
}

/** Not by fetch, which fails in Wine. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, (response) => {
      response.destroy();
      resolve(true);
    });
    request.once('error', () => resolve(false));
  });
}

async function tokenFile(scene: Scene): Promise<void> {
  await assume(scene, { ...DEPLOY, 'role-to-assume': REFRESH_ROLE, 'export-token-file': 'true' });
  const [program, ...args] = GO;
  await useFor(scene, program, args);
  const file = scene.job.env.AWS_WEB_IDENTITY_TOKEN_FILE ?? '';
  await endAndLookForKeys(scene);
  expectEqual(textOf(file), undefined, 'the token file after the job');
}

async function shells(scene: Scene): Promise<void> {
  const node = `"${process.execPath}"`;
  const script = {
    cmd: `@${node} -p "process.env.AWS_ACCESS_KEY_ID.slice(0, 4) + 1"\n@${node} -p "7 * 7"`,
    powershell: `& ${node} -p "process.env.AWS_ACCESS_KEY_ID.slice(0, 4) + 1"\n& ${node} -p "7 * 7"`,
    pwsh: `& ${node} -p "process.env.AWS_ACCESS_KEY_ID.slice(0, 4) + 1"\n& ${node} -p "7 * 7"`,
  };
  for (const [shell, text] of Object.entries(script)) {
    if (!(await hasShell(scene, shell))) continue;
    const step = await assume(scene, { ...DEPLOY, run: text, shell });
    expectThat(/ASIA1\r?\n49\r?\n/.test(step.stdout), `${shell}: ${step.stdout}`);
    const inputs = { ...DEPLOY, run: 'exit 3', shell };
    const failed = await scene.job.uses(ROOT, inputs, { continueOnError: true });
    expectEqual(failed.exitCode, 3, `the exit code in ${shell}`);
  }
  expectEqual(scene.job.env.AWS_ACCESS_KEY_ID, undefined, 'the variable in later steps');
  await endAndLookForKeys(scene);
}

/** Wine has no PowerShell: its powershell.exe does nothing and says that all is well. */
async function hasShell({ job }: Scene, shell: string): Promise<boolean> {
  if (shell === 'cmd') return true;
  const answer = await job.run(shell, ['-command', 'Write-Output 42'], { continueOnError: true });
  return answer.stdout.trim() === '42';
}

async function checkTrust(scene: Scene): Promise<void> {
  const directory = join(scene.job.directories.workspace, 'iam', 'deep', 'er');
  mkdirSync(directory, { recursive: true });
  const condition = {
    StringEquals: {
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': 'repo:octo-org/octo-repo:ref:refs/heads/main',
    },
  };
  const policy = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com' },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    },
  };
  writeFileSync(join(directory, 'role.json'), JSON.stringify(policy));
  const step = await assume(scene, { policy: 'iam\\**\\*.json' }, join(ROOT, 'check-trust'));
  expectThat(/1 trust policy/.test(step.log.join('\n')), `the log (${step.log.join(' | ')})`);
}
