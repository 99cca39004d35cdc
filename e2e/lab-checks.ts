import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { awsCli, readsEndpoint } from '../labs/engine/aws-cli.js';
import { ADMIN_KEYS, accountOf, type Lab, runLab } from '../labs/engine/lab.js';
import { scriptOf } from '../labs/engine/record.js';
import { sdkClient } from '../labs/engine/sdk-client.js';
import { Transcript } from '../labs/engine/transcript.js';
import { LABS } from '../labs/labs.js';
import { startCloud } from '../sandbox/cloud.js';
import { type Check, expectEqual, expectThat } from './check.js';
import type { Tool } from './tools.js';

const SCRIPT_TIMEOUT_MS = 300_000;
/** Those that need nothing but an account: no token of a job or a pod, no authenticator app, no second account. */
const SCRIPTED = ['01', '02', '04', '07'];

/** The scripts start the AWS CLI so often that they take minutes. */
const NIGHTLY: Tool = {
  name: 'nightly run (E2E_NIGHTLY=true)',
  path: '',
  version: process.env['E2E_NIGHTLY'] === 'true' ? 'nightly' : undefined,
  isRequired: false,
};

/** The exercises with the AWS CLI, and their scripts for one's own account on the sandbox. */
export function labChecks(aws: Tool): readonly Check[] {
  const scripted = LABS.filter(({ number }) => SCRIPTED.includes(number));
  return [
    ...LABS.map((lab) => ({
      name: `labs: ${lab.number} ${lab.name} with the AWS CLI`,
      tools: [lab.needsEndpointVariable === true ? recent(aws) : aws],
      run: () => expectGood(lab, aws),
    })),
    ...scripted.map((lab) => ({
      name: `labs: the script of ${lab.number} ${lab.name} for one's own account`,
      tools: [aws, NIGHTLY],
      run: () => runScript(lab, aws),
    })),
  ];
}

/** Debian's is older than the variable that lab 05 needs. */
function recent(aws: Tool): Tool {
  const { version } = aws;
  return {
    ...aws,
    name: 'AWS CLI that reads AWS_ENDPOINT_URL',
    version: version !== undefined && readsEndpoint(version) ? version : undefined,
    isRequired: false,
  };
}

async function expectGood(lab: Lab, aws: Tool): Promise<void> {
  let text = '';
  const transcript = new Transcript({ write: (chunk) => (text += chunk) }, {});
  const { isGood } = await runLab(lab, {
    transcript,
    client: (folder) => awsCli(aws.path, aws.version ?? '', folder),
  });
  expectThat(isGood, `the end of the transcript is:\n${text.split('\n').slice(-30).join('\n')}`);
}

/** Without the commands that are meant to fail: every other one has to succeed. */
async function runScript(lab: Lab, aws: Tool): Promise<void> {
  const silent = new Transcript({ write: () => true }, {});
  const { records } = await runLab(lab, { transcript: silent, client: sdkClient });
  const working = scriptOf(records)
    .split('\n')
    .filter((line) => !line.includes('# refused: '));
  const folder = mkdtempSync(join(tmpdir(), 'lab-script-'));
  const cloud = await startCloud({ accounts: { accounts: { '111122223333': accountOf(ADMIN_KEYS) } } });
  try {
    const { accessKeyId, secretAccessKey } = ADMIN_KEYS;
    const keys = `[admin]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`;
    writeFileSync(join(folder, 'credentials'), keys);
    // The sandbox needs no time to spread a change; what is about time itself waits.
    const head = `set -eo pipefail
aws() {
  if [ "$1" = configure ]; then command ${aws.path} "$@"; else command ${aws.path} "$@" --endpoint-url ${cloud.awsUrl}; fi
}
sleep() { if [ "$1" != 15 ]; then command sleep "$1"; fi; }
`;
    await bash(head + working.join('\n'), folder, {
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
      AWS_CONFIG_FILE: join(folder, 'config'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    });
    const done = cloud.requests.filter(({ status }) => status < 300).map(({ action }) => action);
    const count = (verb: string): number =>
      done.filter((action) => new RegExp(`^${verb}(?:Role|User|Bucket)$`).test(action)).length;
    expectEqual(count('Delete'), count('Create'), 'what the script has deleted, of what it has made');
  } finally {
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function bash(script: string, cwd: string, variables: Readonly<Record<string, string>>): Promise<void> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...variables };
  return new Promise((resolve, reject) => {
    execFile('bash', ['-c', script], { cwd, env, timeout: SCRIPT_TIMEOUT_MS }, (error, _, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`the script failed: ${stderr.trim().split('\n').slice(-5).join('\n')}`));
    });
  });
}
